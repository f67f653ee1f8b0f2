// Several paths of one sample: each draws on a lane of its own, and nothing else tells them apart.
#include "check.h"
#include "random.h"
#include "sampler.h"
#include "support.h"

#include <cmath>
#include <set>

using namespace laconic;
using namespace laconic::test;

namespace {

engine& nano() {
    static const auto opened = engine::open(options_for(nano_path(), 8));
    return *opened;
}

/// Paths of some items, one per lane; id = item * 100 + lane.
std::vector<request> paths(int items, std::uint32_t lanes, const technique& how = baseline_technique{}) {
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        for (std::uint32_t lane = 0; lane < lanes; ++lane) {
            request made = make_request(item, how);
            made.id = 100 * item + static_cast<int>(lane);
            made.lane = lane;
            made.sampling.temperature = 0.9;
            made.sampling.max_tokens = 120;
            requests.push_back(std::move(made));
        }
    }
    return requests;
}

/// Probes before a frequent token, sampled, and never sure enough to leave.
deer_technique probing() {
    deer_technique how;
    how.triggers = {nano().tokenize("=", false).at(0), nano().tokenize(" =", false).at(0)};
    how.probe = {{"\n\\boxed", false}};
    how.probe_tokens = 6;
    how.probe_temperature = 1;
    how.threshold = 1.5;
    how.closing = {{"\n", false}, {"</think>", true}, {"\n\n", false}};
    return how;
}

} // namespace

TEST("no two paths and no two probes draw on one lane") {
    std::set<std::uint32_t> lanes;
    for (std::uint32_t lane = 0; lane < main_lanes; ++lane) {
        lanes.insert(lane);
        for (const std::uint32_t at : {0u, 1u, 77u, (1u << 22) - 1})
            lanes.insert(probe_lane(lane, at));
    }
    CHECK_EQUAL(lanes.size(), 5u * main_lanes);
    CHECK_EQUAL(probe_lane(0, 77), 0x8000004du); // as before there were several paths
}

TEST("draws of two lanes agree as often as chance has it, and each follows the model") {
    const std::vector<float> logits{1.0f, 0.5f, 0.0f, -0.5f, -1.0f};
    std::vector<double> p;
    double sum = 0, agreement = 0;
    for (const float logit : logits)
        sum += std::exp(logit);
    for (const float logit : logits)
        p.push_back(std::exp(logit) / sum);
    for (const double each : p)
        agreement += each * each;
    sampling how;
    how.temperature = 1;
    constexpr int draws = 40000;
    for (const auto& [left, right] : {std::pair{0u, 1u}, {1u, 2u}, {0u, 63u}, {3u, probe_lane(3, 0)}}) {
        std::vector<int> counts(p.size(), 0);
        int equal = 0;
        for (std::uint32_t position = 0; position < draws; ++position) {
            const token a = draw_token(logits, how, {.seed = 5, .item = 9, .lane = left, .position = position});
            const token b = draw_token(logits, how, {.seed = 5, .item = 9, .lane = right, .position = position});
            equal += a == b;
            ++counts[static_cast<std::size_t>(b)];
        }
        const auto deviates = [&](int count, double chance) {
            return std::abs(count - draws * chance) > 5 * std::sqrt(draws * chance * (1 - chance));
        };
        CHECK(!deviates(equal, agreement));
        for (std::size_t id = 0; id < p.size(); ++id)
            CHECK(!deviates(counts[id], p[id]));
    }
}

TEST("lane 0 is the path of a request without lanes, and the other paths are others") {
    const auto samples = run(nano(), paths(3, 4));
    for (int item = 0; item < 3; ++item) {
        request plain = make_request(item);
        plain.sampling.temperature = 0.9;
        plain.sampling.max_tokens = 120;
        check_identical(run(nano(), {plain}).at(item), samples.at(100 * item));
        std::set<tokens> different;
        for (int lane = 0; lane < 4; ++lane)
            different.insert(all_ids(samples.at(100 * item + lane)));
        CHECK_EQUAL(different.size(), 4u);
    }
}

TEST("paths of one sample read their prompt once, and are the same alone and on any number of streams") {
    auto requests = paths(2, 5);
    auto probed = paths(2, 5, probing());
    for (request& request : probed)
        request.id += 50;
    requests.insert(requests.end(), probed.begin(), probed.end());
    engine_options options = options_for(nano_path(), 1);
    options.sharing = false;
    job_counters naive, counters;
    const auto expected = run(*engine::open(options), requests, &naive);
    CHECK(expected.at(50).ledger.probe_sampled > 0);
    CHECK(expected.at(50).events != expected.at(51).events);
    for (const int streams : {1, 16}) {
        const auto samples = run(*engine::open(options_for(nano_path(), streams)), requests, &counters);
        for (const auto& [id, made] : samples)
            check_identical(made, expected.at(id));
        CHECK_EQUAL(counters.prefill_tokens + counters.prefill_shared_tokens, naive.prefill_tokens);
        // The last token of a prompt is fed for each path, so that there are logits to draw from.
        CHECK(counters.prefill_tokens * 5 < naive.prefill_tokens);
    }
}

TEST("a lane out of range is refused") {
    request made = make_request(1);
    made.lane = main_lanes;
    std::string message;
    CHECK(error_of([&] { run(nano(), {made}); }, &message) == error_code::usage);
    CHECK(message.find("0 and 127") != std::string::npos);
}

int main() {
    return run_tests();
}
