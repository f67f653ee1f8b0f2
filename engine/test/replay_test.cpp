// Early exits on a thinking that is there already: the rule decides, the tokens are given.
#include "check.h"
#include "exit_rules.h"
#include "script.h"
#include "support.h"

#include <iostream>

using namespace laconic;
using namespace laconic::test;

namespace {

const std::vector<technique>& rules() {
    static const std::vector<technique> all{convergence_of(2), dynasor_of(2, 16), eat_of(0.2, 0.02, 1)};
    return all;
}

engine& reference() {
    static const auto opened = engine::open(options_for(reference_path(), 8));
    return *opened;
}

request asked(int item, int arm, technique how) {
    static const auto known = questions(200);
    request made = make_request(item, std::move(how));
    made.id = 100 * item + arm;
    made.prompt = chat(known.at(static_cast<std::size_t>(item) + 100));
    made.sampling.max_tokens = 600;
    made.sampling.temperature = item % 2 == 0 ? 0 : 0.7;
    return made;
}

/// Every rule on the thinking of `source`, for so many items; request 100 * item is the source's.
std::map<int, generation> replays(const std::map<int, generation>& sources, int items) {
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        for (std::size_t arm = 0; arm < rules().size(); ++arm) {
            requests.push_back(asked(item, static_cast<int>(arm) + 1, rules()[arm]));
            requests.back().trace = sources.at(100 * item).think_ids;
        }
    }
    return run(reference(), std::move(requests));
}

constexpr int items = 8;

} // namespace

TEST("a trace is followed whatever the model would take, and the sample ends with it") {
    const stage& stage = the_stage();
    request how = make_request(1, eat_of(0.2, -1, 1));
    how.trace = stage.words().tokenize("<think>\na\nb\n</think>", true);
    const engine_options options = options_for(nano_path(), 1);
    const arm_setting setting{stage.words(), options};
    arm player(how, setting);
    while (!player.finished()) {
        player.advance(player.pending().size());
        std::vector<float> logits = stage.logits_of({stage.id("9")});
        decision_point point = player.point(logits);
        player.decide(point);
        player.step_back();
    }
    const generation made = player.result();
    CHECK_EQUAL(made.think_ids, how.trace);
    CHECK(made.answer_ids.empty());
    CHECK_EQUAL(made.think_stop, think_stop::natural);
    CHECK_EQUAL(made.stop_reason, stop_reason::eos);
    CHECK_EQUAL(made.ledger.think_sampled, static_cast<int>(how.trace.size()));
    CHECK_EQUAL(events_of(made, event_type::probe).size(), 3u);
}

TEST("on the baseline's trace every rule does what it does online, token by token") {
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        requests.push_back(asked(item, 0, baseline_technique{}));
        for (std::size_t arm = 0; arm < rules().size(); ++arm)
            requests.push_back(asked(item, static_cast<int>(arm) + 1, rules()[arm]));
    }
    const auto online = run(reference(), std::move(requests));
    std::vector<int> left(rules().size()), stayed(rules().size());
    for (const auto& [id, made] : replays(online, items)) {
        const generation& live = online.at(id);
        const auto rule = static_cast<std::size_t>(id % 100 - 1);
        if (!events_of(live, event_type::exit).empty()) {
            check_identical(made, live);
            ++left[rule];
            continue;
        }
        // What follows the trace stands in the sample that the trace is of.
        ++stayed[rule];
        CHECK_EQUAL(made.think_ids, live.think_ids);
        CHECK(made.events == live.events);
        CHECK_EQUAL(made.ledger.probe_prompt, live.ledger.probe_prompt);
        CHECK_EQUAL(made.ledger.probe_sampled, live.ledger.probe_sampled);
    }
    for (std::size_t rule = 0; rule < left.size(); ++rule) {
        CHECK(left[rule] > 0);
        std::cout << "  rule " << rule << ": " << left[rule] << " left, " << stayed[rule] << " stayed\n";
    }
}

TEST("a budget cuts the baseline's trace as it does online, token by token, at a length of its own for every item") {
    std::vector<request> baselines;
    for (int item = 0; item < items; ++item) baselines.push_back(asked(item, 0, baseline_technique{}));
    const auto sources = run(reference(), std::move(baselines));
    std::vector<request> online, replayed;
    for (int item = 0; item < items; ++item) {
        const tokens& trace = sources.at(100 * item).think_ids;
        const int kept = static_cast<int>(trace.size()) / 2;
        online.push_back(asked(item, 1, budget_of(kept)));
        replayed.push_back(online.back());
        replayed.back().trace = trace;
    }
    const auto live = run(reference(), std::move(online));
    for (const auto& [id, made] : run(reference(), std::move(replayed))) {
        const tokens& trace = sources.at(id - 1).think_ids;
        check_identical(made, live.at(id));
        CHECK_EQUAL(made.think_stop, think_stop::budget);
        // The opening delimiter is sampled, too.
        CHECK_EQUAL(made.ledger.think_sampled, 1 + static_cast<int>(trace.size()) / 2);
        CHECK(!made.answer_ids.empty());
    }
}

TEST("a replay keeps to the thinking of another arm until it leaves it") {
    nowait_technique nowait;
    nowait.banned = {reference().tokenize("Wait", false).at(0), reference().tokenize("Hmm", false).at(0)};
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        requests.push_back(asked(item, 0, nowait));
        requests.push_back(asked(item, 50, baseline_technique{}));
    }
    const auto sources = run(reference(), std::move(requests));
    int parted = 0, left = 0;
    for (const auto& [id, made] : replays(sources, items)) {
        const int item = id / 100;
        const tokens& trace = sources.at(100 * item).think_ids;
        const auto exits = events_of(made, event_type::exit);
        const std::size_t length = exits.empty() ? trace.size() : static_cast<std::size_t>(exits.front().at);
        const tokens followed = all_ids(made);
        CHECK(followed.size() >= length);
        CHECK(std::equal(trace.begin(), trace.begin() + static_cast<std::ptrdiff_t>(length), followed.begin()));
        if (exits.empty()) CHECK_EQUAL(followed.size(), trace.size());
        if (!exits.empty()) ++left;
        parted += trace != sources.at(100 * item + 50).think_ids;
    }
    CHECK(parted > 0);
    CHECK(left > 0);
}

TEST("replays of one trace share its path, and are the same alone") {
    const auto sources = run(reference(), {asked(1, 0, baseline_technique{}), asked(2, 0, baseline_technique{})});
    std::vector<request> requests;
    for (const int item : {1, 2}) {
        for (std::size_t arm = 0; arm < rules().size(); ++arm) {
            requests.push_back(asked(item, static_cast<int>(arm) + 1, rules()[arm]));
            requests.back().trace = sources.at(100 * item).think_ids;
        }
        requests.push_back(asked(item, 9, rules()[0])); // online, beside its own replay
    }
    engine_options apart = options_for(reference_path(), 2);
    apart.sharing = false;
    job_counters naive, shared;
    const auto alone = run(*engine::open(apart), requests, &naive);
    for (const int streams : {1, 8}) {
        for (const auto& [id, made] : run(*engine::open(options_for(reference_path(), streams)), requests, &shared))
            check_identical(made, alone.at(id));
        CHECK(shared.decoded_tokens < naive.decoded_tokens);
    }
}

TEST("a trace with a token that the model does not have is refused") {
    request how = asked(1, 1, rules()[0]);
    how.trace = {0, 1 << 30};
    CHECK_EQUAL(error_of([&] { run(reference(), {how}); }), error_code::usage);
}

int main() {
    return run_tests();
}
