// A technique as a small state machine: at each position it looks at the decision point and says what happens next.
// A new technique is one file beside this one and a line in make_policy.
#pragma once

#include "decision_point.h"
#include "vocabulary.h"

#include <variant>

namespace laconic {

/// Which of two ways the sample takes, and why; becomes a `route` event.
struct route {
    const char* signal = "";
    double value = 0;
    double threshold = 0;
    bool taken = false; // the longer one
};

/// Deliver a token that the model chose; `instead_of` is what it would have chosen had the policy not interfered.
struct take {
    token id = no_token;
    std::optional<token> instead_of;
    std::optional<laconic::route> route = {};
};

/// Deliver text that the model did not choose.
struct force {
    tokens ids;
    std::string text;
    laconic::think_stop think_stop = think_stop::none; // how the thinking ended, if this closes it
    std::string rule_met = {}; // why the thinking is left early; becomes an `exit` event
    bool ends = false;         // the sample ends with this text
    event_type event = event_type::forced;
    std::optional<laconic::route> route = {};
};

/// Look ahead and forget: behind the path the model reads `prompt` and goes on for a few tokens, which nobody ever sees
/// in the sample. The policy is told what came out and then decides as if the probe had never been.
struct probe {
    tokens prompt;                   // not empty
    int most = 0;                    // tokens to sample; 0: only the distribution behind the prompt is of interest
    std::vector<std::string> stops;  // texts that end the probe, behind the token that completes one
    laconic::sampling sampling = {}; // temperature and filters, on a lane of the probe's own
    bool entropies = false;          // whether the report has that of every sampled token
};

struct probe_report {
    tokens ids;                      // sampled
    std::vector<double> confidences; // the probability of each at temperature 1, before any filter
    std::vector<double> entropies;   // of the distribution that each was sampled from, in nats; only where asked for
    double entropy = 0;              // of the distribution behind the prompt, in nats
    std::string text;                // of the ids, control tokens shown, the end of generation apart
};

using action = std::variant<take, force, probe>;

class policy {
public:
    virtual ~policy() = default;
    virtual action decide(decision_point& point, const progress& so_far) = 0;
    /// What is done where a probe was asked for, now that it is over. A token taken is the one drawn there before.
    virtual action conclude(const probe_report&, const progress&) { return take{}; }
    /// KV cells that its longest probe needs.
    virtual int probe_cells() const { return 0; }
};

std::unique_ptr<policy> make_baseline();
std::unique_ptr<policy> make_nowait(const nowait_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_budget(const budget_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_nothinking(const nothinking_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_s1(const s1_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_soft_budget(const soft_budget_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_deer(const deer_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_consensus(const consensus_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_eat(const eat_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_confidence(const confidence_technique& technique, const vocabulary& words);
std::unique_ptr<policy> make_adaptive(const adaptive_technique& technique, const vocabulary& words);

std::unique_ptr<policy> make_policy(const technique& technique, const vocabulary& words);

/// What a policy's text looks like as one string.
std::string text_of(const prompt_text& pieces);

} // namespace laconic
