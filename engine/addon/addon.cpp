// The addon's entry points: initialize, inspectModel, openEngine, and the object that openEngine resolves to.
#include "job_channel.h"
#include "promise_worker.h"

namespace laconic::addon {

namespace {

/// Open engines are closed before the environment goes away: their threads must not outlive it.
class open_engines {
public:
    static void add(Napi::Env env, const std::shared_ptr<engine>& opened) {
        auto* const kept = new std::weak_ptr<engine>(opened);
        napi_add_env_cleanup_hook(env, &close, kept);
    }

private:
    static void close(void* data) {
        const std::unique_ptr<std::weak_ptr<engine>> kept(static_cast<std::weak_ptr<engine>*>(data));
        if (const auto still_open = kept->lock()) still_open->close();
    }
};

class native_engine final : public Napi::ObjectWrap<native_engine> {
public:
    static Napi::FunctionReference* define(Napi::Env env) {
        const Napi::Function constructor = DefineClass(
            env, "NativeEngine",
            {InstanceAccessor<&native_engine::capabilities>("capabilities"),
             InstanceMethod<&native_engine::tokenize>("tokenize"),
             InstanceMethod<&native_engine::detokenize>("detokenize"),
             InstanceMethod<&native_engine::vocabulary>("vocabulary"), InstanceMethod<&native_engine::submit>("submit"),
             InstanceMethod<&native_engine::abort>("abort"), InstanceMethod<&native_engine::close>("close")});
        auto* const kept = new Napi::FunctionReference();
        *kept = Napi::Persistent(constructor);
        return kept;
    }

    explicit native_engine(const Napi::CallbackInfo& info) : ObjectWrap(info) {
        if (info.Length() == 1 && info[0].IsExternal()) {
            engine_ = *info[0].As<Napi::External<std::shared_ptr<engine>>>().Data();
            capabilities_ = engine_->capabilities();
            open_engines::add(info.Env(), engine_);
        }
    }

private:
    /// `close` leaves engine_ empty on this thread at once, so that no call can meet an engine that a pool thread is
    /// taking down.
    engine& opened() const {
        if (engine_ == nullptr) throw engine_error(error_code::engine_unavailable, "the engine is closed");
        return *engine_;
    }

    Napi::Value capabilities(const Napi::CallbackInfo& info) { return to_js(info.Env(), capabilities_); }

    Napi::Value tokenize(const Napi::CallbackInfo& info) {
        return guarded(info.Env(), [&] {
            const bool special = info[1].IsBoolean() && info[1].As<Napi::Boolean>().Value();
            return to_js(info.Env(), opened().tokenize(read_string(info[0], "text"), special));
        });
    }

    Napi::Value detokenize(const Napi::CallbackInfo& info) {
        return guarded(info.Env(), [&]() -> Napi::Value {
            return Napi::String::New(info.Env(), opened().detokenize(read_tokens(info[0], "ids")));
        });
    }

    Napi::Value vocabulary(const Napi::CallbackInfo& info) {
        return guarded(info.Env(), [&] { return to_js(info.Env(), opened().vocabulary()); });
    }

    Napi::Value submit(const Napi::CallbackInfo& info) {
        const Napi::Env env = info.Env();
        const auto deferred = Napi::Promise::Deferred::New(env);
        std::uint64_t job = 0;
        std::vector<request> requests;
        const auto unreadable = caught([&] {
            opened();
            job = static_cast<std::uint64_t>(read_number(info[0], "job"));
            requests = read_requests(info[1]);
            if (!info[2].IsFunction()) throw engine_error(error_code::usage, "onSample has to be a function");
        });
        if (unreadable) {
            deferred.Reject(to_js(env, *unreadable));
            return deferred.Promise();
        }
        const auto channel = job_channel::open(env, info[2].As<Napi::Function>(), deferred);
        const auto refused = caught([&] {
            opened().submit(
                job, std::move(requests), [channel](double id, generation made) { channel->send(id, std::move(made)); },
                [channel](job_result result) { channel->finish(std::move(result)); });
        });
        if (refused) channel->fail(env, *refused);
        return deferred.Promise();
    }

    Napi::Value abort(const Napi::CallbackInfo& info) {
        return guarded(info.Env(), [&] {
            const double job = read_number(info[0], "job");
            if (engine_ != nullptr) engine_->abort(static_cast<std::uint64_t>(job));
            return info.Env().Undefined();
        });
    }

    Napi::Value close(const Napi::CallbackInfo& info) {
        if (!closed_.IsEmpty()) return closed_.Value();
        const auto closing = std::exchange(engine_, nullptr);
        const Napi::Promise closed = promise_worker<bool>::start(
            info.Env(),
            [closing] {
                if (closing != nullptr) closing->close();
                return true;
            },
            [](Napi::Env env, bool&) { return env.Undefined(); });
        closed_ = Napi::Persistent(closed.As<Napi::Object>());
        return closed;
    }

    std::shared_ptr<engine> engine_; // null when closed
    model_capabilities capabilities_;
    Napi::ObjectReference closed_; // the promise of the first close
};

Napi::Value initialize(const Napi::CallbackInfo& info) {
    return guarded(info.Env(),
                   [&] { return to_js(info.Env(), load_backends(read_string(info[0], "libraryDirectory"))); });
}

Napi::Value inspect(const Napi::CallbackInfo& info) {
    const Napi::Value argument = info[0];
    std::string path;
    const auto unreadable = caught([&] { path = read_string(argument, "path"); });
    return promise_worker<model_capabilities>::start(
        info.Env(),
        [path, unreadable] {
            if (unreadable) throw *unreadable;
            return inspect_model(path);
        },
        [](Napi::Env env, model_capabilities& found) { return to_js(env, found); });
}

Napi::Value open(const Napi::CallbackInfo& info) {
    engine_options options;
    const auto unreadable = caught([&] { options = read_options(info[0]); });
    return promise_worker<std::shared_ptr<engine>>::start(
        info.Env(),
        [options, unreadable]() -> std::shared_ptr<engine> {
            if (unreadable) throw *unreadable;
            return engine::open(options);
        },
        [](Napi::Env env, std::shared_ptr<engine>& opened) -> Napi::Value {
            const auto* const constructor = env.GetInstanceData<Napi::FunctionReference>();
            return constructor->New({Napi::External<std::shared_ptr<engine>>::New(env, &opened)});
        });
}

Napi::Object define(Napi::Env env, Napi::Object exports) {
    env.SetInstanceData(native_engine::define(env));
    exports["initialize"] = Napi::Function::New(env, initialize, "initialize");
    exports["inspectModel"] = Napi::Function::New(env, inspect, "inspectModel");
    exports["openEngine"] = Napi::Function::New(env, open, "openEngine");
    return exports;
}

} // namespace

NODE_API_MODULE(laconic, define)

} // namespace laconic::addon
