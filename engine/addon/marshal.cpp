#include "marshal.h"

#include <charconv>

namespace laconic::addon {

namespace {

const char* name_of(error_code code) {
    switch (code) {
    case error_code::usage: return "usage";
    case error_code::model_missing: return "model-missing";
    case error_code::model_invalid: return "model-invalid";
    case error_code::engine_unavailable: return "engine-unavailable";
    case error_code::engine_died: return "engine-died";
    case error_code::interrupted: return "interrupted";
    }
    return "internal";
}

const char* name_of(sequence_memory memory) {
    switch (memory) {
    case sequence_memory::attention: return "attention";
    case sequence_memory::recurrent: return "recurrent";
    case sequence_memory::hybrid: return "hybrid";
    }
    return "attention";
}

const char* name_of(think_stop stop) {
    switch (stop) {
    case think_stop::none: return "none";
    case think_stop::natural: return "natural";
    case think_stop::budget: return "budget";
    case think_stop::exit: return "exit";
    case think_stop::cap: return "cap";
    }
    return "none";
}

const char* name_of(stop_reason reason) {
    switch (reason) {
    case stop_reason::eos: return "eos";
    case stop_reason::stop_string: return "stop_string";
    case stop_reason::length_cap: return "length_cap";
    case stop_reason::error: return "error";
    }
    return "error";
}

const char* name_of(event_type type) {
    switch (type) {
    case event_type::suppressed: return "suppressed";
    case event_type::forced: return "forced";
    case event_type::wait_inserted: return "wait-inserted";
    case event_type::probe: return "probe";
    case event_type::exit: return "exit";
    case event_type::route: return "route";
    case event_type::steered: return "steered";
    }
    return "forced";
}

sampling read_sampling(const Napi::Value& value) {
    const Napi::Object object = read_object(value, "sampling");
    sampling how;
    how.temperature = read_number(object.Get("temperature"), "temperature");
    how.top_k = read_integer<int>(object.Get("topK"), "topK");
    how.top_p = read_number(object.Get("topP"), "topP");
    how.min_p = read_number(object.Get("minP"), "minP");
    how.max_tokens = read_integer<int>(object.Get("maxTokens"), "maxTokens");
    how.seed = static_cast<std::uint64_t>(read_integer<std::int64_t>(object.Get("seed"), "seed"));
    return how;
}

std::uint64_t read_item_key(const Napi::Value& value) {
    const std::string text = read_string(value, "itemKey");
    std::uint64_t key = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), key, 16);
    if (failed != std::errc() || end != text.data() + text.size()) wrong("itemKey", "up to 16 hexadecimal digits");
    return key;
}

Napi::Value or_null(Napi::Env env, const std::optional<std::string>& text) {
    if (!text) return env.Null();
    return Napi::String::New(env, *text);
}

Napi::Value or_null(Napi::Env env, const std::optional<double>& value) {
    if (!value) return env.Null();
    return Napi::Number::New(env, *value);
}

Napi::Value to_js(Napi::Env env, const certainty& found) {
    Napi::Object object = Napi::Object::New(env);
    object["answerMean"] = or_null(env, found.answer_mean);
    object["answerLeast"] = or_null(env, found.answer_least);
    object["answerTokens"] = found.answer_tokens;
    object["selfCertainty"] = or_null(env, found.self_certainty);
    return object;
}

Napi::Value to_js(Napi::Env env, const ledger& counts) {
    Napi::Object object = Napi::Object::New(env);
    object["prompt"] = counts.prompt;
    object["thinkSampled"] = counts.think_sampled;
    object["thinkInjected"] = counts.think_injected;
    object["answerSampled"] = counts.answer_sampled;
    object["answerInjected"] = counts.answer_injected;
    object["probePrompt"] = counts.probe_prompt;
    object["probeSampled"] = counts.probe_sampled;
    object["draftRejected"] = counts.draft_rejected;
    return object;
}

Napi::Value to_js(Napi::Env env, const std::vector<sample_event>& events) {
    Napi::Array array = Napi::Array::New(env, events.size());
    for (std::uint32_t i = 0; i < events.size(); ++i) {
        Napi::Object object = Napi::Object::New(env);
        object["at"] = events[i].at;
        object["type"] = name_of(events[i].type);
        object["detail"] = events[i].detail;
        array.Set(i, object);
    }
    return array;
}

