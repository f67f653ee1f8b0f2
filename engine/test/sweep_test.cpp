// An arm in a sweep is the arm run alone: the same tokens, ledger, stops and events, and much less work.
//
//   sweep_test                                  short samples of the nano model, as part of the tests
//   sweep_test reference 200                    that many items of the data sets at full length, on the reference reasoner
//   sweep_test reference 100 --bench [streams]  wall time and decoded tokens of a sweep, of its arms one by one, of the
//                                               baseline alone
#include "check.h"
#include "support.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <random>

using namespace laconic;
using namespace laconic::test;

namespace {

constexpr int asked_items = 200;

std::string model_path = nano_path();
int items = 3;
bool at_full_length = false;

/// Ids whose letters are one of the words, as the service builds them.
tokens ids_of_words(engine& engine, const std::vector<std::string>& words) {
    tokens ids;
    const auto texts = engine.vocabulary();
    for (std::size_t id = 0; id < texts.size(); ++id) {
        std::string letters;
        for (const char c : texts[id]) {
            if (std::isalpha(static_cast<unsigned char>(c))) letters += static_cast<char>(std::tolower(c));
        }
        if (std::find(words.begin(), words.end(), letters) != words.end()) ids.push_back(static_cast<token>(id));
    }
    return ids;
}

std::vector<std::pair<std::string, technique>> eight_arms(engine& engine) {
    const tokens banned =
        ids_of_words(engine, {"wait", "alternatively", "hmm", "but", "however", "alternative", "another", "check", "oh",
                              "maybe", "verify", "other", "again", "now", "ah", "any"});
    return {{"baseline", baseline_technique{}},
            {"nowait", nowait_technique{banned, true}},
            {"budget-32", budget_of(32)},
            {"budget-128", budget_of(128)},
            {"nothinking", no_thinking()},
            {"nowait-penalty-2", nowait_technique{banned, true, 2}},
            {"nowait-wait", nowait_technique{ids_of_words(engine, {"wait", "hmm"}), true}},
            {"budget-64", budget_of(64)}};
}

/// One arm of every kind: suppression hard and soft, budgets hard and soft, s1, and the early exits with their probes.
std::vector<technique> arms_of_all_kinds(engine& engine) {
    const tokens banned = ids_of_words(engine, {"wait", "but", "check", "maybe", "again", "so", "then"});
    const prompt_text closing{{"\n", false}, {"</think>", true}, {"\n\n", false}};
    const prompt_text asking{{"\n**Final Answer**\n\\boxed{", false}};
    return {baseline_technique{},
            nowait_technique{banned, true},
            nowait_technique{banned, true, 2},
            budget_of(12),
            no_thinking(),
            s1_technique{.tokens = 16, .closing = closing, .waits = 1, .wait = {{"Wait", false}}, .end = "</think>"},
            deer_technique{.triggers = banned,
                           .probe = asking,
                           .probe_tokens = 6,
                           .stops = {"}"},
                           .threshold = 0.9,
                           .most_probes = 2,
                           .closing = closing},
            consensus_technique{.chunk_tokens = 10,
                                .probe = asking,
                                .probe_tokens = 6,
                                .probe_temperature = 0.6,
                                .stops = {"}"},
                                .window = 2,
                                .closing = closing}};
}

/// Item-major, as the service sends a shard; id = item * 100 + arm.
std::vector<request> sweep_of(const std::vector<technique>& arms, const std::vector<std::string>& texts,
                              double temperature, int max_tokens) {
    std::vector<request> requests;
    for (std::size_t item = 0; item < texts.size(); ++item) {
        for (std::size_t arm = 0; arm < arms.size(); ++arm) {
            request made = make_request(static_cast<int>(100 * item + arm), arms[arm]);
            made.prompt = chat(texts[item]);
            made.item_key = 77 * item;
            made.sampling.temperature = temperature;
            made.sampling.max_tokens = max_tokens;
            requests.push_back(std::move(made));
        }
    }
    return requests;
}

engine_options options_of(int streams, bool sharing, int threads = 1) {
    engine_options options = options_for(model_path, streams);
    options.sharing = sharing;
    options.threads = threads;
    return options;
}

/// Probes before any of many ids; leaves the thinking now and then.
deer_technique random_deer(const engine& engine, std::mt19937_64& random) {
    deer_technique how;
    for (int i = 0; i < 200; ++i)
        how.triggers.push_back(static_cast<token>(random() % engine.capabilities().vocabulary_size));
    how.probe = {{random() % 2 == 0 ? "\n**Final Answer**\n\\boxed" : "\n", false}};
    how.probe_tokens = 1 + static_cast<int>(random() % 8);
    how.probe_temperature = random() % 2 == 0 ? 0 : 0.8;
    how.stops = {"}"};
    how.threshold = random() % 2 == 0 ? 0.9 : 1.1;
    how.closing = {{"\n", false}, {"</think>", true}, {"\n\n", false}};
    return how;
}

/// Bans, budgets, injections and probes at random, some of them twice.
std::vector<technique> random_arms(engine& engine, std::uint64_t seed, int count) {
    std::mt19937_64 random(seed);
    const auto size = engine.capabilities().vocabulary_size;
    std::vector<technique> arms{baseline_technique{}};
    while (static_cast<int>(arms.size()) < count) {
        switch (random() % 7) {
        case 0: arms.push_back(arms[random() % arms.size()]); break;
        case 5:
        case 6: arms.push_back(random_deer(engine, random)); break;
        case 1: arms.push_back(budget_of(static_cast<int>(random() % 50))); break;
        case 2:
            arms.push_back(random() % 2 == 0
                               ? no_thinking()
                               : nothinking_technique{{{"<think>", true}, {"\nSo 7", false}, {"</think>", true}}});
            break;
        default: {
            tokens banned(random() % 60);
            std::generate(banned.begin(), banned.end(), [&] { return static_cast<token>(random() % size); });
            arms.push_back(nowait_technique{banned, random() % 2 == 0,
                                            random() % 2 == 0 ? 1.5 : std::numeric_limits<double>::infinity(),
                                            random() % 2 == 0 ? 0 : 0.8, 4});
        }
        }
    }
    return arms;
}

void check_same(const std::map<int, generation>& left, const std::map<int, generation>& right) {
    CHECK_EQUAL(left.size(), right.size());
    for (const auto& [id, made] : left)
        check_identical(made, right.at(id));
}

struct measured {
    double seconds = 0;
    double cpu_seconds = 0; // what wall time is compared with on a machine that is not idle
    job_counters counters;
    std::map<int, generation> samples;
};

measured timed(engine& engine, std::vector<request> requests) {
    measured result;
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    result.samples = run(engine, std::move(requests), &result.counters);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    return result;
}

/// Prints one repetition of the sweep benchmark.
void bench(engine& engine, const std::vector<std::pair<std::string, technique>>& arms,
           const std::vector<std::string>& texts) {
    std::vector<technique> all;
    measured naive, baseline;
    for (const auto& [name, how] : arms) {
        all.push_back(how);
        measured one = timed(engine, sweep_of({how}, texts, 0, 700));
        int tokens = 0, same = 0;
        for (const auto& [id, made] : one.samples) {
            tokens += delivered(made.ledger);
            same += !baseline.samples.empty() && all_ids(made) == all_ids(baseline.samples.at(id));
        }
        std::cout << "  " << std::setw(18) << std::left << name << one.seconds << " s, " << one.cpu_seconds
                  << " s CPU, " << one.counters.decoded_tokens << " decoded, " << tokens << " charged, " << same
                  << " as baseline\n";
        naive.seconds += one.seconds;
        naive.cpu_seconds += one.cpu_seconds;
        naive.counters.decoded_tokens += one.counters.decoded_tokens;
        if (baseline.samples.empty()) baseline = std::move(one);
    }
    const measured sweep = timed(engine, sweep_of(all, texts, 0, 700));
    const auto decoded = static_cast<double>(sweep.counters.decoded_tokens);
    std::cout << "  sweep " << sweep.seconds << " s, " << sweep.cpu_seconds << " s CPU, "
              << sweep.counters.decoded_tokens << " decoded, " << sweep.counters.prefill_tokens << " prefilled, "
              << sweep.counters.prefill_shared_tokens << " shared\n"
              << "  cpu/baseline " << sweep.cpu_seconds / baseline.cpu_seconds << "  cpu/naive "
              << sweep.cpu_seconds / naive.cpu_seconds << "\n"
              << "  wall/baseline " << sweep.seconds / baseline.seconds << "  wall/naive "
              << sweep.seconds / naive.seconds << "  decoded/naive "
              << decoded / static_cast<double>(naive.counters.decoded_tokens) << "  decoded/baseline "
              << decoded / static_cast<double>(baseline.counters.decoded_tokens) << std::endl;
}

} // namespace

