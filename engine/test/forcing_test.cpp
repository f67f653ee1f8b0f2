// Techniques that put text into the thinking: every branch of their state machines on scripted logits, and what the
// reference model makes of them.
#include "check.h"
#include "scripted_arm.h"

#include <algorithm>

using namespace laconic;
using namespace laconic::test;

namespace {

const scripted_arm& script() {
    static const scripted_arm one;
    return one;
}

prompt_text close_and(const std::string& text) {
    return {{"</think>", true}, {text, false}};
}

s1_technique s1_of(std::optional<int> tokens, int waits) {
    return {tokens, close_and("\n\nFinal Answer:"), waits, {{"Wait", false}}, "</think>"};
}

soft_budget_technique soft_of(int deadline, int interval, prompt_text closing) {
    return {deadline, interval, {{"({used},{remaining})", false}}, std::move(closing)};
}

std::string shown(const generation& made) {
    return script().words().detokenize(all_ids(made), true);
}

int count_of(const generation& made, event_type type) {
    return static_cast<int>(std::count_if(made.events.begin(), made.events.end(),
                                          [type](const sample_event& event) { return event.type == type; }));
}

engine& reference() {
    static const std::unique_ptr<engine> opened = engine::open(options_for(reference_path(), 4));
    return *opened;
}

/// The same questions for every technique.
std::vector<request> requests_of(const technique& how, int count, int max_tokens = 400) {
    std::vector<request> requests;
    for (int i = 0; i < count; ++i) {
        requests.push_back(make_request(i, how));
        requests.back().sampling.max_tokens = max_tokens;
    }
    return requests;
}

} // namespace

TEST("s1 withholds the end of the thinking and appends its text, as often as it is told and no more") {
    const std::vector<scripted_arm::wish> wishes{{"<think>"},  {"7"}, {"</think>"}, {"8"},
                                                 {"</think>"}, {"9"}, {"</think>"}, {"7"}};
    const generation made = script().run(s1_of(std::nullopt, 2), wishes);
    CHECK_EQUAL(shown(made), "<think>7Wait8Wait9</think>7<|im_end|>");
    CHECK_EQUAL(made.think_stop, think_stop::natural);
    CHECK_EQUAL(count_of(made, event_type::wait_inserted), 2);
    CHECK_EQUAL(made.events.front().at, 2);
    CHECK_EQUAL(made.events.front().detail, "Wait");
    const auto wait = static_cast<int>(script().words().encode({{"Wait", false}}, false).size());
    CHECK_EQUAL(made.ledger.think_injected, 2 * wait);
    CHECK_EQUAL(made.ledger.think_sampled, 5);
    CHECK_EQUAL(made.ledger.answer_injected, 0);
}

TEST("s1 asks for at least one token before an end of the thinking, at its start and behind each appended text") {
    const generation at_start = script().run(s1_of(std::nullopt, 1), {{"<think>"}, {"</think>", "5"}, {"</think>"}});
    CHECK_EQUAL(shown(at_start), "<think>5Wait so<|im_end|>");
    CHECK_EQUAL(at_start.events.front().type, event_type::suppressed);
    CHECK_EQUAL(at_start.events.front().detail, "</think>");
    const generation behind =
        script().run(s1_of(std::nullopt, 1), {{"<think>"}, {"7"}, {"</think>"}, {"</think>", "6"}, {"</think>"}});
    CHECK_EQUAL(shown(behind), "<think>7Wait6</think><|im_end|>");
    CHECK_EQUAL(count_of(behind, event_type::suppressed), 1);
}

TEST("s1 treats the end of the sample inside the thinking as an end of the thinking") {
    const generation made = script().run(s1_of(std::nullopt, 1), {{"<think>"}, {"7"}, {"<|im_end|>"}, {"8"}});
    CHECK_EQUAL(shown(made), "<think>7Wait8<|im_end|>");
    CHECK_EQUAL(made.stop_reason, stop_reason::eos);
    CHECK_EQUAL(count_of(made, event_type::wait_inserted), 1);
}

