// NoThinking (arXiv 2504.09858): the thinking is injected, already finished, before the model writes its first token.
#include "policies/policy.h"

namespace laconic {

namespace {

class nothinking final : public policy {
public:
    nothinking(const nothinking_technique& technique, const vocabulary& words)
        : prefill_(words.encode(technique.prefill, false)), text_(text_of(technique.prefill)) {}

    action decide(decision_point& point, const progress&) override {
        if (injected_) return take{point.draw(), std::nullopt};
        injected_ = true;
        return force{prefill_, text_, think_stop::none};
    }

private:
    tokens prefill_;
    std::string text_;
    bool injected_ = false;
};

} // namespace

std::unique_ptr<policy> make_nothinking(const nothinking_technique& technique, const vocabulary& words) {
    return std::make_unique<nothinking>(technique, words);
}

} // namespace laconic
