// From logits to a token: argmax, or Gumbel-max over the tokens that the filters leave.
#pragma once

#include "laconic/engine.h"
#include "random.h"

#include <span>

namespace laconic {

constexpr token no_token = -1;

/// The first id with the largest logit; no_token where no logit is finite.
token argmax(std::span<const float> logits);

/// Ids that the filters of `how` leave, in descending order of logit (ties: lower id first).
/// Precondition: how.temperature > 0.
tokens filtered_candidates(std::span<const float> logits, const sampling& how);

/// True where a ban on some tokens can change which of the others survive the filters.
constexpr bool has_filters(const sampling& how) {
    return how.temperature > 0 && (how.top_k > 0 || how.top_p < 1 || how.min_p > 0);
}

/// Draws a token at the key's position. Same key and same distribution: same token.
token draw_token(std::span<const float> logits, const sampling& how, const random_key& key);

} // namespace laconic
