// A technique as a small state machine: at each position it looks at the decision point and says what happens next.
// A new technique is one file beside this one and a line in make_policy.
#pragma once

#include "decision_point.h"
#include "vocabulary.h"

#include <variant>

namespace laconic {

/// Deliver a token that the model chose; `instead_of` is what it would have chosen had the policy not interfered.
struct take {
    token id = no_token;
    std::optional<token> instead_of;
};

/// Deliver text that the model did not choose.
struct force {
    tokens ids;
    std::string text;
    laconic::think_stop think_stop = think_stop::none; // how the thinking ended, if this closes it
    event_type event = event_type::forced;
};

using action = std::variant<take, force>;

class policy {
public:
    virtual ~policy() = default;
    virtual action decide(decision_point& point, const progress& so_far) = 0;
};

std::unique_ptr<policy> make_baseline();
std::unique_ptr<policy> make_nowait(const nowait_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_budget(const budget_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_nothinking(const nothinking_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_s1(const s1_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_soft_budget(const soft_budget_technique& technique, const vocabulary& words);

std::unique_ptr<policy> make_policy(const technique& technique, const vocabulary& words);

/// What a policy's text looks like as one string.
std::string text_of(const prompt_text& pieces);

} // namespace laconic
