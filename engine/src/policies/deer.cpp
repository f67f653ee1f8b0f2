// DEER (arXiv 2504.15895, iie-ycx/DEER): where the model is about to look back ("Wait"), it is asked for its answer.
// If it writes one with confidence, the thinking ends there; if not, it goes on with the word that it was about to
// write.
#include "policies/answer_certainty.h"
#include "policies/policy.h"

#include <algorithm>

namespace laconic {

namespace {

/// A probe this near the limit is taken for the last one.
constexpr int limit_margin = 50;

class deer final : public policy {
public:
    deer(const deer_technique& technique, const vocabulary& words)
        : how_(technique), triggers_(technique.triggers, words.size()),
          closing_(words.encode(technique.closing, false)),
          text_(text_of(technique.closing)), probe_{words.encode(technique.probe, false),
                                                    technique.probe_tokens,
                                                    technique.stops,
                                                    {}} {
        probe_.sampling.temperature = technique.probe_temperature;
    }

    action decide(decision_point& point, const progress& so_far) override {
        const token drawn = point.draw();
        if (!so_far.thinking || drawn == no_token) return take{drawn, std::nullopt};
        if (how_.think_limit > 0 && so_far.thought >= how_.think_limit) return leave("thinking limit reached");
        if (probes_ >= how_.most_probes || !triggers_.contains(drawn)) return take{drawn, std::nullopt};
        ++probes_;
        drawn_ = drawn;
        return probe_;
    }

    action conclude(const probe_report& report, const progress& so_far) override {
        const double confidence = confidence_in(report);
        if (confidence > how_.threshold) {
            return leave("confidence " + std::to_string(confidence) + " > " + std::to_string(how_.threshold));
        }
        if (how_.think_limit > 0 && so_far.thought >= how_.think_limit - limit_margin) {
            return leave("thinking limit near");
        }
        return take{drawn_, std::nullopt};
    }

    int probe_cells() const override { return static_cast<int>(probe_.prompt.size()) + probe_.most; }

private:
    force leave(std::string rule) const { return {closing_, text_, think_stop::exit, std::move(rule)}; }

    double confidence_in(const probe_report& report) const {
        if (how_.stop_needed && !ends_with_stop(report)) return 0;
        return answer_confidence(report, how_.confidence).value_or(0);
    }

    bool ends_with_stop(const probe_report& report) const {
        return std::any_of(how_.stops.begin(), how_.stops.end(),
                           [&](const std::string& stop) { return report.text.ends_with(stop); });
    }

    deer_technique how_;
    token_set triggers_;
    tokens closing_;
    std::string text_;
    probe probe_;
    token drawn_ = no_token; // what the model was about to write when it was asked
    int probes_ = 0;
};

} // namespace

std::unique_ptr<policy> make_deer(const deer_technique& technique, const vocabulary& words) {
    return std::make_unique<deer>(technique, words);
}

} // namespace laconic