TEST("s1 forces its closing text behind exactly its budget, on a line of its own") {
    const std::vector<scripted_arm::wish> inline_end{{"<think>"}, {"7"}, {"8"}};
    const generation made = script().run(s1_of(2, 0), inline_end);
    CHECK_EQUAL(shown(made), "<think>78\n</think>\n\nFinal Answer:<|im_end|>");
    CHECK_EQUAL(made.think_stop, think_stop::budget);
    CHECK_EQUAL(made.ledger.think_sampled, 3);
    CHECK_EQUAL(made.ledger.think_injected, 2);
    CHECK_EQUAL(made.events.front().at, 3);
    CHECK_EQUAL(made.events.front().type, event_type::forced);
    const generation broken = script().run(s1_of(2, 0), {{"<think>"}, {"7"}, {"\n"}});
    CHECK_EQUAL(shown(broken), "<think>7\n</think>\n\nFinal Answer:<|im_end|>");
    CHECK_EQUAL(broken.ledger.think_injected, 1);
    CHECK_EQUAL(shown(script().run(s1_of(0, 0), {{"<think>"}})), "<think>\n</think>\n\nFinal Answer:<|im_end|>");
}

TEST("s1 counts sampled tokens only, and its budget goes before its waits") {
    const std::vector<scripted_arm::wish> wishes{{"<think>"}, {"7"}, {"</think>"}, {"8"}};
    CHECK_EQUAL(shown(script().run(s1_of(2, 5), wishes)), "<think>7Wait8\n</think>\n\nFinal Answer:<|im_end|>");
    const std::vector<scripted_arm::wish> ending{{"<think>"}, {"7"}, {"</think>"}};
    CHECK_EQUAL(shown(script().run(s1_of(1, 5), ending)), "<think>7\n</think>\n\nFinal Answer:<|im_end|>");
    s1_technique broken = s1_of(1, 1);
    broken.wait = {{"Wait\n", false}};
    CHECK_EQUAL(shown(script().run(broken, {{"<think>"}, {"</think>", "5"}})),
                "<think>5\n</think>\n\nFinal Answer:<|im_end|>");
}

TEST("s1 leaves alone what is not thinking") {
    const std::vector<scripted_arm::wish> answer{{"7"}, {"</think>"}, {"8"}};
    const generation made = script().run(s1_of(0, 3), answer);
    CHECK_EQUAL(shown(made), "7</think>8<|im_end|>");
    CHECK(made.events.empty());
    // Nor a second delimiter in the answer.
    const std::vector<scripted_arm::wish> twice{{"<think>"}, {"7"}, {"</think>"}, {"<think>"}, {"</think>"}};
    CHECK_EQUAL(shown(script().run(s1_of(9, 0), twice)), "<think>7</think><think></think><|im_end|>");
    CHECK_EQUAL(shown(script().run(s1_of(1, 0), {{"<think>"}, {"7"}, {"9"}, {"<think>"}, {"</think>"}})),
                "<think>7\n</think>\n\nFinal Answer:<think></think><|im_end|>");
}

TEST("s1 with nothing to do is the baseline") {
    const auto free = run(reference(), requests_of(baseline_technique{}, 3));
    for (const auto& [id, made] : run(reference(), requests_of(s1_of(std::nullopt, 0), 3)))
        check_identical(made, free.at(id));
}

