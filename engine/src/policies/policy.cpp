#include "policies/policy.h"

namespace laconic {

std::unique_ptr<policy> make_policy(const technique& technique, const vocabulary& words) {
    struct maker {
        const vocabulary& words;
        std::unique_ptr<policy> operator()(const baseline_technique&) const { return make_baseline(); }
        std::unique_ptr<policy> operator()(const nowait_technique& t) const { return make_nowait(t, words); }
        std::unique_ptr<policy> operator()(const budget_technique& t) const { return make_budget(t, words); }
        std::unique_ptr<policy> operator()(const nothinking_technique& t) const { return make_nothinking(t, words); }
        std::unique_ptr<policy> operator()(const s1_technique& t) const { return make_s1(t, words); }
        std::unique_ptr<policy> operator()(const soft_budget_technique& t) const { return make_soft_budget(t, words); }
        std::unique_ptr<policy> operator()(const deer_technique& t) const { return make_deer(t, words); }
        std::unique_ptr<policy> operator()(const consensus_technique& t) const { return make_consensus(t, words); }
        std::unique_ptr<policy> operator()(const eat_technique& t) const { return make_eat(t, words); }
        std::unique_ptr<policy> operator()(const confidence_technique& t) const { return make_confidence(t, words); }
        std::unique_ptr<policy> operator()(const adaptive_technique& t) const { return make_adaptive(t, words); }
    };
    return std::visit(maker{words}, technique);
}

std::string text_of(const prompt_text& pieces) {
    std::string text;
    for (const prompt_piece& piece : pieces)
        text += piece.text;
    return text;
}

} // namespace laconic
