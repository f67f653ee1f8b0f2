// Carries a job's samples and its end from the scheduler thread to JavaScript, in order.
#pragma once

#include "marshal.h"

#include <memory>

namespace laconic::addon {

class job_channel {
public:
    /// A channel that calls `on_sample` for every sample and settles `promise()` at the end.
    static std::shared_ptr<job_channel> open(Napi::Env env, Napi::Function on_sample, Napi::Promise::Deferred deferred);

    // From the scheduler thread.
    void send(double request_id, generation made);
    void finish(job_result result);

    /// For a job that never started: rejects and lets go.
    void fail(Napi::Env env, const engine_error& error);

private:
    explicit job_channel(Napi::Promise::Deferred deferred) : deferred_(deferred) {}

    Napi::ThreadSafeFunction function_;
    Napi::Promise::Deferred deferred_;
};

} // namespace laconic::addon