TEST(
    "the reference model gets as many appended texts and as many tokens as s1 allows, and goes on as it would itself") {
    constexpr int items = 8;
    const tokens wait = reference().tokenize("Wait", false);
    const token close = reference().tokenize("</think>", true).front();
    const auto free = run(reference(), requests_of(baseline_technique{}, items));
    for (const auto& [budget, waits] : std::vector<std::pair<std::optional<int>, int>>{{std::nullopt, 2}, {60, 2}}) {
        const auto made = run(reference(), requests_of(s1_of(budget, waits), items, 900));
        int cut = 0, withheld = 0;
        for (const auto& [id, sample] : made) {
            // Recomputed from the ids: cut the sample at its events, count what lies between.
            int injected = 0, inserted = 0;
            for (const sample_event& event : sample.events) {
                const auto at = static_cast<std::size_t>(event.at);
                if (event.type != event_type::wait_inserted) continue;
                CHECK(std::equal(wait.begin(), wait.end(), sample.think_ids.begin() + event.at));
                CHECK(sample.think_ids[at + wait.size()] != close);
                injected += static_cast<int>(wait.size());
                ++inserted;
                ++withheld;
            }
            if (sample.think_stop == think_stop::natural) CHECK_EQUAL(inserted, waits);
            CHECK(inserted <= waits);
            if (sample.think_stop == think_stop::budget) {
                ++cut;
                const sample_event& closing = sample.events.back();
                CHECK_EQUAL(closing.at - injected, 1 + *budget);
                CHECK_EQUAL(sample.ledger.think_sampled, 1 + *budget);
                injected += static_cast<int>(sample.think_ids.size()) - closing.at;
            } else {
                CHECK(!budget || sample.ledger.think_sampled <= *budget + 2); // both delimiters
            }
            CHECK_EQUAL(sample.ledger.think_injected, injected);
            CHECK_EQUAL(std::count(sample.think_ids.begin(), sample.think_ids.end(), close),
                        sample.think_stop == think_stop::cap ? 0 : 1);
            // Up to the first event it is the baseline's thinking, and there the baseline ends or the budget does.
            const auto first = static_cast<std::size_t>(sample.events.front().at);
            const tokens& before = free.at(id).think_ids;
            CHECK(std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(first),
                             sample.think_ids.begin()));
            if (sample.events.front().type == event_type::wait_inserted) CHECK_EQUAL(before[first], close);
        }
        CHECK(withheld > 0);
        CHECK_EQUAL(cut > 0, budget.has_value());
    }
}

TEST("a soft budget announces used and remaining tokens at every interval, and closes at the deadline") {
    std::vector<scripted_arm::wish> wishes;
    for (const char* text : {"<think>", "7", "8", "a", "9", "7", "a", "8"})
        wishes.push_back({text});
    const generation made = script().run(soft_of(5, 2, close_and("\n\n")), wishes);
    CHECK_EQUAL(shown(made), "<think>78(2,3)97(4,1)8</think>\n\n<|im_end|>");
    CHECK_EQUAL(made.think_stop, think_stop::budget);
    CHECK_EQUAL(made.events.size(), 3u);
    CHECK_EQUAL(made.events[0].at, 3);
    CHECK_EQUAL(made.events[0].detail, "(2,3)");
    CHECK_EQUAL(made.events[0].type, event_type::forced);
    CHECK_EQUAL(made.events[1].detail, "(4,1)");
    const auto& words = script().words();
    const auto injected =
        words.encode({{"(2,3)", false}}, false).size() + words.encode({{"(4,1)", false}}, false).size() + 1;
    CHECK_EQUAL(made.ledger.think_injected, static_cast<int>(injected));
    CHECK_EQUAL(made.ledger.think_sampled, 6);
    CHECK_EQUAL(made.ledger.answer_injected, 1);
}

TEST("a soft budget does not announce at the deadline, and only falls silent there when nothing is to be forced") {
    std::vector<scripted_arm::wish> wishes;
    for (const char* text : {"<think>", "7", "8", "a", "9", "7", "8", "9", "7", "</think>", "8"})
        wishes.push_back({text});
    const generation made = script().run(soft_of(4, 2, {}), wishes);
    CHECK_EQUAL(shown(made), "<think>78(2,2)97897</think>8<|im_end|>");
    CHECK_EQUAL(made.think_stop, think_stop::natural);
    CHECK_EQUAL(made.events.size(), 1u);
}

TEST("a soft budget says nothing outside the thinking, nor when the thinking ends before") {
    const std::vector<scripted_arm::wish> answer{{"7"}, {"8"}, {"9"}};
    CHECK_EQUAL(shown(script().run(soft_of(2, 1, close_and("")), answer)), "789<|im_end|>");
    const std::vector<scripted_arm::wish> brief{{"<think>"}, {"7"}, {"</think>"}, {"8"}, {"9"}};
    const generation made = script().run(soft_of(9, 2, close_and("")), brief);
    CHECK_EQUAL(shown(made), "<think>7</think>89<|im_end|>");
    CHECK(made.events.empty());
}

