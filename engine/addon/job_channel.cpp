#include "job_channel.h"

namespace laconic::addon {

std::shared_ptr<job_channel> job_channel::open(Napi::Env env, Napi::Function on_sample,
                                               Napi::Promise::Deferred deferred) {
    const std::shared_ptr<job_channel> channel(new job_channel(deferred));
    channel->function_ = Napi::ThreadSafeFunction::New(env, on_sample, "laconic job", 0, 1);
    return channel;
}

// A call is refused only while the environment shuts down; nobody waits for the sample then, and the data is freed with
// the lambda that was not taken.

void job_channel::send(double request_id, generation made) {
    auto sample = std::make_unique<std::pair<double, generation>>(request_id, std::move(made));
    const napi_status taken = function_.NonBlockingCall(
        sample.get(), [](Napi::Env env, Napi::Function on_sample, std::pair<double, generation>* raw) {
            const std::unique_ptr<std::pair<double, generation>> owned(raw);
            if (env == nullptr) return;
            Napi::Object object = Napi::Object::New(env);
            object["id"] = owned->first;
            object["generation"] = to_js(env, owned->second);
            on_sample.Call({object});
        });
    if (taken == napi_ok) static_cast<void>(sample.release());
}

void job_channel::finish(job_result result) {
    struct ending {
        Napi::Promise::Deferred deferred;
        job_result result;
    };
    auto last = std::make_unique<ending>(ending{deferred_, std::move(result)});
    const napi_status taken = function_.NonBlockingCall(last.get(), [](Napi::Env env, Napi::Function, ending* raw) {
        const std::unique_ptr<ending> owned(raw);
        if (env == nullptr) return;
        if (owned->result.error) {
            auto error = to_js(env, *owned->result.error).As<Napi::Object>();
            error["counters"] = to_js(env, owned->result.counters); // spent all the same
            owned->deferred.Reject(error);
        } else {
            owned->deferred.Resolve(to_js(env, owned->result.counters));
        }
    });
    if (taken == napi_ok) static_cast<void>(last.release());
    function_.Release();
}

void job_channel::fail(Napi::Env env, const engine_error& error) {
    deferred_.Reject(to_js(env, error));
    function_.Release();
}

} // namespace laconic::addon
