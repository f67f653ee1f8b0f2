// What a sample contains: ledger, stops, events and texts of every policy, on the small reference model.
#include "check.h"
#include "support.h"

#include <algorithm>
#include <cstring>
#include <set>

using namespace laconic;
using namespace laconic::test;

namespace {

engine& nano() {
    static const std::unique_ptr<engine> opened = engine::open(options_for(nano_path(), 4));
    return *opened;
}

generation make(request request) {
    return run(nano(), {std::move(request)}).begin()->second;
}

token id_of(const char* text) {
    return nano().tokenize(text, true).front();
}

std::vector<request> several(int count, const technique& how, double temperature = 0) {
    std::vector<request> requests;
    for (int i = 0; i < count; ++i) {
        requests.push_back(make_request(i, how));
        requests.back().sampling.temperature = temperature;
    }
    return requests;
}

/// Every third id that the baseline writes in its thinking, delimiters and digits apart.
tokens ids_to_ban() {
    std::set<token> seen;
    for (const auto& [id, made] : run(nano(), several(4, baseline_technique{})))
        seen.insert(made.think_ids.begin(), made.think_ids.end());
    tokens banned;
    int index = 0;
    for (const token id : seen) {
        const std::string text = nano().detokenize({id});
        if (text.find_first_of("<0123456789") == std::string::npos && index++ % 3 == 0) banned.push_back(id);
    }
    return banned;
}

bool any_of_these(const tokens& ids, const tokens& banned) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](token id) { return std::find(banned.begin(), banned.end(), id) != banned.end(); });
}

} // namespace

TEST("a natural sample thinks between its delimiters and ends by itself") {
    const generation made = make(make_request(1));
    CHECK_EQUAL(made.think_stop, think_stop::natural);
    CHECK_EQUAL(made.stop_reason, stop_reason::eos);
    CHECK(!made.stop_detail.has_value());
    CHECK_EQUAL(made.think_ids.front(), id_of("<think>"));
    CHECK_EQUAL(made.think_ids.back(), id_of("</think>"));
    CHECK_EQUAL(made.answer_ids.back(), id_of("<|im_end|>"));
    CHECK_EQUAL(made.ledger.think_sampled, static_cast<int>(made.think_ids.size()));
    CHECK_EQUAL(made.ledger.answer_sampled, static_cast<int>(made.answer_ids.size()));
    CHECK_EQUAL(made.ledger.think_injected + made.ledger.answer_injected, 0);
    CHECK_EQUAL(
        made.ledger.prompt,
        static_cast<int>(
            nano().tokenize("<|im_start|>user\n" + question(1) + "<|im_end|>\n<|im_start|>assistant\n", true).size()));
    CHECK(made.events.empty());
    CHECK(made.thinking.find("think>") == std::string::npos);
    CHECK(made.answer.find("boxed{") != std::string::npos);
    CHECK(made.answer.find("<|im_end|>") == std::string::npos);
}

TEST("a budget forces its closing text after exactly that many thinking tokens") {
    const generation free = make(make_request(2));
    for (const int budget : {0, 1, 9, 20}) {
        const generation made = make(make_request(2, budget_of(budget)));
        CHECK_EQUAL(made.think_stop, think_stop::budget);
        CHECK_EQUAL(made.ledger.think_sampled, 1 + budget); // the opening delimiter is not part of the budget
        CHECK_EQUAL(made.ledger.think_injected, 2);         // "\n" and the delimiter
        CHECK_EQUAL(made.ledger.answer_injected, 1);        // "\n\n"
        CHECK(std::equal(made.think_ids.begin(), made.think_ids.begin() + 1 + budget, free.think_ids.begin()));
        CHECK_EQUAL(made.events.size(), 1u);
        CHECK_EQUAL(made.events.front().at, 1 + budget);
        CHECK_EQUAL(made.events.front().type, event_type::forced);
        CHECK_EQUAL(made.events.front().detail, "\n</think>\n\n");
        CHECK(made.answer.starts_with("\n\n"));
    }
}

TEST("a budget that is not reached changes nothing") {
    const generation free = make(make_request(2));
    const generation made = make(make_request(2, budget_of(500)));
    CHECK_EQUAL(all_ids(made), all_ids(free));
    CHECK_EQUAL(made.think_stop, think_stop::natural);
    CHECK(made.events.empty());
}

