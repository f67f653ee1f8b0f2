#include "check.h"
#include "decision_point.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace laconic;

namespace {

constexpr double hard = std::numeric_limits<double>::infinity();

constexpr float minus_infinity = -std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_logits(std::size_t count, unsigned seed, float spread = 3) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, spread);
    std::vector<float> logits(count);
    for (float& logit : logits)
        logit = normal(generator);
    return logits;
}

sampling at_temperature(double temperature) {
    sampling how;
    how.temperature = temperature;
    return how;
}

random_key key_at(std::uint32_t position, std::uint64_t seed = 1) {
    return {.seed = seed, .item = 77, .repeat = 0, .lane = 0, .position = position};
}

std::vector<double> softmax(const std::vector<float>& logits, double temperature) {
    std::vector<double> p(logits.size());
    for (std::size_t i = 0; i < p.size(); ++i)
        p[i] = std::exp(logits[i] / temperature);
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p)
        value /= total;
    return p;
}

/// Pearson's statistic; cells that expect fewer than five draws are put together.
double chi_square_z(const std::vector<int>& counts, const std::vector<double>& p, int draws) {
    double statistic = 0, rest_expected = 0;
    int rest = 0, cells = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double expected = p[i] * draws;
        if (expected < 5) {
            rest_expected += expected;
            rest += counts[i];
            continue;
        }
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        ++cells;
    }
    if (rest_expected > 0) {
        statistic += (rest - rest_expected) * (rest - rest_expected) / rest_expected;
        ++cells;
    }
    const double freedom = cells - 1;
    return (statistic - freedom) / std::sqrt(2 * freedom); // about standard normal
}

std::vector<int> frequencies(const std::vector<float>& logits, const sampling& how, int draws) {
    std::vector<int> counts(logits.size(), 0);
    for (int i = 0; i < draws; ++i)
        ++counts[static_cast<std::size_t>(draw_token(logits, how, key_at(static_cast<std::uint32_t>(i))))];
    return counts;
}

} // namespace

TEST("argmax takes the lowest id when logits tie") {
    for (const std::size_t size : {1u, 15u, 16u, 17u, 64u, 100u, 1000u}) {
        std::vector<float> logits(size, -1);
        CHECK_EQUAL(argmax(logits), 0);
        logits[size - 1] = 2;
        CHECK_EQUAL(argmax(logits), static_cast<token>(size - 1));
        logits[size / 2] = 2;
        CHECK_EQUAL(argmax(logits), static_cast<token>(size / 2));
    }
}

TEST("argmax has no token when no logit is finite") {
    CHECK_EQUAL(argmax(std::vector<float>{}), no_token);
    CHECK_EQUAL(argmax(std::vector<float>(70, minus_infinity)), no_token);
    CHECK_EQUAL(argmax(std::vector<float>(70, not_a_number)), no_token);
}

TEST("draws follow softmax when many keys are drawn") {
    for (const double temperature : {0.6, 1.0, 1.7}) {
        const auto logits = random_logits(300, 5, 1.5f);
        const int draws = 60000;
        const double z =
            chi_square_z(frequencies(logits, at_temperature(temperature), draws), softmax(logits, temperature), draws);
        CHECK(std::abs(z) < 4);
    }
}

TEST("draws follow softmax when the keys differ in item, repeat, lane or seed only") {
    const auto logits = random_logits(40, 6, 1);
    const auto p = softmax(logits, 1);
    const int draws = 20000;
    for (int field = 0; field < 4; ++field) {
        std::vector<int> counts(logits.size(), 0);
        for (int i = 0; i < draws; ++i) {
            random_key key = key_at(3);
            const auto n = static_cast<std::uint32_t>(i);
            if (field == 0) key.item = n;
            if (field == 1) key.repeat = n;
            if (field == 2) key.lane = n;
            if (field == 3) key.seed = n;
            ++counts[static_cast<std::size_t>(draw_token(logits, at_temperature(1), key))];
        }
        CHECK(std::abs(chi_square_z(counts, p, draws)) < 4);
    }
}

