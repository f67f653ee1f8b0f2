// Every so many tokens the model is asked for its answer; the thinking ends with the first that it is sure of. By the
// probability of the answer's tokens, as Certainty-Guided Reasoning does (arXiv 2509.07820), or by their entropy, as
// HALT-CoT does.
#include "policies/answer_certainty.h"
#include "policies/policy.h"

namespace laconic {

namespace {

class confidence final : public policy {
public:
    confidence(const confidence_technique& technique, const vocabulary& words)
        : how_(technique), closing_(words.encode(technique.closing, false)),
          probe_{words.encode(technique.probe, false),
                 technique.probe_tokens,
                 technique.stops,
                 {},
                 technique.looks_at == confidence_technique::measure::entropy} {}

    action decide(decision_point& point, const progress& so_far) override {
        drawn_ = point.draw();
        const bool chunk_ends = so_far.thinking && so_far.thought > 0 && so_far.thought % how_.chunk_tokens == 0;
        if (!chunk_ends || drawn_ == no_token) return take{drawn_, std::nullopt};
        return probe_;
    }

    action conclude(const probe_report& report, const progress&) override {
        const auto rule_met = sure(report);
        if (!rule_met) return take{drawn_, std::nullopt};
        return force{closing_, text_of(how_.closing), think_stop::exit, *rule_met};
    }

    int probe_cells() const override { return static_cast<int>(probe_.prompt.size()) + probe_.most; }

private:
    /// The rule in figures, where it holds.
    std::optional<std::string> sure(const probe_report& report) const {
        const std::string threshold = std::to_string(how_.threshold);
        if (how_.looks_at == confidence_technique::measure::entropy) {
            const auto entropy = answer_entropy(report);
            if (!entropy || *entropy >= how_.threshold) return std::nullopt;
            return "entropy " + std::to_string(*entropy) + " < " + threshold;
        }
        const auto probability = answer_confidence(report, confidence_mean::arithmetic);
        if (!probability || *probability <= how_.threshold) return std::nullopt;
        return "confidence " + std::to_string(*probability) + " > " + threshold;
    }

    confidence_technique how_;
    tokens closing_;
    probe probe_;
    token drawn_ = no_token;
};

} // namespace

std::unique_ptr<policy> make_confidence(const confidence_technique& technique, const vocabulary& words) {
    return std::make_unique<confidence>(technique, words);
}

} // namespace laconic
