// A hard budget, the truncating half of s1's budget forcing (arXiv 2501.19393): after N sampled thinking tokens the
// closing text is forced, and the model goes on to its answer.
#include "policies/policy.h"

namespace laconic {

namespace {

class budget final : public policy {
public:
    budget(const budget_technique& technique, const vocabulary& words)
        : limit_(technique.tokens), closing_(words.encode(technique.closing, false)),
          text_(text_of(technique.closing)) {}

    action decide(decision_point& point, const progress& so_far) override {
        if (spent_ || !so_far.thinking || so_far.thought < limit_) return take{point.draw(), std::nullopt};
        spent_ = true;
        return force{closing_, text_, think_stop::budget};
    }

private:
    int limit_;
    tokens closing_;
    std::string text_;
    bool spent_ = false;
};

} // namespace

std::unique_ptr<policy> make_budget(const budget_technique& technique, const vocabulary& words) {
    return std::make_unique<budget>(technique, words);
}

} // namespace laconic
