// What a policy sees when it decides: what sampling would take here, and how far the sample is.
#pragma once

#include "sampler.h"

#include <vector>

namespace laconic {

/// A set of token ids with a constant-time test.
class token_set {
public:
    token_set(const tokens& ids, std::size_t vocabulary_size);
    bool contains(token id) const { return member_[static_cast<std::size_t>(id)]; }
    const tokens& ids() const { return ids_; }

private:
    tokens ids_; // those inside the vocabulary
    std::vector<bool> member_;
};

/// Of the logits' exponentials, so that logit - log_of_sum is the logarithm of a probability.
double log_of_sum(std::span<const float> logits);

struct progress {
    bool thinking = false; // inside the thinking
    int thought = 0;       // sampled tokens since the opening delimiter
};

/// Draws are made when they are asked for and kept, so that arms which share a point share the work.
class decision_point {
public:
    decision_point(std::span<float> logits, const sampling& how, const random_key& key)
        : logits_(logits), how_(how), key_(key) {}

    /// What the model takes when nobody interferes.
    token draw();
    /// Nothing is drawn here: `id` was, at another time.
    void preset(token id) { drawn_ = id; }
    /// The same draw with `penalty` taken off the logits of `unwanted`. With an infinite one never one of them;
    /// no_token where nothing else is left.
    token draw_with_penalty(const token_set& unwanted, double penalty);
    /// The probability of the likeliest token, before temperature and filters.
    double certainty();

    /// What the model itself gives `id`: at temperature 1, before any filter.
    double probability(token id);
    /// Of that distribution, in nats.
    double entropy();
    /// How far that distribution is from saying nothing, in nats: KL(uniform || p) = -(1/V) sum of log(V p_j) over the V
    /// tokens that the model holds possible at all.
    double self_certainty();

private:
    double log_of_sum();

    std::span<float> logits_;
    const sampling& how_;
    random_key key_;
    std::optional<token> drawn_;
    std::optional<double> log_of_sum_;
    std::optional<double> self_certainty_;
};

} // namespace laconic
