// Work off the JavaScript thread behind a promise: one template for every asynchronous call of the addon.
#pragma once

#include "marshal.h"

#include <functional>
#include <optional>

namespace laconic::addon {

/// Runs `work` on a pool thread, then settles the promise with what `convert` makes of its result. An engine_error
/// becomes a rejection with its code. Deletes itself.
template <typename Result>
class promise_worker final : public Napi::AsyncWorker {
public:
    using work_function = std::function<Result()>;
    using convert_function = std::function<Napi::Value(Napi::Env, Result&)>;

    static Napi::Promise start(Napi::Env env, work_function work, convert_function convert) {
        auto* const worker = new promise_worker(env, std::move(work), std::move(convert));
        const Napi::Promise promise = worker->deferred_.Promise();
        worker->Queue();
        return promise;
    }

private:
    promise_worker(Napi::Env env, work_function work, convert_function convert)
        : AsyncWorker(env), work_(std::move(work)), convert_(std::move(convert)), deferred_(env) {}

    void Execute() override {
        failure_ = caught([this] { result_.emplace(work_()); });
    }

    // Failures are kept as engine_error, so the base class never sees one and always calls this.
    void OnOK() override {
        const Napi::HandleScope scope(Env());
        if (failure_) {
            deferred_.Reject(to_js(Env(), *failure_));
        } else {
            deferred_.Resolve(convert_(Env(), *result_));
        }
    }

    work_function work_;
    convert_function convert_;
    Napi::Promise::Deferred deferred_;
    std::optional<Result> result_;
    std::optional<engine_error> failure_;
};

} // namespace laconic::addon
