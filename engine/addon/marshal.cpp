#include "marshal.h"

#include <charconv>
#include <cmath>

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
    }
    return "forced";
}

[[noreturn]] void wrong(const std::string& name, const char* expected) {
    throw engine_error(error_code::usage, name + " has to be " + expected);
}

Napi::Object read_object(const Napi::Value& value, const std::string& name) {
    if (!value.IsObject()) wrong(name, "an object");
    return value.As<Napi::Object>();
}

Napi::Array read_array(const Napi::Value& value, const std::string& name) {
    if (!value.IsArray()) wrong(name, "an array");
    return value.As<Napi::Array>();
}

bool read_boolean(const Napi::Value& value, const char* name) {
    if (!value.IsBoolean()) wrong(name, "true or false");
    return value.As<Napi::Boolean>().Value();
}

template <typename Integer>
Integer read_integer(const Napi::Value& value, const char* name) {
    const double number = read_number(value, name);
    constexpr double most = std::min(9007199254740991.0, static_cast<double>(std::numeric_limits<Integer>::max()));
    constexpr double least = std::max(-9007199254740991.0, static_cast<double>(std::numeric_limits<Integer>::min()));
    if (number != std::floor(number) || number < least || number > most) wrong(name, "an integer in range");
    return static_cast<Integer>(number);
}

prompt_text read_pieces(const Napi::Value& value, const char* name) {
    const Napi::Array array = read_array(value, name);
    prompt_text pieces;
    for (std::uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object piece = read_object(array.Get(i), name);
        pieces.push_back({read_string(piece.Get("text"), "text"), read_boolean(piece.Get("special"), "special")});
    }
    return pieces;
}

s1_technique read_s1(const Napi::Object& policy) {
    s1_technique s1;
    if (!policy.Get("tokens").IsNull()) s1.tokens = read_integer<int>(policy.Get("tokens"), "tokens");
    s1.closing = read_pieces(policy.Get("closing"), "closing");
    s1.waits = read_integer<int>(policy.Get("waits"), "waits");
    s1.wait = read_pieces(policy.Get("wait"), "wait");
    s1.end = read_string(policy.Get("end"), "end");
    return s1;
}

soft_budget_technique read_soft_budget(const Napi::Object& policy) {
    return {read_integer<int>(policy.Get("deadline"), "deadline"),
            read_integer<int>(policy.Get("interval"), "interval"), read_pieces(policy.Get("message"), "message"),
            read_pieces(policy.Get("closing"), "closing")};
}

std::vector<std::string> read_strings(const Napi::Value& value, const char* name) {
    const Napi::Array array = read_array(value, name);
    std::vector<std::string> texts(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i)
        texts[i] = read_string(array.Get(i), name);
    return texts;
}

deer_technique::mean read_confidence(const Napi::Value& value) {
    const std::string name = read_string(value, "confidence");
    if (name == "avg1") return deer_technique::mean::arithmetic;
    if (name == "avg2") return deer_technique::mean::geometric;
    if (name == "min") return deer_technique::mean::least;
    wrong("confidence", "avg1, avg2 or min");
}

deer_technique read_deer(const Napi::Object& policy) {
    return {.triggers = read_tokens(policy.Get("triggers"), "triggers"),
            .probe = read_pieces(policy.Get("probe"), "probe"),
            .probe_tokens = read_integer<int>(policy.Get("probeTokens"), "probeTokens"),
            .probe_temperature = read_number(policy.Get("probeTemperature"), "probeTemperature"),
            .stops = read_strings(policy.Get("stops"), "stops"),
            .stop_needed = read_boolean(policy.Get("stopNeeded"), "stopNeeded"),
            .threshold = read_number(policy.Get("threshold"), "threshold"),
            .confidence = read_confidence(policy.Get("confidence")),
            .most_probes = read_integer<int>(policy.Get("maxProbes"), "maxProbes"),
            .think_limit = read_integer<int>(policy.Get("thinkLimit"), "thinkLimit"),
            .closing = read_pieces(policy.Get("closing"), "closing")};
}

consensus_technique read_consensus(const Napi::Object& policy) {
    return {.chunk_tokens = read_integer<int>(policy.Get("chunkTokens"), "chunkTokens"),
            .probe = read_pieces(policy.Get("probe"), "probe"),
            .probe_tokens = read_integer<int>(policy.Get("probeTokens"), "probeTokens"),
            .probe_temperature = read_number(policy.Get("probeTemperature"), "probeTemperature"),
            .probe_top_p = read_number(policy.Get("probeTopP"), "probeTopP"),
            .stops = read_strings(policy.Get("stops"), "stops"),
            .window = read_integer<int>(policy.Get("window"), "window"),
            .doubts = read_strings(policy.Get("doubts"), "doubts"),
            .normal_form = read_boolean(policy.Get("normalForm"), "normalForm"),
            .closing = read_pieces(policy.Get("closing"), "closing"),
            .closing_answers = read_boolean(policy.Get("closingAnswers"), "closingAnswers")};
}

