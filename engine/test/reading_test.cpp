// Log-probabilities of known texts: those of decoding them token by token, whatever was read before.
#include "check.h"
#include "plain_loop.h"
#include "support.h"
#include "vocabulary.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>

using namespace laconic;
using namespace laconic::test;

namespace {

struct known_text {
    prompt_text prompt;
    tokens ids;
    std::size_t from = 0;
};

/// Samples of the model behind prompts of several lengths; several begin alike.
std::vector<known_text> some_texts(const std::string& path, int count) {
    const auto opened = engine::open(options_for(path, 8));
    std::vector<request> requests;
    for (int i = 0; i < count; ++i) {
        request made = make_request(i);
        made.sampling.max_tokens = 200;
        made.sampling.temperature = 0.7;
        for (int more = 0; more < 2 * i; ++more)
            made.prompt[1].text += " Then: " + question(more) + " Then: " + question(more + 20);
        requests.push_back(made);
    }
    const auto samples = run(*opened, requests);
    std::vector<known_text> texts;
    for (int i = 0; i < count; ++i)
        texts.push_back({requests[static_cast<std::size_t>(i)].prompt, all_ids(samples.at(i))});
    return texts;
}

tokens prompt_of(const model& model, const prompt_text& prompt) {
    return vocabulary(model.vocab(), {"<think>", "</think>"}).encode(prompt, false);
}

/// What decoding the text token by token gives.
std::vector<double> plain_log_probs(const model& model, const known_text& text) {
    tokens all = prompt_of(model, text.prompt);
    const std::size_t prompt = all.size();
    all.insert(all.end(), text.ids.begin(), text.ids.end());
    const int words = llama_vocab_n_tokens(model.vocab());
    std::vector<double> found;
    decode_known(model, all, prompt, [&](std::size_t position, const float* logits) {
        if (position + 1 < prompt || position + 1 == all.size()) return;
        double sum = 0;
        for (int id = 0; id < words; ++id)
            sum += std::exp(static_cast<double>(logits[id]));
        found.push_back(static_cast<double>(logits[all[position + 1]]) - std::log(sum));
    });
    return found;
}

/// The texts, and copies of each that begin like it: runs of ids left out, other ids of interest, shorter and longer.
std::vector<known_text> with_variants(const std::vector<known_text>& texts) {
    std::mt19937 random(11);
    std::vector<known_text> made;
    for (const known_text& text : texts) {
        const std::size_t size = text.ids.size();
        made.push_back(text);
        for (int i = 0; i < 4; ++i) {
            known_text next = text;
            const std::size_t begin = random() % size, end = std::min(size, begin + 1 + random() % 20);
            next.ids.erase(next.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                           next.ids.begin() + static_cast<std::ptrdiff_t>(end));
            next.from = random() % (next.ids.size() + 1);
            made.push_back(next);
        }
        made.push_back({text.prompt, tokens(text.ids.begin(), text.ids.begin() + 1)});
        made.push_back({text.prompt, text.ids, size - 1});
    }
    return made;
}

} // namespace

TEST("log-probabilities are those of decoding token by token") {
    load_backends_once();
    const model loaded = load_model(reference_path());
    const auto opened = engine::open(options_for(reference_path(), 1));
    double largest = 0;
    std::size_t compared = 0, blocks = 0;
    for (const known_text& text : some_texts(reference_path(), 3)) {
        blocks = std::max(blocks, prompt_of(loaded, text.prompt).size() / prompt_block);
        const auto expected = plain_log_probs(loaded, text);
        CHECK_EQUAL(expected.size(), text.ids.size());
        for (const std::size_t from : {std::size_t{0}, text.ids.size() / 2}) {
            const auto found = opened->log_probs(text.prompt, text.ids, from);
            CHECK_EQUAL(found.size(), text.ids.size() - from);
            for (std::size_t i = 0; i < found.size(); ++i, ++compared)
                largest = std::max(largest, std::abs(found[i] - expected[from + i]));
        }
    }
    std::cout << "  largest difference of " << compared << ": " << largest << "\n";
    CHECK(largest < 1e-4);
    CHECK(compared > 300);
    CHECK(blocks >= 2);
}

