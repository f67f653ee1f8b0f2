// A sample is the same whatever is decoded beside it, and greedy samples are what libllama itself decodes.
#include "check.h"
#include "golden/reference.h"
#include "plain_loop.h"
#include "support.h"
#include "trunk_forest.h"
#include "vocabulary.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>

using namespace laconic;
using namespace laconic::test;

namespace {

/// Requests of all policies, greedy and sampled, with prompts of one to several prefill chunks.
std::vector<request> mixed_requests() {
    const std::vector<technique> policies{baseline_technique{}, budget_of(12), no_thinking(),
                                          nowait_technique{{300, 301, 302, 439, 612, 630}, true}};
    std::vector<request> requests;
    for (int i = 0; i < 17; ++i) {
        request made = make_request(i, policies[static_cast<std::size_t>(i) % policies.size()]);
        for (int repeats = 0; repeats < i % 4; ++repeats) // up to about 150 prompt tokens
            made.prompt[1].text += " Then: " + question(i + repeats) + " " + question(i + 20 + repeats);
        made.sampling.temperature = i % 2 == 0 ? 0 : 0.8;
        made.sampling.max_tokens = 100;
        requests.push_back(std::move(made));
    }
    return requests;
}

std::map<int, generation> run_with(const std::vector<request>& requests, int streams, int threads = 1) {
    engine_options options = options_for(nano_path(), streams);
    options.threads = threads;
    const auto opened = engine::open(options);
    return run(*opened, requests);
}

void check_same(const std::map<int, generation>& left, const std::map<int, generation>& right) {
    CHECK_EQUAL(left.size(), right.size());
    for (const auto& [id, made] : left) {
        const generation& other = right.at(id);
        CHECK_EQUAL(all_ids(made), all_ids(other));
        CHECK_EQUAL(made.think_stop, other.think_stop);
        CHECK_EQUAL(made.stop_reason, other.stop_reason);
        CHECK_EQUAL(made.events.size(), other.events.size());
        CHECK_EQUAL(made.ledger.think_injected, other.ledger.think_injected);
    }
}

} // namespace

TEST("requests give the same tokens alone, in turn on one stream, and among others on 4 or 16") {
    const auto requests = mixed_requests();
    const auto together = run_with(requests, 16);
    check_same(together, run_with(requests, 1));
    check_same(together, run_with(requests, 4));
    const auto alone = engine::open(options_for(nano_path(), 16));
    for (const int id : {0, 3, 7, 14})
        check_same(run(*alone, {requests[static_cast<std::size_t>(id)]}), {{id, together.at(id)}});
}

TEST("prompts with a common head give the same tokens whether or not they share it, and in whatever order") {
    // Lengths around multiples of a block, so that heads end within blocks of one prompt and behind those of another.
    std::vector<request> requests;
    for (int i = 0; i < 12; ++i) {
        request made = make_request(i);
        made.prompt[1].text = "Example: " + question(40) + " " + question(41) + " " + question(42);
        for (int more = 0; more < i; ++more)
            made.prompt[1].text += " " + std::to_string(more + 2 * (i % 3));
        made.sampling.temperature = i % 2 == 0 ? 0 : 0.8;
        made.sampling.max_tokens = 40;
        requests.push_back(std::move(made));
    }
    engine_options apart = options_for(nano_path(), 1);
    apart.sharing = false;
    job_counters without, with;
    const auto separate = engine::open(apart);
    const auto alone = run(*separate, requests, &without);
    std::set<int> lengths;
    for (const auto& [id, made] : alone)
        lengths.insert(made.ledger.prompt / static_cast<int>(prompt_block));
    CHECK(lengths.size() > 1);
    for (const int streams : {1, 3, 16}) {
        const auto opened = engine::open(options_for(nano_path(), streams));
        const auto made = run(*opened, requests, &with);
        for (const auto& [id, sample] : made)
            check_identical(sample, alone.at(id));
        CHECK(with.prefill_shared_tokens > without.prefill_shared_tokens);
        std::reverse(requests.begin(), requests.end());
    }
}

TEST("requests give the same tokens in another order") {
    auto requests = mixed_requests();
    const auto forwards = run_with(requests, 4);
    std::reverse(requests.begin(), requests.end());
    check_same(forwards, run_with(requests, 4));
}

TEST("with two threads a lone request gives the same tokens as in company") {
    auto requests = mixed_requests();
    requests.resize(2);
    // More than 256 tokens, so 512 cells, from where on a lone row would be attended to in another way.
    for (request& request : requests) {
        while (request.prompt[1].text.size() < 600)
            request.prompt[1].text += " " + question(static_cast<int>(request.prompt[1].text.size()));
        request.sampling.max_tokens = 8;
    }
    const auto together = run_with(requests, 2, 2);
    CHECK(together.begin()->second.ledger.prompt > 256);
    check_same(together, run_with(requests, 1, 2));
}

TEST("a dummy row is counted as decoded when one stream is live on two threads") {
    engine_options options = options_for(nano_path(), 1);
    options.threads = 2;
    const auto opened = engine::open(options);
    job_counters counters;
    const auto samples = run(*opened, {make_request(1)}, &counters);
    // One of the rows is the last of the prompt where that is left over by the chunks.
    const auto fed = static_cast<std::uint64_t>(delivered(samples.at(1).ledger)) - 1;
    CHECK(counters.decoded_tokens == 2 * fed || counters.decoded_tokens == 2 * fed + 1);
}

TEST("greedy samples equal a plain libllama loop, token by token") {
    load_backends_once();
    const model nano = load_model(nano_path());
    const vocabulary words(nano.vocab(), {});
    std::vector<request> requests;
    for (request& made : mixed_requests()) {
        made.how = baseline_technique{};
        made.sampling.temperature = 0;
        requests.push_back(std::move(made));
    }
    const auto samples = run_with(requests, 16);
    for (const request& request : requests) {
        const tokens prompt = words.encode(request.prompt, false);
        const plain_result plain = decode_plainly(nano, prompt, request.sampling.max_tokens, 1024);
        CHECK_EQUAL(all_ids(samples.at(static_cast<int>(request.id))), plain.ids);
    }
}

TEST("the reference reasoner writes its golden texts") {
    const auto reference = engine::open(options_for(reference_path(), 4));
    std::vector<request> requests;
    for (std::size_t i = 0; i < golden::items.size(); ++i) {
        requests.push_back(make_request(static_cast<int>(i)));
        requests.back().prompt = chat(golden::items[i].question);
        requests.back().sampling.max_tokens = 400;
    }
    const auto samples = run(*reference, requests);
    for (std::size_t i = 0; i < golden::items.size(); ++i) {
        const generation& made = samples.at(static_cast<int>(i));
        CHECK_EQUAL(made.thinking, golden::items[i].thinking);
        CHECK_EQUAL(made.answer, golden::items[i].answer);
    }
}

TEST("golden texts are written with the gap that they were chosen for") {
    load_backends_once();
    const model reference = load_model(reference_path());
    const vocabulary words(reference.vocab(), {});
    for (const golden::item& item : golden::items) {
        const plain_result plain = decode_plainly(reference, words.encode(chat(item.question), false), 400, 1024);
        std::cout << "  smallest gap " << plain.smallest_gap << ": " << item.question << "\n";
        CHECK(std::abs(plain.smallest_gap - item.smallest_gap) < 0.04f);
    }
}

int main() {
    return run_tests();
}