/// Samples travel to other processes as JSON, so ids become plain numbers, not a typed array.
Napi::Value id_list(Napi::Env env, const tokens& ids) {
    Napi::Array array = Napi::Array::New(env, ids.size());
    for (std::uint32_t i = 0; i < ids.size(); ++i)
        array.Set(i, ids[i]);
    return array;
}

Napi::Value to_js(Napi::Env env, const decode_step& step) {
    Napi::Object object = Napi::Object::New(env);
    object["seconds"] = step.seconds;
    object["rows"] = step.rows;
    object["forks"] = step.forks;
    return object;
}

/// Null where nothing was read.
Napi::Value progress_list(Napi::Env env, const std::vector<float>& values) {
    Napi::Array array = Napi::Array::New(env, values.size());
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            array.Set(i, env.Null());
        } else {
            array.Set(i, static_cast<double>(values[i]));
        }
    }
    return array;
}

steering read_steering(const Napi::Object& object) {
    return {.direction = read_floats(object.Get("direction"), "steering.direction"),
            .first_layer = read_integer<int>(object.Get("firstLayer"), "steering.firstLayer"),
            .last_layer = read_integer<int>(object.Get("lastLayer"), "steering.lastLayer"),
            .label = read_string(object.Get("label"), "steering.label")};
}

std::vector<adapter_file> read_adapters(const Napi::Value& value) {
    const Napi::Array array = read_array(value, "adapters");
    std::vector<adapter_file> adapters;
    for (std::uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object adapter = read_object(array.Get(i), "adapters");
        adapters.push_back(
            {read_string(adapter.Get("path"), "adapters.path"), read_number(adapter.Get("scale"), "adapters.scale")});
    }
    return adapters;
}

Napi::Value number(Napi::Env env, std::uint64_t value) {
    return Napi::Number::New(env, static_cast<double>(value));
}

} // namespace

Napi::Value to_js(Napi::Env env, const engine_error& error) {
    Napi::Object object = Napi::Error::New(env, error.what()).Value();
    object["code"] = name_of(error.code);
    return object;
}

Napi::Value to_js(Napi::Env env, const backend_info& info) {
    Napi::Object object = Napi::Object::New(env);
    object["llamaCpp"] = info.llama_cpp;
    object["cpuVariant"] = info.cpu_variant;
    return object;
}

Napi::Value to_js(Napi::Env env, const model_capabilities& capabilities) {
    Napi::Object object = Napi::Object::New(env);
    object["arch"] = capabilities.arch;
    object["parameters"] = number(env, capabilities.parameters);
    object["quantization"] = capabilities.quantization;
    object["vocabularySize"] = capabilities.vocabulary_size;
    object["contextTokens"] = capabilities.context_tokens;
    object["layers"] = capabilities.layers;
    object["kvBytesPerToken"] = number(env, capabilities.kv_bytes_per_token);
    object["fileBytes"] = number(env, capabilities.file_bytes);
    object["memory"] = name_of(capabilities.memory);
    object["ratioToken"] = capabilities.ratio_token;
    return object;
}

Napi::Value to_js(Napi::Env env, const tokens& ids) {
    Napi::Int32Array array = Napi::Int32Array::New(env, ids.size());
    std::copy(ids.begin(), ids.end(), array.Data());
    return array;
}

Napi::Value to_js(Napi::Env env, const std::vector<float>& values) {
    Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
}

Napi::Value to_js(Napi::Env env, const std::vector<std::string>& texts) {
    Napi::Array array = Napi::Array::New(env, texts.size());
    for (std::uint32_t i = 0; i < texts.size(); ++i)
        array.Set(i, texts[i]);
    return array;
}