TEST("no-thinking injects the finished thinking before the first sampled token") {
    const generation made = make(make_request(3, no_thinking()));
    CHECK_EQUAL(made.think_stop, think_stop::none);
    CHECK_EQUAL(made.ledger.think_sampled, 0);
    CHECK_EQUAL(made.ledger.think_injected, 3);
    CHECK_EQUAL(made.ledger.answer_injected, 1);
    CHECK_EQUAL(made.events.size(), 1u);
    CHECK_EQUAL(made.events.front().at, 0);
    CHECK_EQUAL(made.events.front().type, event_type::forced);
    CHECK_EQUAL(made.thinking, "\n\n");
    CHECK_EQUAL(made.stop_reason, stop_reason::eos);
}

TEST("a banned id is never emitted inside the thinking, greedy or sampled, filtered or not") {
    const tokens banned = ids_to_ban();
    CHECK(banned.size() > 5);
    for (const double temperature : {0.0, 0.9}) {
        for (const int top_k : {0, 8}) {
            auto requests = several(6, nowait_technique{banned, true}, temperature);
            for (request& request : requests)
                request.sampling.top_k = top_k;
            std::size_t events = 0;
            for (const auto& [id, made] : run(nano(), requests)) {
                CHECK(!any_of_these(made.think_ids, banned));
                events += made.events.size();
            }
            CHECK(events > 0);
        }
    }
}

TEST("a banned id may appear in the answer when the scope is the thinking, and nowhere when it is all") {
    const tokens boxed = nano().tokenize("\\boxed{", false);
    const generation free = make(make_request(4));
    CHECK(any_of_these(free.answer_ids, boxed));
    CHECK(any_of_these(make(make_request(4, nowait_technique{boxed, true})).answer_ids, boxed));
    const generation made = make(make_request(4, nowait_technique{boxed, false}));
    CHECK(!any_of_these(all_ids(made), boxed));
}

TEST("suppressed is noted exactly where the ban changed the outcome") {
    const tokens banned = ids_to_ban();
    for (int i = 0; i < 4; ++i) {
        const tokens free = all_ids(make(make_request(i)));
        const generation made = make(make_request(i, nowait_technique{banned, true}));
        const tokens held = all_ids(made);
        CHECK(!made.events.empty());
        // Up to the first event both paths are the same, and there the baseline took the banned token.
        const auto at = static_cast<std::size_t>(made.events.front().at);
        CHECK(std::equal(held.begin(), held.begin() + made.events.front().at, free.begin()));
        CHECK(held[at] != free[at]);
        CHECK(any_of_these({free[at]}, banned));
        CHECK_EQUAL(made.events.front().detail, nano().detokenize({free[at]}));
        CHECK_EQUAL(made.events.front().type, event_type::suppressed);
    }
}

TEST("a ban of the whole vocabulary ends in an error of that sample alone") {
    tokens everything(nano().capabilities().vocabulary_size);
    for (std::size_t i = 0; i < everything.size(); ++i)
        everything[i] = static_cast<token>(i);
    auto samples = run(nano(), {make_request(0, nowait_technique{everything, false}), make_request(1)});
    CHECK_EQUAL(samples[0].stop_reason, stop_reason::error);
    CHECK(samples[0].stop_detail.value_or("").find("suppressed") != std::string::npos);
    CHECK_EQUAL(samples[1].stop_reason, stop_reason::eos);
}

TEST("maxTokens caps delivered tokens and a cap inside the thinking is censored") {
    request capped = make_request(5);
    capped.sampling.max_tokens = 12;
    const generation made = make(capped);
    CHECK_EQUAL(delivered(made.ledger), 12);
    CHECK_EQUAL(made.stop_reason, stop_reason::length_cap);
    CHECK_EQUAL(made.think_stop, think_stop::cap);
    CHECK(made.answer_ids.empty());
}

TEST("maxTokens counts injected tokens and cuts forced text") {
    request capped = make_request(5, budget_of(8));
    for (const int max_tokens : {9, 10, 11, 12, 13}) {
        capped.sampling.max_tokens = max_tokens;
        const generation made = make(capped);
        CHECK_EQUAL(delivered(made.ledger), max_tokens);
        CHECK_EQUAL(made.stop_reason, stop_reason::length_cap);
        CHECK_EQUAL(made.think_stop, max_tokens < 11 ? think_stop::cap : think_stop::budget);
    }
}