eat_technique read_eat(const Napi::Object& policy) {
    return {.delimiter = read_string(policy.Get("delimiter"), "delimiter"),
            .probe = read_pieces(policy.Get("probe"), "probe"),
            .alpha = read_number(policy.Get("alpha"), "alpha"),
            .threshold = read_number(policy.Get("threshold"), "threshold"),
            .least_probes = read_integer<int>(policy.Get("minProbes"), "minProbes"),
            .closing = read_pieces(policy.Get("closing"), "closing")};
}

technique read_technique(const Napi::Value& value) {
    const Napi::Object policy = read_object(value, "policy");
    const std::string name = read_string(policy.Get("technique"), "technique");
    if (name == "baseline") return baseline_technique{};
    if (name == "nowait") {
        const std::string scope = read_string(policy.Get("scope"), "scope");
        if (scope != "thinking" && scope != "all") wrong("scope", "thinking or all");
        nowait_technique nowait{read_tokens(policy.Get("bannedIds"), "bannedIds"), scope == "thinking"};
        if (!policy.Get("penalty").IsUndefined()) nowait.penalty = read_number(policy.Get("penalty"), "penalty");
        if (!policy.Get("confidence").IsUndefined()) {
            nowait.confidence = read_number(policy.Get("confidence"), "confidence");
            nowait.window = read_integer<int>(policy.Get("window"), "window");
        }
        return nowait;
    }
    if (name == "budget") {
        return budget_technique{read_integer<int>(policy.Get("tokens"), "tokens"),
                                read_pieces(policy.Get("closing"), "closing")};
    }
    if (name == "nothinking") return nothinking_technique{read_pieces(policy.Get("prefill"), "prefill")};
    if (name == "s1") return read_s1(policy);
    if (name == "soft-budget") return read_soft_budget(policy);
    if (name == "deer") return read_deer(policy);
    if (name == "consensus") return read_consensus(policy);
    if (name == "eat") return read_eat(policy);
    throw engine_error(error_code::usage, "the engine has no technique " + name);
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
    return object;
}

Napi::Value to_js(Napi::Env env, const tokens& ids) {
    Napi::Int32Array array = Napi::Int32Array::New(env, ids.size());
    std::copy(ids.begin(), ids.end(), array.Data());
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
    return object;
}

Napi::Value to_js(Napi::Env env, const job_counters& counters) {
    Napi::Object object = Napi::Object::New(env);
    object["decodedTokens"] = number(env, counters.decoded_tokens);
    object["prefillTokens"] = number(env, counters.prefill_tokens);
    object["prefillSharedTokens"] = number(env, counters.prefill_shared_tokens);
    object["engineSeconds"] = counters.engine_seconds;
    return object;
}

std::string read_string(const Napi::Value& value, const char* name) {
    if (!value.IsString()) wrong(name, "a string");
    return value.As<Napi::String>().Utf8Value();
}

double read_number(const Napi::Value& value, const char* name) {
    if (!value.IsNumber()) wrong(name, "a number");
    return value.As<Napi::Number>().DoubleValue();
}

tokens read_tokens(const Napi::Value& value, const char* name) {
    if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array) {
        const auto array = value.As<Napi::Int32Array>();
        return tokens(array.Data(), array.Data() + array.ElementLength());
    }
    const Napi::Array array = read_array(value, name);
    tokens ids(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i)
        ids[i] = read_integer<token>(array.Get(i), name);
    return ids;
}

engine_options read_options(const Napi::Value& value) {
    const Napi::Object object = read_object(value, "options");
    engine_options options;
    options.model_path = read_string(object.Get("modelPath"), "modelPath");
    options.streams = read_integer<int>(object.Get("streams"), "streams");
    options.context_tokens = read_integer<int>(object.Get("contextTokens"), "contextTokens");
    options.threads = read_integer<int>(object.Get("threads"), "threads");
    options.add_bos = read_boolean(object.Get("addBos"), "addBos");
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
        if (!object.Get("trace").IsUndefined()) made.trace = read_tokens(object.Get("trace"), "trace");
        requests.push_back(std::move(made));
    }
    return requests;
}

} // namespace laconic::addon