TEST("arms of random policies are the same in a sweep as alone, on 1, 4 and 32 streams, greedy and sampled") {
    const auto alone = engine::open(options_of(1, false));
    std::vector<std::unique_ptr<engine>> sharing;
    for (const int streams : {1, 4, 32})
        sharing.push_back(engine::open(options_of(streams, true)));
    for (const double temperature : {0.0, 0.9}) {
        std::vector<request> requests;
        for (int item = 0; item < std::min(items, 30); ++item) {
            const auto arms = random_arms(*alone, static_cast<std::uint64_t>(item), 10);
            auto one = sweep_of(arms, {question(item)}, temperature, 90);
            for (request& request : one) {
                request.id += 100 * item;
                requests.push_back(std::move(request));
            }
        }
        const auto expected = run(*alone, requests);
        for (const auto& engine : sharing)
            check_same(run(*engine, requests), expected);
    }
}

TEST("the eight arms of the sweep are the same as alone, and decode little more than half as much") {
    const auto alone = engine::open(options_of(8, false));
    std::vector<technique> arms;
    for (const auto& [name, how] : eight_arms(*alone))
        arms.push_back(how);
    for (const double temperature : {0.0, 0.7}) {
        const auto requests = sweep_of(arms, questions(items), temperature, 400);
        job_counters naive, shared;
        const auto expected = run(*alone, requests, &naive);
        for (const int streams : {1, 4, 32}) {
            const auto engine = engine::open(options_of(streams, true));
            check_same(run(*engine, requests, &shared), expected);
            CHECK(shared.decoded_tokens * 10 < naive.decoded_tokens * 7);
            CHECK_EQUAL(shared.prefill_tokens + shared.prefill_shared_tokens, naive.prefill_tokens);
        }
    }
}