TEST("the probabilities of all that can follow add up to one") {
    const auto opened = engine::open(options_for(nano_path(), 1));
    const known_text text = some_texts(nano_path(), 1).front();
    const auto words = static_cast<token>(opened->capabilities().vocabulary_size);
    for (const std::size_t place : {std::size_t{1}, std::size_t{6}}) {
        tokens ids(text.ids.begin(), text.ids.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        double sum = 0;
        for (ids.back() = 0; ids.back() < words; ++ids.back())
            sum += std::exp(opened->log_probs(text.prompt, ids, place).at(0));
        CHECK(std::abs(sum - 1) < 1e-5);
    }
}

TEST("what was read before changes no bit, with one thread and with two") {
    const auto texts = with_variants(some_texts(nano_path(), 3));
    for (const int threads : {1, 2}) {
        engine_options options = options_for(nano_path(), 1);
        options.threads = threads;
        std::vector<std::vector<float>> alone;
        for (const known_text& text : texts)
            alone.push_back(engine::open(options)->log_probs(text.prompt, text.ids, text.from));
        const auto opened = engine::open(options);
        std::mt19937 random(threads);
        for (std::size_t i = 0; i < 3 * texts.size(); ++i) {
            // Twice one behind the other, where neighbours begin alike.
            const std::size_t at = i < 2 * texts.size() ? i % texts.size() : random() % texts.size();
            const known_text& text = texts[at];
            if (i % 7 == 0) static_cast<void>(opened->states(text.prompt, text.ids));
            CHECK(opened->log_probs(text.prompt, text.ids, text.from) == alone[at]);
        }
    }
}

TEST("states do not depend on what was read before") {
    const auto texts = with_variants(some_texts(nano_path(), 2));
    const auto opened = engine::open(options_for(nano_path(), 1));
    for (const known_text& text : texts) {
        static_cast<void>(opened->log_probs(text.prompt, text.ids, text.from));
        CHECK(opened->states(text.prompt, text.ids) ==
              engine::open(options_for(nano_path(), 1))->states(text.prompt, text.ids));
    }
}

TEST("a text that begins like the last one costs only what differs") {
    const auto opened = engine::open(options_for(reference_path(), 1));
    known_text text = some_texts(reference_path(), 1).front();
    while (text.ids.size() < 600)
        text.ids.insert(text.ids.end(), text.ids.begin(), text.ids.end());
    text.ids.resize(600);
    const auto seconds_of = [&](bool change_first) {
        static_cast<void>(opened->log_probs(text.prompt, text.ids, 590));
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 3; ++i) {
            token& changed = change_first ? text.ids.front() : text.ids[595];
            changed = changed == 300 ? 301 : 300;
            static_cast<void>(opened->log_probs(text.prompt, text.ids, 590));
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const double whole = seconds_of(true), rest = seconds_of(false);
    std::cout << "  from the first id on " << whole << " s, from the 595th of 600 on " << rest << " s\n";
    CHECK(3 * rest < whole);
}

TEST("a steered engine reads the ids as it would decode them, and the prompt as it is") {
    const known_text text = some_texts(nano_path(), 1).front();
    engine_options options = options_for(nano_path(), 1);
    const auto plain = engine::open(options)->log_probs(text.prompt, text.ids, 0);
    options.steering = steering{std::vector<float>(192, 2), 1, 2, "test"};
    const auto steered = engine::open(options)->log_probs(text.prompt, text.ids, 0);
    CHECK_EQUAL(steered.front(), plain.front());
    CHECK(steered.back() != plain.back());
}

TEST("what cannot be read is refused with its range") {
    const auto opened = engine::open(options_for(nano_path(), 1));
    std::string message;
    CHECK(error_of([&] { opened->log_probs(chat("1 + 1?"), {5, 6}, 3); }, &message) == error_code::usage);
    CHECK(message.find("between 0 and the number of ids, 2") != std::string::npos);
    CHECK(error_of([&] { opened->log_probs(chat("1 + 1?"), tokens(2000, 300), 0); }, &message) == error_code::usage);
    CHECK(message.find("1024") != std::string::npos);
    CHECK(error_of([&] { opened->log_probs(chat("1 + 1?"), {-1}, 0); }) == error_code::usage);
    CHECK(error_of([&] { opened->log_probs({}, {5}, 0); }) == error_code::usage);
    CHECK(opened->log_probs(chat("1 + 1?"), {5, 6}, 2).empty());
    CHECK(opened->log_probs(chat("1 + 1?"), {}, 0).empty());
    opened->close();
    CHECK(error_of([&] { opened->log_probs(chat("1 + 1?"), {5}, 0); }) == error_code::engine_unavailable);
}

int main() {
    return run_tests();
}
