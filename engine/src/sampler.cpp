#include "sampler.h"

#include "multiversion.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace laconic {

namespace {

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();
constexpr std::size_t lanes = 16;
constexpr std::size_t block = 64;

LACONIC_MULTIVERSION
float largest(const float* logits, std::size_t count) {
    std::array<float, lanes> best;
    best.fill(minus_infinity);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            best[lane] = logits[i + lane] > best[lane] ? logits[i + lane] : best[lane];
        }
    }
    float result = minus_infinity;
    for (const float value : best)
        result = value > result ? value : result;
    for (; i < count; ++i)
        result = logits[i] > result ? logits[i] : result;
    return result;
}

LACONIC_MULTIVERSION
std::size_t first_equal(const float* logits, std::size_t count, float value) {
    std::size_t i = 0;
    for (; i + block <= count; i += block) {
        int hits = 0;
        for (std::size_t j = 0; j < block; ++j)
            hits += logits[i + j] == value;
        if (hits != 0) break;
    }
    while (i < count && logits[i] != value)
        ++i;
    return i;
}

/// Gumbel-max in its exponential form: with v uniform, E = -ln(1 - v) is exponential, and the largest
/// logit / temperature - ln E belongs to a token drawn from the softmax (Gumbel 1954; Maddison et al. 2014).
double gumbel_score(float logit, double inverse_temperature, double uniform) {
    return logit * inverse_temperature - std::log(-std::log1p(-uniform));
}

/// Writes the ids of [begin, end) that may still beat `best` to `out` and returns their number. E >= v, so a token can
/// only win where v <= exp(logit / temperature - best); both sides are rounded towards "may win" (the power of two
/// above the exponential, the upper 24 bits of v), so nothing that could win is lost and almost nothing else is kept.
LACONIC_MULTIVERSION
std::size_t contenders(const float* logits, std::size_t begin, std::size_t end, float inverse_temperature, float best,
                       const random_row& random, std::uint32_t* out) {
    constexpr float log2_e = 1.44269504f;
    std::array<std::uint8_t, block> may_win;
    int any = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const float exponent = (logits[i] * inverse_temperature - best) * log2_e;
        const float clamped = exponent > -100.0f ? (exponent < 20.0f ? exponent : 20.0f) : -100.0f;
        const std::int32_t ceiling = static_cast<std::int32_t>(clamped) + 2;
        const float bound = std::bit_cast<float>((127 + ceiling) << 23);
        const float uniform = static_cast<float>(random.upper(static_cast<std::uint32_t>(i)) >> 8) * 0x1p-24f;
        const std::uint8_t hit = uniform <= bound;
        may_win[i - begin] = hit;
        any |= hit;
    }
    if (any == 0) return 0;
    std::size_t count = 0;
    for (std::size_t i = begin; i < end; ++i) {
        if (may_win[i - begin] != 0) out[count++] = static_cast<std::uint32_t>(i);
    }
    return count;
}

struct winner {
    token id = no_token;
    double score = -std::numeric_limits<double>::infinity();

    void consider(token candidate, double candidate_score) {
        if (candidate_score > score || (candidate_score == score && candidate < id))
            *this = {candidate, candidate_score};
    }
};

token draw_from_all(std::span<const float> logits, double inverse_temperature, const random_row& random) {
    const token likeliest = argmax(logits);
    if (likeliest == no_token) return no_token;
    const auto score = [&](std::uint32_t id) {
        return gumbel_score(logits[id], inverse_temperature, random.uniform(id));
    };
    winner best;
    best.consider(likeliest, score(static_cast<std::uint32_t>(likeliest)));
    std::array<std::uint32_t, block> ids;
    for (std::size_t begin = 0; begin < logits.size(); begin += block) {
        const std::size_t end = std::min(begin + block, logits.size());
        const std::size_t count = contenders(logits.data(), begin, end, static_cast<float>(inverse_temperature),
                                             static_cast<float>(best.score), random, ids.data());
        for (std::size_t i = 0; i < count; ++i)
            best.consider(static_cast<token>(ids[i]), score(ids[i]));
    }
    return best.id;
}

/// Number of leading candidates whose probabilities first reach `top_p`; `weights` are in descending order.
std::size_t nucleus_size(std::span<const double> weights, double total, double top_p) {
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i];
        if (sum >= top_p * total) return i + 1;
    }
    return weights.size();
}

} // namespace

token argmax(std::span<const float> logits) {
    const float best = largest(logits.data(), logits.size());
    if (!std::isfinite(best)) return no_token;
    return static_cast<token>(first_equal(logits.data(), logits.size(), best));
}

tokens filtered_candidates(std::span<const float> logits, const sampling& how) {
    const token likeliest = argmax(logits);
    if (likeliest == no_token) return {};
    const double largest_logit = logits[static_cast<std::size_t>(likeliest)];
    const auto weight = [&](token id) {
        return std::exp((logits[static_cast<std::size_t>(id)] - largest_logit) / how.temperature);
    };

    tokens order(logits.size());
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](token id) { return !(logits[static_cast<std::size_t>(id)] > minus_infinity); });
    // Every filter keeps a head of the same order, so all three together keep the shortest head.
    const auto more_likely = [&](token a, token b) {
        const float left = logits[static_cast<std::size_t>(a)], right = logits[static_cast<std::size_t>(b)];
        return left != right ? left > right : a < b;
    };
    if (how.top_k > 0 && static_cast<std::size_t>(how.top_k) < order.size()) {
        std::nth_element(order.begin(), order.begin() + how.top_k, order.end(), more_likely);
        order.resize(static_cast<std::size_t>(how.top_k));
    }
    double total = 0;
    if (how.top_p < 1) {
        // Summed in id order whatever nth_element left, so that equal logits give equal sums.
        std::sort(order.begin(), order.end());
        for (const token id : order)
            total += weight(id);
    }
    if (how.min_p > 0) std::erase_if(order, [&](token id) { return weight(id) < how.min_p; });
    std::sort(order.begin(), order.end(), more_likely);
    if (how.top_p < 1) {
        std::vector<double> weights(order.size());
        std::transform(order.begin(), order.end(), weights.begin(), weight);
        order.resize(nucleus_size(weights, total, how.top_p));
    }
    return order;
}

token draw_token(std::span<const float> logits, const sampling& how, const random_key& key) {
    if (how.temperature <= 0) return argmax(logits);
    const random_row random(key);
    const double inverse_temperature = 1.0 / how.temperature;
    if (!has_filters(how)) return draw_from_all(logits, inverse_temperature, random);
    winner best;
    for (const token id : filtered_candidates(logits, how)) {
        const auto index = static_cast<std::uint32_t>(id);
        best.consider(id, gumbel_score(logits[index], inverse_temperature, random.uniform(index)));
    }
    return best.id;
}

} // namespace laconic
