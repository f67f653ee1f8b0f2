#include "arm.h"

#include <algorithm>
#include <cstdio>

namespace laconic {

namespace {

std::string as_json(double value) {
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%.9g", value);
    return digits.data();
}

std::string as_json(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            quoted += escape.data();
        } else {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
    }
    return quoted + '"';
}

template <typename Value>
std::string as_json(const std::vector<Value>& values) {
    std::string list = "[";
    for (const Value value : values) {
        if (list.size() > 1) list += ',';
        list += as_json(static_cast<double>(value));
    }
    return list + ']';
}

std::string as_json(const probe_report& report) {
    const std::string entropies = report.entropies.empty() ? "" : ",\"entropies\":" + as_json(report.entropies);
    return "{\"ids\":" + as_json(report.ids) + ",\"confidences\":" + as_json(report.confidences) + entropies +
           ",\"entropy\":" + as_json(report.entropy) + ",\"text\":" + as_json(std::string_view(report.text)) + "}";
}

std::string as_json(const route& route) {
    return "{\"signal\":" + as_json(std::string_view(route.signal)) + ",\"value\":" + as_json(route.value) +
           ",\"threshold\":" + as_json(route.threshold) + ",\"taken\":" + (route.taken ? "true" : "false") + "}";
}

} // namespace

arm::arm(const request& request, const arm_setting& setting)
    : arm(request, make_policy(request.how, setting.words), setting) {}

arm::arm(const request& request, std::unique_ptr<laconic::policy> policy, const arm_setting& setting)
    : setting_(setting), request_id_(request.id),
      how_(request.sampling), key_{.seed = how_.seed, .item = request.item_key, .repeat = request.repeat, .lane = request.lane},
      wants_certainty_(request.certainty), policy_(std::move(policy)), thinking_(setting.options.think, setting.words),
      stops_(setting.options.stop_strings), trace_(request.trace),
      pending_(setting.words.encode(request.prompt, setting.options.add_bos)) {
    prompt_tokens_ = static_cast<int>(pending_.size());
    if (pending_.empty()) {
        stop(stop_reason::error, "the prompt is empty");
    } else if (prompt_tokens_ + how_.max_tokens + policy_->probe_cells() > setting.options.context_tokens) {
        const std::string probes =
            policy_->probe_cells() > 0 ? " and probes of " + std::to_string(policy_->probe_cells()) : "";
        stop(stop_reason::error, "the prompt has " + std::to_string(prompt_tokens_) + " tokens; with maxTokens " +
                                     std::to_string(how_.max_tokens) + probes + " it does not fit into a context of " +
                                     std::to_string(setting.options.context_tokens));
    }
}

void arm::advance(std::size_t count) {
    fed_ += count;
    if (probe_) probe_->fed += static_cast<int>(count);
}

bool arm::stands_with(const arm& other) const {
    if (pending().front() != other.pending().front() || probing() != other.probing()) return false;
    if (replaying() != other.replaying()) return false;
    return !probing() || (probe_->fed == other.probe_->fed && probe_->asked.sampling == other.probe_->asked.sampling);
}

decision_point arm::point(std::span<float> logits) const {
    random_key key = key_;
    if (probe_) {
        key.lane = probe_lane(key_.lane, static_cast<std::uint32_t>(delivered_.size()));
        key.position = static_cast<std::uint32_t>(probe_->fed);
        return {logits, probe_->asked.sampling, key};
    }
    key.position = static_cast<std::uint32_t>(delivered_.size());
    decision_point point(logits, how_, key);
    if (replaying()) point.preset(trace_[delivered_.size()]);
    return point;
}

void arm::note_progress(float progress) {
    if (probe_ || !thinking_.inside() || delivered_.empty()) return;
    progress_.resize(delivered_.size() - 1 - thinking_.begin(), std::numeric_limits<float>::quiet_NaN());
    progress_.push_back(progress);
}