TEST("a sample that ends by itself on its last allowed token has not hit the cap") {
    const generation free = make(make_request(6));
    request exact = make_request(6);
    exact.sampling.max_tokens = delivered(free.ledger);
    CHECK_EQUAL(make(exact).stop_reason, stop_reason::eos);
    --exact.sampling.max_tokens;
    CHECK_EQUAL(make(exact).stop_reason, stop_reason::length_cap);
    CHECK_EQUAL(make(exact).think_stop, think_stop::natural);
}

TEST("a stop string ends the answer and is ignored in the thinking") {
    engine_options options = options_for(nano_path(), 2);
    options.stop_strings = {" +", "boxed"};
    const auto stopping = engine::open(options);
    const generation made = run(*stopping, {make_request(7)}).at(7);
    CHECK(made.thinking.find(" +") != std::string::npos);
    CHECK_EQUAL(made.stop_reason, stop_reason::stop_string);
    CHECK_EQUAL(made.stop_detail.value_or(""), "boxed");
    CHECK(made.answer.find("boxed") == std::string::npos);
    CHECK(!made.answer.empty());
}

TEST("thinking that the prompt opens has no opening delimiter of its own") {
    engine_options options = options_for(nano_path(), 2);
    options.think->opened_by_prompt = true;
    const auto opened = engine::open(options);
    const generation free = make(make_request(8));
    request inside = make_request(8);
    inside.prompt.push_back({"<think>", true});
    const generation made = run(*opened, {inside}).at(8);
    CHECK_EQUAL(made.think_ids, tokens(free.think_ids.begin() + 1, free.think_ids.end()));
    CHECK_EQUAL(made.ledger.prompt, free.ledger.prompt + 1);
    CHECK_EQUAL(made.thinking, free.thinking);
    CHECK_EQUAL(made.answer_ids, free.answer_ids);
    inside.how = budget_of(6);
    CHECK_EQUAL(run(*opened, {inside}).at(8).ledger.think_sampled, 6);
}

TEST("a model without a think format gives an answer only") {
    engine_options options = options_for(nano_path(), 2);
    options.think.reset();
    const auto opened = engine::open(options);
    const generation made = run(*opened, {make_request(9, budget_of(3))}).at(9);
    CHECK_EQUAL(made.think_stop, think_stop::none);
    CHECK(made.think_ids.empty());
    CHECK_EQUAL(made.answer_ids, all_ids(make(make_request(9))));
}

TEST("a request that does not fit its stream is an error of that sample alone") {
    request tall = make_request(1);
    tall.sampling.max_tokens = 2000;
    auto samples = run(nano(), {tall, make_request(2)});
    CHECK_EQUAL(samples[1].stop_reason, stop_reason::error);
    CHECK(samples[1].stop_detail.value_or("").find("does not fit") != std::string::npos);
    CHECK_EQUAL(delivered(samples[1].ledger), 0);
    CHECK_EQUAL(samples[2].stop_reason, stop_reason::eos);
}

TEST("an empty prompt is an error of that sample alone") {
    request empty = make_request(1);
    empty.prompt.clear();
    CHECK_EQUAL(make(empty).stop_reason, stop_reason::error);
}

TEST("counters add up to what was fed") {
    job_counters counters;
    const auto samples = run(nano(), several(6, budget_of(5)), &counters);
    std::uint64_t prompt = 0, fed = 0;
    for (const auto& [id, made] : samples) {
        prompt += static_cast<std::uint64_t>(made.ledger.prompt);
        fed += static_cast<std::uint64_t>(delivered(made.ledger)) - 1; // the last token is not fed
    }
    CHECK(counters.prefill_shared_tokens > 0); // the head of the chat format
    CHECK_EQUAL(counters.prefill_tokens + counters.prefill_shared_tokens, prompt);
    CHECK_EQUAL(counters.decoded_tokens, fed);
    CHECK(counters.engine_seconds > 0);
}

TEST("requests that make no sense are refused before they start") {
    const auto refused = [](auto change) {
        request bad = make_request(1);
        change(bad);
        return error_of([&] { run(nano(), {bad}); });
    };
    CHECK_EQUAL(refused([](request& r) { r.sampling.max_tokens = 0; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.sampling.temperature = -1; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.sampling.top_p = 0; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.sampling.min_p = 1; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.how = nowait_technique{{-1}, true}; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.how = nowait_technique{{1'000'000}, true}; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.how = budget_technique{3, {}}; }), error_code::usage);
    CHECK_EQUAL(refused([](request& r) { r.how = nothinking_technique{}; }), error_code::usage);
}

int main() {
    return run_tests();
}
