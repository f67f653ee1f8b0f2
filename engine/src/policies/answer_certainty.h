// How sure the model is of an answer that a probe made it write. The first token, usually an opening brace, says nothing
// about that and is left out.
#pragma once

#include "policies/policy.h"

namespace laconic {

/// Mean probability of the tokens from the second on; none where there is no second one.
std::optional<double> answer_confidence(const probe_report& report, confidence_mean kind);

/// Mean entropy, in nats, of the distributions that these tokens were sampled from. Precondition: the probe asked for
/// entropies.
std::optional<double> answer_entropy(const probe_report& report);

} // namespace laconic