TEST("over 200 items an arm of each kind is the same in the sweep as run alone, greedy and sampled") {
    const auto alone = engine::open(options_of(16, false)), together = engine::open(options_of(16, true));
    const auto arms = arms_of_all_kinds(*alone);
    const auto texts = questions(std::max(items, asked_items));
    for (const double temperature : {0.0, 0.7}) {
        const auto requests = sweep_of(arms, texts, temperature, at_full_length ? 700 : 40);
        job_counters naive, shared;
        const auto made = run(*together, requests, &shared);
        std::uint64_t decoded_alone = 0;
        std::map<event_type, int> events;
        for (std::size_t arm = 0; arm < arms.size(); ++arm) {
            std::vector<request> own;
            std::copy_if(requests.begin(), requests.end(), std::back_inserter(own),
                         [&](const request& request) { return static_cast<std::size_t>(request.id) % 100 == arm; });
            for (const auto& [id, one] : run(*alone, std::move(own), &naive)) {
                check_identical(made.at(id), one);
                for (const sample_event& event : one.events)
                    ++events[event.type];
            }
            decoded_alone += naive.decoded_tokens;
        }
        CHECK_EQUAL(made.size(), arms.size() * texts.size());
        // Every kind of arm did what it is for; ends of the thinking are too far away to be withheld in short samples.
        for (const event_type type : {event_type::suppressed, event_type::forced, event_type::probe, event_type::exit})
            CHECK(events[type] > asked_items / 10);
        CHECK(!at_full_length || events[event_type::wait_inserted] > asked_items / 10);
        CHECK(shared.decoded_tokens < decoded_alone);
    }
}

