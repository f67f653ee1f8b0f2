#include "marshal.h"

namespace laconic::addon {

namespace {

nowait_technique read_nowait(const Napi::Object& policy) {
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

confidence_mean read_confidence_mean(const Napi::Value& value) {
    const std::string name = read_string(value, "confidence");
    if (name == "avg1") return confidence_mean::arithmetic;
    if (name == "avg2") return confidence_mean::geometric;
    if (name == "min") return confidence_mean::least;
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
            .confidence = read_confidence_mean(policy.Get("confidence")),
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

confidence_technique read_confidence(const Napi::Object& policy) {
    using measure = confidence_technique::measure;
    const std::string looks_at = read_string(policy.Get("measure"), "measure");
    if (looks_at != "probability" && looks_at != "entropy") wrong("measure", "probability or entropy");
    return {.chunk_tokens = read_integer<int>(policy.Get("chunkTokens"), "chunkTokens"),
            .probe = read_pieces(policy.Get("probe"), "probe"),
            .probe_tokens = read_integer<int>(policy.Get("probeTokens"), "probeTokens"),
            .stops = read_strings(policy.Get("stops"), "stops"),
            .looks_at = looks_at == "entropy" ? measure::entropy : measure::probability,
            .threshold = read_number(policy.Get("threshold"), "threshold"),
            .closing = read_pieces(policy.Get("closing"), "closing")};
}

adaptive_technique read_adaptive(const Napi::Object& policy) {
    using signal = adaptive_technique::signal;
    const std::string looks_at = read_string(policy.Get("signal"), "signal");
    if (looks_at != "entropy" && looks_at != "confidence") wrong("signal", "entropy or confidence");
    return {.prefill = read_pieces(policy.Get("prefill"), "prefill"),
            .probe = read_pieces(policy.Get("probe"), "probe"),
            .probe_tokens = read_integer<int>(policy.Get("probeTokens"), "probeTokens"),
            .stops = read_strings(policy.Get("stops"), "stops"),
            .looks_at = looks_at == "entropy" ? signal::entropy : signal::confidence,
            .threshold = read_number(policy.Get("threshold"), "threshold")};
}

} // namespace

technique read_technique(const Napi::Value& value) {
    const Napi::Object policy = read_object(value, "policy");
    const std::string name = read_string(policy.Get("technique"), "technique");
    if (name == "baseline") return baseline_technique{};
    if (name == "nowait") return read_nowait(policy);
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
    if (name == "confidence") return read_confidence(policy);
    if (name == "adaptive") return read_adaptive(policy);
    throw engine_error(error_code::usage, "the engine has no technique " + name);
}

} // namespace laconic::addon
