// Between JavaScript values and the engine's types. Node-API's C++ exceptions are off: what reads JavaScript throws
// engine_error, and every entry point turns that into a thrown JavaScript error or a rejected promise.
#pragma once

#include "values.h"

#include <optional>
#include <utility>

namespace laconic::addon {

/// Runs `body`; whatever it throws comes back as an engine_error.
template <typename Body>
std::optional<engine_error> caught(Body body) {
    try {
        body();
        return std::nullopt;
    } catch (const engine_error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return engine_error(error_code::engine_unavailable, "out of memory");
    } catch (const std::exception& error) {
        return engine_error(error_code::engine_died, error.what());
    }
}

/// Runs the body of a synchronous entry point; on failure a JavaScript error is pending and undefined is returned.
template <typename Body>
Napi::Value guarded(Napi::Env env, Body body);

/// An Error with the `code` that TypeScript matches on.
Napi::Value to_js(Napi::Env env, const engine_error& error);
Napi::Value to_js(Napi::Env env, const backend_info& info);
Napi::Value to_js(Napi::Env env, const model_capabilities& capabilities);
Napi::Value to_js(Napi::Env env, const tokens& ids);
Napi::Value to_js(Napi::Env env, const std::vector<std::string>& texts);
Napi::Value to_js(Napi::Env env, const std::vector<float>& values);
Napi::Value to_js(Napi::Env env, const generation& made);
Napi::Value to_js(Napi::Env env, const job_counters& counters);

// These throw engine_error(usage) with the name of the property that is wrong.
engine_options read_options(const Napi::Value& value);
technique read_technique(const Napi::Value& value);
std::vector<request> read_requests(const Napi::Value& value);

template <typename Body>
Napi::Value guarded(Napi::Env env, Body body) {
    Napi::Value result = env.Undefined();
    const auto failure = caught([&] { result = body(); });
    if (failure) napi_throw(env, to_js(env, *failure));
    return result;
}

} // namespace laconic::addon