void arm::decide(decision_point& point) {
    pending_.clear();
    fed_ = 0;
    if (probe_) {
        go_on_probing(point);
    } else {
        const action next = policy_->decide(point, so_far());
        if (wants_certainty_) look(point, next);
        std::visit([this](const auto& action) { apply(action); }, next);
    }
}

/// The point is gone when a probe is over; what is taken then is what was drawn before it.
void arm::look(decision_point& point, const action& next) {
    const auto* const taken = std::get_if<take>(&next);
    const token id = taken != nullptr ? taken->id : point.draw();
    if (id != no_token && !std::holds_alternative<force>(next)) seen_ = {point.probability(id), point.self_certainty()};
}

void arm::apply(const take& action) {
    const int at = static_cast<int>(delivered_.size());
    if (action.id == no_token) {
        stop(stop_reason::error, action.instead_of ? "every token that the model could write is suppressed"
                                                   : "the model's output is not a number");
        return;
    }
    note(action.route);
    if (action.instead_of) {
        events_.push_back({at, event_type::suppressed, setting_.words.piece(*action.instead_of, true)});
    }
    deliver(action.id, false, think_stop::natural);
}

void arm::apply(const force& action) {
    note(action.route);
    trace_.clear();
    const int at = static_cast<int>(delivered_.size());
    if (!action.rule_met.empty()) events_.push_back({at, event_type::exit, action.rule_met});
    events_.push_back({at, action.event, action.text});
    for (const token id : action.ids) {
        if (finished()) return;
        deliver(id, true, action.think_stop);
    }
    if (action.ends && !finished()) stop(stop_reason::eos, std::nullopt);
}

void arm::note(const std::optional<route>& route) {
    if (route) events_.push_back({static_cast<int>(delivered_.size()), event_type::route, as_json(*route)});
}

void arm::apply(const probe& action) {
    probe_.emplace(action, probe_report{}, 0);
    pending_ = action.prompt;
}

void arm::go_on_probing(decision_point& point) {
    const probe& asked = probe_->asked;
    probe_report& report = probe_->report;
    if (report.ids.empty()) report.entropy = point.entropy();
    const token id = asked.most > 0 ? point.draw() : no_token;
    if (id == no_token) {
        end_probe();
        return;
    }
    report.ids.push_back(id);
    report.confidences.push_back(point.probability(id));
    if (asked.entropies) report.entropies.push_back(point.entropy());
    const bool ended = setting_.words.ends_generation(id);
    if (!ended) report.text += setting_.words.piece(id, true);
    const bool stopped = std::any_of(asked.stops.begin(), asked.stops.end(), [&](const std::string& stop) {
        return report.text.find(stop) != std::string::npos;
    });
    if (ended || stopped || static_cast<int>(report.ids.size()) >= asked.most) {
        end_probe();
    } else {
        pending_.push_back(id);
    }
}

void arm::end_probe() {
    const probe_run over = *std::exchange(probe_, std::nullopt);
    step_back_ = over.fed;
    probe_prompt_ += static_cast<int>(over.asked.prompt.size());
    probe_sampled_ += static_cast<int>(over.report.ids.size());
    events_.push_back({static_cast<int>(delivered_.size()), event_type::probe, as_json(over.report)});
    std::visit([this](const auto& action) { apply(action); }, policy_->conclude(over.report, so_far()));
}

