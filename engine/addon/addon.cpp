// The addon's entry points: initialize, inspectModel, openEngine, and the object that openEngine resolves to.
#include "job_channel.h"
#include "promise_worker.h"

namespace laconic::addon {

namespace {

/// What the addon keeps per environment: the class of engine objects, and the engines that may still be open.
class instance {
public:
    Napi::FunctionReference constructor;

    void add(const std::shared_ptr<engine>& opened) {
        std::erase_if(engines_, [](const std::weak_ptr<engine>& known) { return known.expired(); });
        engines_.push_back(opened);
    }

    void close_engines() {
        for (const std::weak_ptr<engine>& known : std::exchange(engines_, {})) {
            if (const auto still_open = known.lock()) still_open->close();
        }
    }

    /// A scheduler thread must outlive neither the environment nor the libraries it computes with. A worker thread that
    /// is terminated runs the cleanup hook only, and process.exit in the main thread emits 'exit' only: the C library
    /// then destroys ggml's statics while other threads still run.
    void close_engines_at_the_end(Napi::Env env) {
        napi_add_env_cleanup_hook(
            env, [](void* data) { static_cast<instance*>(data)->close_engines(); }, this);
        const auto process = env.Global().Get("process").As<Napi::Object>();
        const auto on = process.Get("on").As<Napi::Function>();
        const auto on_exit = [this](const Napi::CallbackInfo&) { close_engines(); };
        on.Call(process, {Napi::String::New(env, "exit"), Napi::Function::New(env, on_exit, "closeEngines")});
    }

private:
    std::vector<std::weak_ptr<engine>> engines_;
};

class native_engine final : public Napi::ObjectWrap<native_engine> {
public:
    static Napi::Function define(Napi::Env env) {
        return DefineClass(
            env, "NativeEngine",
            {InstanceAccessor<&native_engine::capabilities>("capabilities"),
             InstanceMethod<&native_engine::tokenize>("tokenize"),
             InstanceMethod<&native_engine::detokenize>("detokenize"),
             InstanceMethod<&native_engine::vocabulary>("vocabulary"), InstanceMethod<&native_engine::states>("states"),
             InstanceMethod<&native_engine::log_probs>("logProbs"), InstanceMethod<&native_engine::submit>("submit"),
             InstanceMethod<&native_engine::abort>("abort"), InstanceMethod<&native_engine::close>("close")});
    }

    explicit native_engine(const Napi::CallbackInfo& info) : ObjectWrap(info) {
        if (info.Length() == 1 && info[0].IsExternal()) {
            engine_ = *info[0].As<Napi::External<std::shared_ptr<engine>>>().Data();
            capabilities_ = engine_->capabilities();
            info.Env().GetInstanceData<instance>()->add(engine_);
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

    Napi::Value states(const Napi::CallbackInfo& info) {
        return read_text(info, [](engine& reading, const prompt_text& prompt, const tokens& ids, std::size_t) {
            return reading.states(prompt, ids);
        });
    }

    Napi::Value log_probs(const Napi::CallbackInfo& info) {
        return read_text(info, [](engine& reading, const prompt_text& prompt, const tokens& ids, std::size_t from) {
            return reading.log_probs(prompt, ids, from);
        });
    }

    /// Arguments: prompt, ids and, where a third is given, the first id of interest.
    template <typename Read>
    Napi::Value read_text(const Napi::CallbackInfo& info, Read read) {
        prompt_text prompt;
        tokens ids;
        std::uint32_t from = 0;
        const auto unreadable = caught([&] {
            opened();
            prompt = read_pieces(info[0], "prompt");
            ids = read_tokens(info[1], "ids");
            if (info.Length() > 2) from = read_integer<std::uint32_t>(info[2], "from");
        });
        return promise_worker<std::vector<float>>::start(
            info.Env(),
            [reading = engine_, prompt, ids, from, unreadable, read] {
                if (unreadable) throw *unreadable;
                return read(*reading, prompt, ids, from);
            },
            [](Napi::Env env, std::vector<float>& found) { return to_js(env, found); });
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
            return env.GetInstanceData<instance>()->constructor.New(
                {Napi::External<std::shared_ptr<engine>>::New(env, &opened)});
        });
}

Napi::Object define(Napi::Env env, Napi::Object exports) {
    auto* const kept = new instance();
    kept->constructor = Napi::Persistent(native_engine::define(env));
    env.SetInstanceData(kept);
    kept->close_engines_at_the_end(env);
    exports["initialize"] = Napi::Function::New(env, initialize, "initialize");
    exports["inspectModel"] = Napi::Function::New(env, inspect, "inspectModel");
    exports["openEngine"] = Napi::Function::New(env, open, "openEngine");
    return exports;
}

} // namespace

NODE_API_MODULE(laconic, define)

} // namespace laconic::addon