TEST("recorded steps hold every decoded row, and those in which branches got a stream") {
    engine_options options = options_of(4, true);
    options.record_steps = true;
    const auto opened = engine::open(options);
    job_counters counters;
    run(*opened, sweep_of({baseline_technique{}, budget_of(8), no_thinking()}, questions(6), 0, 60), &counters);
    std::uint64_t rows = 0;
    int forks = 0;
    for (const decode_step& step : counters.steps) {
        CHECK(step.rows >= 1 && step.rows <= 4 && step.seconds > 0);
        rows += static_cast<std::uint64_t>(step.rows);
        forks += step.forks;
    }
    // The others were fed with forced texts, or as the last token of a prompt.
    CHECK(rows > counters.decoded_tokens / 2 && rows <= counters.decoded_tokens + counters.prefill_tokens);
    CHECK(forks >= 12); // two branches of each item
    run(*engine::open(options_of(4, true)), sweep_of({baseline_technique{}}, questions(1), 0, 20), &counters);
    CHECK(counters.steps.empty());
}

TEST("with two threads a sweep on one stream gives the same as on eight, and as alone") {
    const auto alone = engine::open(options_of(4, false, 2));
    const auto requests = sweep_of(random_arms(*alone, 99, 5), questions(std::min(items, 2)), 0.8, 60);
    const auto expected = run(*alone, requests);
    for (const int streams : {1, 8})
        check_same(run(*engine::open(options_of(streams, true, 2)), requests), expected);
}

TEST("whole blocks of a common head are read once, and nothing changes") {
    const auto alone = engine::open(options_of(2, false));
    std::string head;
    for (int i = 1; i < 8; ++i)
        head += question(i) + " Then: ";
    std::vector<request> requests;
    for (int i = 0; i < 12; ++i) {
        request made = make_request(i, i % 3 == 0 ? technique(no_thinking()) : technique(baseline_technique{}));
        made.prompt = {{"<|im_start|>user\n", true},
                       {head + question(i), false},
                       {"<|im_end|>\n<|im_start|>assistant\n", true}};
        made.sampling.max_tokens = 60;
        requests.push_back(std::move(made));
    }
    job_counters naive, shared;
    const auto expected = run(*alone, requests, &naive);
    for (const int streams : {1, 3, 16}) {
        check_same(run(*engine::open(options_of(streams, true)), requests, &shared), expected);
        CHECK_EQUAL(shared.prefill_tokens + shared.prefill_shared_tokens, naive.prefill_tokens);
        CHECK(shared.prefill_tokens * 2 < naive.prefill_tokens);
    }
}

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "reference") == 0) model_path = reference_path();
    if (argc > 2) {
        items = std::atoi(argv[2]);
        at_full_length = true;
    }
    if (argc > 3 && std::strcmp(argv[3], "--bench") == 0) {
        const auto opened =
            engine::open(options_of(argc > 4 ? std::atoi(argv[4]) : 16, true, argc > 5 ? std::atoi(argv[5]) : 1));
        for (int repetition = 0; repetition < (argc > 6 ? std::atoi(argv[6]) : 1); ++repetition)
            bench(*opened, eight_arms(*opened), questions(items));
        return 0;
    }
    return run_tests();
}