Napi::Value to_js(Napi::Env env, const generation& made) {
    Napi::Object object = Napi::Object::New(env);
    object["thinking"] = made.thinking;
    object["answer"] = made.answer;
    object["thinkIds"] = id_list(env, made.think_ids);
    object["answerIds"] = id_list(env, made.answer_ids);
    object["ledger"] = to_js(env, made.ledger);
    object["thinkStop"] = name_of(made.think_stop);
    object["stopReason"] = name_of(made.stop_reason);
    object["stopDetail"] = or_null(env, made.stop_detail);
    object["events"] = to_js(env, made.events);
    if (made.certainty) object["certainty"] = to_js(env, *made.certainty);
    if (!made.progress.empty()) object["progress"] = progress_list(env, made.progress);
    return object;
}

Napi::Value to_js(Napi::Env env, const job_counters& counters) {
    Napi::Object object = Napi::Object::New(env);
    object["decodedTokens"] = number(env, counters.decoded_tokens);
    object["prefillTokens"] = number(env, counters.prefill_tokens);
    object["prefillSharedTokens"] = number(env, counters.prefill_shared_tokens);
    object["engineSeconds"] = counters.engine_seconds;
    if (counters.steps.empty()) return object;
    Napi::Array steps = Napi::Array::New(env, counters.steps.size());
    for (std::uint32_t i = 0; i < counters.steps.size(); ++i)
        steps.Set(i, to_js(env, counters.steps[i]));
    object["steps"] = steps;
    return object;
}

engine_options read_options(const Napi::Value& value) {
    const Napi::Object object = read_object(value, "options");
    engine_options options;
    options.model_path = read_string(object.Get("modelPath"), "modelPath");
    options.streams = read_integer<int>(object.Get("streams"), "streams");
    options.context_tokens = read_integer<int>(object.Get("contextTokens"), "contextTokens");
    options.threads = read_integer<int>(object.Get("threads"), "threads");
    options.add_bos = read_boolean(object.Get("addBos"), "addBos");
    if (!object.Get("recordSteps").IsUndefined())
        options.record_steps = read_boolean(object.Get("recordSteps"), "recordSteps");
    if (!object.Get("sharing").IsUndefined()) options.sharing = read_boolean(object.Get("sharing"), "sharing");
    const Napi::Array stops = read_array(object.Get("stopStrings"), "stopStrings");
    for (std::uint32_t i = 0; i < stops.Length(); ++i)
        options.stop_strings.push_back(read_string(stops.Get(i), "stopStrings"));
    const Napi::Value think = object.Get("think");
    if (!think.IsNull()) {
        const Napi::Object format = read_object(think, "think");
        options.think =
            think_format{read_string(format.Get("open"), "think.open"), read_string(format.Get("close"), "think.close"),
                         read_boolean(format.Get("openedByPrompt"), "think.openedByPrompt")};
    }
    if (!object.Get("adapters").IsUndefined()) options.adapters = read_adapters(object.Get("adapters"));
    const Napi::Value steering = object.Get("steering");
    if (!steering.IsUndefined()) options.steering = read_steering(read_object(steering, "steering"));
    if (!object.Get("progress").IsUndefined()) {
        const Napi::Object probe = read_object(object.Get("progress"), "progress");
        options.progress = progress_probe{read_floats(probe.Get("direction"), "progress.direction"),
                                          read_number(probe.Get("intercept"), "progress.intercept")};
    }
    return options;
}

std::vector<request> read_requests(const Napi::Value& value) {
    const Napi::Array array = read_array(value, "requests");
    std::vector<request> requests;
    requests.reserve(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::HandleScope scope(value.Env());
        const Napi::Object object = read_object(array.Get(i), "request");
        request made;
        made.id = read_number(object.Get("id"), "id");
        made.prompt = read_pieces(object.Get("prompt"), "prompt");
        made.how = read_technique(object.Get("policy"));
        made.sampling = read_sampling(object.Get("sampling"));
        made.item_key = read_item_key(object.Get("itemKey"));
        made.repeat = read_integer<std::uint32_t>(object.Get("repeat"), "repeat");
        if (!object.Get("lane").IsUndefined()) made.lane = read_integer<std::uint32_t>(object.Get("lane"), "lane");
        if (!object.Get("trace").IsUndefined()) made.trace = read_tokens(object.Get("trace"), "trace");
        if (!object.Get("certainty").IsUndefined())
            made.certainty = read_boolean(object.Get("certainty"), "certainty");
        requests.push_back(std::move(made));
    }
    return requests;
}

} // namespace laconic::addon
