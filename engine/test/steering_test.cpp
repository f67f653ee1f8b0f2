// Steering acts on what follows the prompt and on nothing else; states and progress are what another path computes.
#include "check.h"
#include "ggml-cpp.h"
#include "plain_loop.h"
#include "support.h"
#include "vocabulary.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <random>

using namespace laconic;
using namespace laconic::test;

namespace {

/// A direction of length `length`, the same in every run.
std::vector<float> some_direction(std::size_t width, float length) {
    std::mt19937 random(7);
    std::vector<float> values(width);
    for (float& value : values)
        value = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
    const float norm = std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0F));
    for (float& value : values)
        value *= length / norm;
    return values;
}

std::size_t width_of(const std::string& path) {
    load_backends_once();
    return static_cast<std::size_t>(llama_model_n_embd(load_model(path).handle.get()));
}

/// The nano model, steered over all layers by a direction of that length; 0 leaves the direction in, of zeros.
engine_options steered(float length, int streams) {
    static const std::size_t width = width_of(nano_path());
    engine_options options = options_for(nano_path(), streams);
    static const int last = static_cast<int>(load_model(nano_path()).capabilities.layers) - 1;
    options.steering = steering{some_direction(width, length), 1, last, "test"};
    options.progress = progress_probe{some_direction(width, 1), 0.25};
    return options;
}

/// Prompts of one and of several chunks, one of which leaves a single token over; arms that share a prompt.
std::vector<request> some_requests() {
    std::vector<request> requests;
    for (int i = 0; i < 10; ++i) {
        request made = make_request(i);
        made.sampling.temperature = i % 2 == 0 ? 0 : 0.8;
        made.sampling.max_tokens = 60;
        for (int more = 0; more < i % 4; ++more)
            made.prompt[1].text += " Then: " + question(i + more) + " " + question(i + 20 + more);
        requests.push_back(made);
    }
    const auto opened = engine::open(options_for(nano_path(), 1));
    const auto length = [&](const request& made) {
        std::size_t sum = 0;
        for (const prompt_piece& piece : made.prompt)
            sum += opened->tokenize(piece.text, piece.special).size();
        return sum;
    };
    request& odd = requests[4];
    while (length(odd) % 63 != 1)
        odd.prompt[1].text += " so";
    request again = requests[2];
    again.id = 20;
    again.how = nowait_technique{{300, 301, 302, 439, 612, 630}, true};
    requests.push_back(again);
    return requests;
}

std::map<int, generation> run_with(const engine_options& options) {
    return run(*engine::open(options), some_requests());
}

void check_same(const std::map<int, generation>& left, const std::map<int, generation>& right) {
    CHECK_EQUAL(left.size(), right.size());
    for (const auto& [id, made] : left) {
        check_identical(made, right.at(id));
        CHECK(made.progress == right.at(id).progress);
    }
}

/// Rows of the embedding table, which is the output layer of a model with tied embeddings, as floats.
std::vector<std::vector<float>> embedding_rows(const std::string& path) {
    ggml_context* held = nullptr;
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {.no_alloc = false, .ctx = &held}));
    const ggml_context_ptr tensors(held);
    if (ggml_get_tensor(held, "output.weight") != nullptr) throw std::runtime_error("the embeddings are not tied");
    const ggml_tensor* table = ggml_get_tensor(held, "token_embd.weight");
    std::vector<std::vector<float>> rows(static_cast<std::size_t>(table->ne[1]));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].resize(static_cast<std::size_t>(table->ne[0]));
        ggml_get_type_traits(table->type)
            ->to_float(static_cast<const char*>(table->data) + i * table->nb[1], rows[i].data(), table->ne[0]);
    }
    return rows;
}

} // namespace

TEST("states times the tied embeddings are libllama's logits") {
    const std::string path = reference_path();
    const auto opened = engine::open(options_for(path, 1));
    const request asked = make_request(3);
    const generation made = run(*opened, {asked}).at(3);
    const tokens ids = all_ids(made);
    const std::vector<float> states = opened->states(asked.prompt, ids);
    const auto rows = embedding_rows(path);
    const std::size_t width = rows.front().size();
    CHECK_EQUAL(states.size(), ids.size() * width);

    const model loaded = load_model(path);
    tokens text = vocabulary(loaded.vocab(), {"<think>", "</think>"}).encode(asked.prompt, false);
    const std::size_t prompt = text.size();
    text.insert(text.end(), ids.begin(), ids.end());
    float largest = 0, largest_logit = 0;
    decode_known(loaded, text, prompt, [&](std::size_t position, const float* logits) {
        if (position < prompt) return;
        const float* const state = states.data() + (position - prompt) * width;
        for (std::size_t id = 0; id < rows.size(); ++id) {
            const float logit = std::inner_product(rows[id].begin(), rows[id].end(), state, 0.0F);
            largest = std::max(largest, std::abs(logit - logits[id]));
            largest_logit = std::max(largest_logit, std::abs(logits[id]));
        }
    });
    std::cout << "  largest difference " << largest << " of logits up to " << largest_logit << "\n";
    // libllama rounds the state to 8 bits before it multiplies.
    CHECK(largest < 0.01F * largest_logit);
}

