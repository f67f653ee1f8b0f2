#include "decision_point.h"

#include <algorithm>
#include <cmath>

namespace laconic {

namespace {

/// Holds some logits down, in place, for its own lifetime.
class suppression {
public:
    suppression(std::span<float> logits, const tokens& ids, float penalty) : logits_(logits), ids_(ids) {
        saved_.reserve(ids.size());
        for (const token id : ids) {
            float& logit = logits_[static_cast<std::size_t>(id)];
            saved_.push_back(logit);
            logit -= penalty;
        }
    }
    ~suppression() {
        for (std::size_t i = 0; i < ids_.size(); ++i)
            logits_[static_cast<std::size_t>(ids_[i])] = saved_[i];
    }
    suppression(const suppression&) = delete;
    suppression& operator=(const suppression&) = delete;

private:
    std::span<float> logits_;
    const tokens& ids_;
    std::vector<float> saved_;
};

} // namespace

token_set::token_set(const tokens& ids, std::size_t vocabulary_size) : member_(vocabulary_size, false) {
    for (const token id : ids) {
        // A repeated id would be saved as minus infinity and so stay there.
        if (id < 0 || static_cast<std::size_t>(id) >= vocabulary_size || contains(id)) continue;
        member_[static_cast<std::size_t>(id)] = true;
        ids_.push_back(id);
    }
}

double log_of_sum(std::span<const float> logits) {
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - most);
    return most + std::log(sum);
}

token decision_point::draw() {
    if (!drawn_) drawn_ = draw_token(logits_, how_, key_);
    return *drawn_;
}

token decision_point::draw_with_penalty(const token_set& unwanted, double penalty) {
    // The winner of a draw also wins among weaker rivals; only filters may look different with them.
    const token free_draw = draw();
    if (free_draw == no_token) return no_token;
    if (!has_filters(how_) && !unwanted.contains(free_draw)) return free_draw;
    const suppression held(logits_, unwanted.ids(), static_cast<float>(penalty));
    return draw_token(logits_, how_, key_);
}

double decision_point::certainty() {
    const token best = argmax(logits_);
    return best == no_token ? 0 : probability(best);
}

double decision_point::log_of_sum() {
    if (!log_of_sum_) log_of_sum_ = laconic::log_of_sum(logits_);
    return *log_of_sum_;
}

double decision_point::probability(token id) {
    return std::exp(logits_[static_cast<std::size_t>(id)] - log_of_sum());
}

double decision_point::entropy() {
    double sum = 0;
    for (const float logit : logits_) {
        const double log_probability = logit - log_of_sum();
        if (const double p = std::exp(log_probability); p > 0) sum -= p * log_probability;
    }
    return sum;
}

double decision_point::self_certainty() {
    if (!self_certainty_) {
        double sum = 0, possible = 0;
        for (const float logit : logits_) {
            if (!std::isfinite(logit)) continue;
            sum += logit;
            ++possible;
        }
        self_certainty_ = log_of_sum() - sum / possible - std::log(possible);
    }
    return *self_certainty_;
}

} // namespace laconic
