// To think or not, item by item: before its first token the model is looked at behind finished thinking. Where it is
// sure of its answer there, the thinking is injected, already finished; else it thinks as ever. (After AdaCoT, arXiv
// 2505.11896, which trains the decision; here it is a rule.)
#include "policies/answer_certainty.h"
#include "policies/policy.h"

namespace laconic {

namespace {

class adaptive final : public policy {
public:
    adaptive(const adaptive_technique& technique, const vocabulary& words)
        : how_(technique), prefill_(words.encode(technique.prefill, false)), probe_{prefill_, 0, {}, {}} {
        const tokens asks = words.encode(technique.probe, false);
        probe_.prompt.insert(probe_.prompt.end(), asks.begin(), asks.end());
        if (how_.looks_at == adaptive_technique::signal::entropy) return;
        probe_.most = technique.probe_tokens;
        probe_.stops = technique.stops;
    }

    action decide(decision_point& point, const progress&) override {
        drawn_ = point.draw();
        if (decided_ || drawn_ == no_token) return take{drawn_, std::nullopt};
        decided_ = true;
        return probe_;
    }

    action conclude(const probe_report& report, const progress&) override {
        const route way = route_for(report);
        if (way.taken) return take{drawn_, std::nullopt, way};
        return force{.ids = prefill_, .text = text_of(how_.prefill), .route = way};
    }

    int probe_cells() const override { return static_cast<int>(probe_.prompt.size()) + probe_.most; }

private:
    route route_for(const probe_report& report) const {
        if (how_.looks_at == adaptive_technique::signal::entropy) {
            return {"entropy", report.entropy, how_.threshold, report.entropy > how_.threshold};
        }
        const double confidence = answer_confidence(report, confidence_mean::arithmetic).value_or(0);
        return {"confidence", confidence, how_.threshold, confidence <= how_.threshold};
    }

    adaptive_technique how_;
    tokens prefill_;
    probe probe_;
    token drawn_ = no_token; // the beginning of the thinking, if that is what it comes to
    bool decided_ = false;
};

} // namespace

std::unique_ptr<policy> make_adaptive(const adaptive_technique& technique, const vocabulary& words) {
    return std::make_unique<adaptive>(technique, words);
}

} // namespace laconic