TEST("the reference model is told every 12 tokens what it has used, by its own ids") {
    constexpr int deadline = 30, interval = 12;
    soft_budget_technique soft = soft_of(deadline, interval, close_and("\n\n"));
    soft.message = {{"\nI have used {used} tokens, {remaining} are left.\n", false}};
    int told = 0, closed = 0;
    for (const auto& [id, made] : run(reference(), requests_of(soft, 8, 600))) {
        int injected = 0, announced = 0;
        for (const sample_event& event : made.events) {
            if (event.detail.starts_with("</think>")) continue;
            const int used = event.at - 1 - injected; // tokens before it, but the delimiter and what was injected
            CHECK_EQUAL(used, interval * ++announced);
            const std::string text = "\nI have used " + std::to_string(used) + " tokens, " +
                                     std::to_string(deadline - used) + " are left.\n";
            CHECK_EQUAL(event.detail, text);
            const tokens ids = reference().tokenize(text, false);
            CHECK(std::equal(ids.begin(), ids.end(), made.think_ids.begin() + event.at));
            injected += static_cast<int>(ids.size());
        }
        const bool at_deadline = made.think_stop == think_stop::budget;
        CHECK_EQUAL(made.ledger.think_injected, injected + (at_deadline ? 1 : 0));
        CHECK_EQUAL(made.ledger.think_sampled, static_cast<int>(made.think_ids.size()) - made.ledger.think_injected);
        if (at_deadline) CHECK_EQUAL(made.ledger.think_sampled, 1 + deadline);
        if (at_deadline) CHECK_EQUAL(announced, (deadline - 1) / interval);
        told += announced;
        closed += at_deadline;
    }
    CHECK(told > 0);
    CHECK(closed > 0);
}

TEST("arms that force are the same in a sweep as alone, greedy and sampled") {
    const std::vector<technique> arms{
        baseline_technique{}, s1_of(std::nullopt, 1), s1_of(std::nullopt, 3), s1_of(20, 0),
        s1_of(40, 2),         budget_of(20),          no_thinking(),          soft_of(40, 15, close_and("\n\n")),
        soft_of(30, 10, {})};
    engine_options options = options_for(nano_path(), 1);
    options.sharing = false;
    const auto alone = engine::open(options);
    for (const double temperature : {0.0, 0.9}) {
        std::vector<request> requests;
        for (int item = 0; item < 6; ++item) {
            for (std::size_t arm = 0; arm < arms.size(); ++arm) {
                requests.push_back(make_request(item, arms[arm]));
                requests.back().id = 100 * item + static_cast<int>(arm);
                requests.back().sampling.temperature = temperature;
            }
        }
        job_counters naive, shared;
        const auto expected = run(*alone, requests, &naive);
        for (const int streams : {1, 4, 32}) {
            const auto sharing = engine::open(options_for(nano_path(), streams));
            const auto made = run(*sharing, requests, &shared);
            CHECK_EQUAL(made.size(), expected.size());
            for (const auto& [id, sample] : made)
                check_identical(sample, expected.at(id));
            CHECK(shared.decoded_tokens < naive.decoded_tokens);
        }
    }
}

TEST("forcing requests that make no sense are refused before they start") {
    const auto refused = [](const technique& how) {
        return error_of([&] { run(reference(), {make_request(1, how)}); });
    };
    s1_technique spelled = s1_of(std::nullopt, 1);
    spelled.end = "</reasoning>";
    CHECK_EQUAL(refused(spelled), error_code::usage);
    s1_technique silent = s1_of(std::nullopt, 1);
    silent.wait.clear();
    CHECK_EQUAL(refused(silent), error_code::usage);
    CHECK_EQUAL(refused(s1_of(-1, 0)), error_code::usage);
    CHECK_EQUAL(refused(s1_of(std::nullopt, -1)), error_code::usage);
    s1_technique open_ended = s1_of(5, 0);
    open_ended.closing.clear();
    CHECK_EQUAL(refused(open_ended), error_code::usage);
    CHECK_EQUAL(refused(soft_of(0, 1, {})), error_code::usage);
    CHECK_EQUAL(refused(soft_of(5, 0, {})), error_code::usage);
    CHECK_EQUAL(refused(soft_budget_technique{5, 2, {}, {}}), error_code::usage);
}

int main() {
    return run_tests();
}