TEST("neighbouring positions are independent when pairs of draws are counted") {
    const std::vector<float> logits{0, 0.5f, 1};
    const auto p = softmax(logits, 1);
    std::vector<int> counts(9, 0);
    std::vector<double> expected(9);
    const int draws = 40000;
    for (std::uint32_t i = 0; i < draws; ++i) {
        const token first = draw_token(logits, at_temperature(1), key_at(2 * i));
        const token second = draw_token(logits, at_temperature(1), key_at(2 * i + 1));
        ++counts[static_cast<std::size_t>(3 * first + second)];
    }
    for (std::size_t i = 0; i < 9; ++i)
        expected[i] = p[i / 3] * p[i % 3];
    CHECK(std::abs(chi_square_z(counts, expected, draws)) < 4);
}

TEST("skipping tokens that cannot win changes nothing when every token is scored for comparison") {
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
        auto logits = random_logits(trial % 2 == 0 ? 1664 : 333, trial, trial % 3 == 0 ? 0.5f : 6);
        logits[trial % logits.size()] = minus_infinity;
        const double temperature = 0.3 + 0.01 * trial;
        const random_row random(key_at(trial));
        double best = minus_infinity;
        token winner = no_token;
        for (std::size_t i = 0; i < logits.size(); ++i) {
            const double score =
                logits[i] / temperature - std::log(-std::log1p(-random.uniform(static_cast<std::uint32_t>(i))));
            if (score > best) {
                best = score;
                winner = static_cast<token>(i);
            }
        }
        CHECK_EQUAL(draw_token(logits, at_temperature(temperature), key_at(trial)), winner);
    }
}

TEST("arms with nearly the same distribution nearly always draw the same token") {
    const auto logits = random_logits(500, 9);
    auto other = logits;
    for (std::size_t i = 0; i < other.size(); ++i)
        other[i] += 0.01f * static_cast<float>(i % 3);
    int same = 0;
    for (std::uint32_t i = 0; i < 2000; ++i)
        same += draw_token(logits, at_temperature(1), key_at(i)) == draw_token(other, at_temperature(1), key_at(i));
    CHECK(same > 1950);
}

TEST("top-k keeps exactly k tokens, the lower ids when logits tie") {
    const std::vector<float> logits{1, 3, 2, 3, 2, 2};
    sampling how = at_temperature(1);
    how.top_k = 4;
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{1, 3, 2, 4}));
    how.top_k = 1;
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{1}));
    how.top_k = 6;
    CHECK_EQUAL(filtered_candidates(logits, how).size(), 6u);
    how.top_k = 600;
    CHECK_EQUAL(filtered_candidates(logits, how).size(), 6u);
}

TEST("top-p keeps the token that reaches p and nothing behind it") {
    const std::vector<float> logits{std::log(0.1f), std::log(0.5f), std::log(0.25f), std::log(0.15f)};
    sampling how = at_temperature(1);
    const auto kept = [&](double top_p) {
        how.top_p = top_p;
        return filtered_candidates(logits, how);
    };
    CHECK_EQUAL(kept(1e-9), (tokens{1}));
    CHECK_EQUAL(kept(0.49), (tokens{1}));
    CHECK_EQUAL(kept(0.51), (tokens{1, 2}));
    CHECK_EQUAL(kept(0.89), (tokens{1, 2, 3}));
    CHECK_EQUAL(kept(0.91), (tokens{1, 2, 3, 0}));
}

TEST("top-p is measured on what top-k left, at the temperature of the draw") {
    const std::vector<float> logits{std::log(0.4f), std::log(0.3f), std::log(0.2f), std::log(0.1f)};
    sampling how = at_temperature(1);
    how.top_k = 2;
    how.top_p = 0.56; // 0.4 / 0.7 = 0.571
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{0}));
    how.temperature = 2; // flatter: 0.536
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{0, 1}));
}