TEST("a steered sample is the same on 1, 4 and 16 streams, and with its neighbours in another order") {
    const auto together = run_with(steered(4, 16));
    check_same(together, run_with(steered(4, 1)));
    check_same(together, run_with(steered(4, 4)));
    auto requests = some_requests();
    std::reverse(requests.begin(), requests.end());
    check_same(together, run(*engine::open(steered(4, 3)), requests));
}

TEST("a direction of zeros changes no token, however often it is switched on and off") {
    const auto plain = run_with(options_for(nano_path(), 3));
    const auto zero = run_with(steered(0, 3));
    for (const auto& [id, made] : plain) {
        CHECK_EQUAL(all_ids(made), all_ids(zero.at(id)));
        CHECK(made.ledger == zero.at(id).ledger);
    }
}

TEST("steering changes what is generated, and is an event of the first token") {
    const auto plain = run_with(options_for(nano_path(), 16));
    const auto moved = run_with(steered(40, 16));
    int changed = 0;
    for (const auto& [id, made] : moved) {
        changed += all_ids(made) != all_ids(plain.at(id));
        CHECK(made.events.front() == (sample_event{0, event_type::steered, "test"}));
    }
    CHECK(changed >= 8);
    for (const auto& [id, made] : plain) {
        CHECK(std::none_of(made.events.begin(), made.events.end(),
                           [](const sample_event& event) { return event.type == event_type::steered; }));
        CHECK(made.progress.empty());
    }
}

TEST("the prompt is not steered: the first token is the baseline's, whatever is added behind it") {
    const auto plain = run_with(options_for(nano_path(), 16));
    for (const int streams : {1, 16}) {
        const auto torn = run_with(steered(1000, streams));
        for (const auto& [id, made] : torn)
            CHECK_EQUAL(all_ids(made).front(), all_ids(plain.at(id)).front());
    }
    request bare = make_request(1);
    bare.prompt = {{"Calculate", false}};
    CHECK_EQUAL(engine::open(options_for(nano_path(), 1))->tokenize("Calculate", false).size(), 1u);
    const generation calm = run(*engine::open(options_for(nano_path(), 2)), {bare}).at(1);
    const generation torn = run(*engine::open(steered(1000, 2)), {bare}).at(1);
    CHECK_EQUAL(all_ids(torn).front(), all_ids(calm).front());
}

TEST("progress is intercept plus direction times state, for every thinking token whose state is known") {
    const engine_options options = steered(4, 4);
    const auto opened = engine::open(options);
    const auto requests = some_requests();
    const auto samples = run(*opened, requests);
    const auto& probe = *options.progress;
    int compared = 0;
    for (const request& asked : requests) {
        const generation& made = samples.at(static_cast<int>(asked.id));
        const std::vector<float> states = opened->states(asked.prompt, made.think_ids);
        // The closing delimiter is no part of the thinking any more; a token that maxTokens ended is never fed.
        const bool whole = made.think_stop == think_stop::natural || made.think_stop == think_stop::cap;
        CHECK_EQUAL(made.progress.size(), made.think_ids.size() - (whole && !made.think_ids.empty() ? 1 : 0));
        for (std::size_t i = 0; i < made.progress.size(); ++i, ++compared) {
            const auto* const state = states.data() + i * probe.direction.size();
            const double expected =
                std::inner_product(probe.direction.begin(), probe.direction.end(), state, probe.intercept);
            CHECK(std::abs(made.progress[i] - expected) < 1e-5);
        }
    }
    CHECK(compared > 100);
}

TEST("a progress probe alone leaves samples as they are") {
    engine_options options = options_for(nano_path(), 4);
    const auto plain = run_with(options);
    options.progress = steered(1, 1).progress;
    const auto read = run_with(options);
    for (const auto& [id, made] : plain) {
        check_identical(made, read.at(id));
        CHECK_EQUAL(read.at(id).progress.empty(), made.think_ids.empty());
    }
}

TEST("what does not fit the model is refused with its range") {
    std::string message;
    const auto refused = [&](const engine_options& options) {
        return error_of([&] { static_cast<void>(engine::open(options)); }, &message);
    };
    engine_options options = steered(1, 1);
    options.steering->first_layer = 0;
    CHECK(refused(options) == error_code::usage);
    CHECK(message.find("layers from 1 to " + std::to_string(steered(1, 1).steering->last_layer)) != std::string::npos);
    options = steered(1, 1);
    ++options.steering->last_layer;
    CHECK(refused(options) == error_code::usage);
    options = steered(1, 1);
    options.steering->direction.pop_back();
    CHECK(refused(options) == error_code::usage);
    options = steered(1, 1);
    options.progress->direction.push_back(0);
    CHECK(refused(options) == error_code::usage);
    const auto opened = engine::open(options_for(nano_path(), 1));
    CHECK(error_of([&] { opened->states(chat("1 + 1?"), tokens(2000, 300)); }, &message) == error_code::usage);
    CHECK(error_of([&] { opened->states(chat("1 + 1?"), {-1}); }) == error_code::usage);
}

int main() {
    return run_tests();
}