/// The order of the checks is the order of precedence: a sample that ends by itself on its last allowed token has ended
/// by itself.
void arm::deliver(token id, bool injected, think_stop if_closing) {
    if (delivered_.empty() && setting_.options.steering) {
        events_.push_back({0, event_type::steered, setting_.options.steering->label});
    }
    const bool thought = thinking_.inside();
    const bool was_closed = thinking_.closed();
    const std::string piece = setting_.words.piece(id, true);
    delivered_.push_back({id, injected, injected ? regard{} : seen_});
    pending_.push_back(id);
    thinking_.deliver(id, piece);
    if (thought && !injected) ++thought_;
    if (thinking_.closed() && !was_closed) think_stop_ = if_closing;

    if (!injected && setting_.words.ends_generation(id)) {
        if (thinking_.inside()) think_stop_ = think_stop::natural;
        stop(stop_reason::eos, std::nullopt);
        return;
    }
    const bool in_answer = !thought && !thinking_.inside();
    if (!in_answer || injected) {
        stops_.restart();
    } else if (const auto found = stops_.deliver(piece)) {
        stop(stop_reason::stop_string, found);
        return;
    }
    if (static_cast<int>(delivered_.size()) >= how_.max_tokens) {
        if (thinking_.inside()) think_stop_ = think_stop::cap;
        stop(stop_reason::length_cap, std::nullopt);
    } else if (!trace_.empty() && !replaying()) {
        stop(stop_reason::eos, std::nullopt);
    }
}

void arm::stop(laconic::stop_reason reason, std::optional<std::string> detail) {
    stop_reason_ = reason;
    stop_detail_ = std::move(detail);
    pending_.clear();
    fed_ = 0;
}

progress arm::so_far() const {
    return {.thinking = thinking_.inside(), .thought = thought_};
}

laconic::ledger arm::count() const {
    laconic::ledger ledger;
    ledger.prompt = prompt_tokens_;
    ledger.probe_prompt = probe_prompt_;
    ledger.probe_sampled = probe_sampled_;
    for (std::size_t i = 0; i < delivered_.size(); ++i) {
        if (in_thinking(i)) {
            ++(delivered_[i].injected ? ledger.think_injected : ledger.think_sampled);
        } else {
            ++(delivered_[i].injected ? ledger.answer_injected : ledger.answer_sampled);
        }
    }
    return ledger;
}

laconic::certainty arm::certainty() const {
    laconic::certainty found;
    double answer = 0, self = 0;
    int sampled = 0;
    for (std::size_t i = 0; i < delivered_.size(); ++i) {
        const auto& [id, injected, seen] = delivered_[i];
        if (injected) continue;
        ++sampled;
        self += seen.self_certainty;
        if (in_thinking(i) || setting_.words.ends_generation(id)) continue;
        ++found.answer_tokens;
        answer += seen.probability;
        found.answer_least = std::min(found.answer_least.value_or(1), seen.probability);
    }
    if (found.answer_tokens > 0) found.answer_mean = answer / found.answer_tokens;
    if (sampled > 0) found.self_certainty = self / sampled;
    return found;
}

generation arm::result() const {
    generation made;
    for (std::size_t i = 0; i < delivered_.size(); ++i) {
        (in_thinking(i) ? made.think_ids : made.answer_ids).push_back(delivered_[i].id);
    }
    made.thinking = thinking_text(made.think_ids);
    made.answer = answer_text(made.answer_ids);
    made.ledger = count();
    made.think_stop = think_stop_;
    made.stop_reason = *stop_reason_;
    made.stop_detail = stop_detail_;
    made.events = events_;
    if (wants_certainty_) made.certainty = certainty();
    made.progress = progress_;
    return made;
}

std::string arm::thinking_text(const tokens& ids) const {
    if (ids.empty()) return {};
    std::string text = setting_.words.detokenize(ids, false);
    const think_format& format = *setting_.options.think;
    // Delimiters that are control tokens are not shown to begin with.
    if (thinking_.closed()) text.resize(std::min(text.size(), text.rfind(format.close)));
    const std::size_t visible = text.find_first_not_of(" \t\r\n");
    if (!format.opened_by_prompt && visible != std::string::npos && text.substr(visible).starts_with(format.open)) {
        text.erase(0, visible + format.open.size());
    }
    return text;
}

std::string arm::answer_text(tokens ids) const {
    if (!ids.empty() && setting_.words.ends_generation(ids.back())) ids.pop_back();
    std::string text = setting_.words.detokenize(ids, false);
    if (stop_reason_ == stop_reason::stop_string) text.resize(std::min(text.size(), text.rfind(*stop_detail_)));
    return text;
}

} // namespace laconic