TEST("min-p keeps tokens at least that likely compared with the likeliest") {
    const std::vector<float> logits{0, std::log(0.5f), std::log(0.2f), minus_infinity};
    sampling how = at_temperature(1);
    how.min_p = 0.49;
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{0, 1}));
    how.min_p = 0.51;
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{0}));
    how.min_p = 1e-12;
    CHECK_EQUAL(filtered_candidates(logits, how), (tokens{0, 1, 2}));
}

TEST("top-p reaches the same head whatever the size of the vocabulary") {
    for (const unsigned seed : {1u, 2u, 3u}) {
        const auto logits = random_logits(5000, seed, seed == 3 ? 0.1f : 3);
        sampling how = at_temperature(0.9);
        how.top_p = 0.95;
        const tokens head = filtered_candidates(logits, how);
        const auto p = softmax(logits, 0.9);
        double inside = 0;
        for (const token id : head)
            inside += p[static_cast<std::size_t>(id)];
        CHECK(inside >= 0.95 - 1e-9);
        CHECK(inside - p[static_cast<std::size_t>(head.back())] < 0.95);
    }
}

TEST("filtered draws follow the renormalised distribution") {
    const auto logits = random_logits(200, 12, 1.2f);
    sampling how = at_temperature(0.8);
    how.top_k = 30;
    how.top_p = 0.9;
    how.min_p = 0.01;
    const tokens kept = filtered_candidates(logits, how);
    std::vector<double> p(logits.size(), 0);
    const auto all = softmax(logits, 0.8);
    double total = 0;
    for (const token id : kept)
        total += all[static_cast<std::size_t>(id)];
    for (const token id : kept)
        p[static_cast<std::size_t>(id)] = all[static_cast<std::size_t>(id)] / total;
    const int draws = 30000;
    const auto counts = frequencies(logits, how, draws);
    for (std::size_t i = 0; i < p.size(); ++i)
        CHECK(p[i] > 0 || counts[i] == 0);
    CHECK(std::abs(chi_square_z(counts, p, draws)) < 4);
}

TEST("a finite penalty draws what a lower logit would have drawn") {
    auto logits = random_logits(400, 23);
    const token_set disliked({argmax(logits), 7, 8, 200}, logits.size());
    auto lowered = logits;
    for (const token id : disliked.ids())
        lowered[static_cast<std::size_t>(id)] -= 1.5f;
    for (const double temperature : {0.0, 0.7}) {
        for (const double top_p : {1.0, 0.8}) {
            sampling how = at_temperature(temperature);
            how.top_p = top_p;
            for (std::uint32_t i = 0; i < 300; ++i) {
                decision_point point(logits, how, key_at(i));
                CHECK_EQUAL(point.draw_with_penalty(disliked, 1.5), draw_token(lowered, how, key_at(i)));
            }
        }
    }
}

TEST("a banned token is never drawn and the logits are as before afterwards") {
    auto logits = random_logits(400, 21);
    const auto before = logits;
    const token_set banned({5, 17, 5, 399, argmax(logits)}, logits.size());
    CHECK_EQUAL(banned.ids().size(), 4u);
    for (const double temperature : {0.0, 0.7}) {
        for (const int top_k : {0, 5}) {
            sampling how = at_temperature(temperature);
            how.top_k = top_k;
            for (std::uint32_t i = 0; i < 300; ++i) {
                decision_point point(logits, how, key_at(i));
                const token free_draw = point.draw();
                const token drawn = point.draw_with_penalty(banned, hard);
                CHECK(!banned.contains(drawn));
                if (top_k == 0 && !banned.contains(free_draw)) CHECK_EQUAL(drawn, free_draw);
            }
        }
    }
    CHECK(logits == before);
}

TEST("nothing is drawn when every token is banned") {
    std::vector<float> logits{1, 2, 3};
    const token_set banned({0, 1, 2}, 3);
    for (const double temperature : {0.0, 1.0}) {
        const sampling how = at_temperature(temperature);
        decision_point point(logits, how, key_at(0));
        CHECK_EQUAL(point.draw_with_penalty(banned, hard), no_token);
    }
}

int main() {
    return laconic::test::run_tests();
}
