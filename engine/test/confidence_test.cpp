// Where one sure answer is enough: before any thinking (adaptive), and every so many tokens of it (confidence).
#include "reference_run.h"

#include <iostream>
#include <numeric>
#include <span>

using namespace laconic;
using namespace laconic::test;

namespace {

const std::vector<std::string> stops{" }", "}\n", "}.", "}\\"};

double mean_from_second(const std::vector<double>& values) {
    if (values.size() < 2) return 0;
    return std::accumulate(values.begin() + 1, values.end(), 0.0) / static_cast<double>(values.size() - 1);
}

std::vector<line> boxed(double probability) {
    return the_stage().lines("{12}\n", probability);
}

double number_in(const sample_event& event, const std::string& name) {
    const std::string mark = "\"" + name + "\":";
    return std::stod(event.detail.substr(event.detail.find(mark) + mark.size()));
}

bool takes_longer(const sample_event& event) {
    return event.detail.ends_with("\"taken\":true}");
}

// ---- adaptive ----

adaptive_technique adaptive_by(adaptive_technique::signal signal, double threshold) {
    return {.prefill = no_thinking().prefill,
            .probe = {{signal == adaptive_technique::signal::entropy ? "\\boxed{" : "\\boxed", false}},
            .stops = stops,
            .looks_at = signal,
            .threshold = threshold};
}

std::vector<line> some_thought() {
    return the_stage().lines("<think>\n7 + 5 = 12.\n</think>\n\n12");
}

generation decided(const adaptive_technique& how, const std::vector<line>& probe) {
    return the_stage().play(how, some_thought(), {probe});
}

int prefill_tokens() {
    return static_cast<int>(the_stage().words().encode(no_thinking().prefill, false).size());
}

int probe_tokens(const adaptive_technique& how) {
    return prefill_tokens() + static_cast<int>(the_stage().words().encode(how.probe, false).size());
}

// ---- confidence ----

confidence_technique sure_by(confidence_technique::measure measure, double threshold, int chunk = 4) {
    return {.chunk_tokens = chunk,
            .probe = {{"\n**Final Answer**\n\\boxed", false}},
            .stops = stops,
            .looks_at = measure,
            .threshold = threshold,
            .closing = closing};
}

std::vector<line> long_thought() {
    return the_stage().lines("<think>\n7 + 5 = 12.\nIs it 12? Yes 12.\n</think>\n\n12");
}

/// Entropy of a scripted line, from the probabilities that it stands for.
double entropy_of(double probability) {
    const auto others = static_cast<double>(the_stage().words().size() - 1);
    const double rest = (1 - probability) / others;
    return -probability * std::log(probability) - others * rest * std::log(rest);
}

} // namespace

TEST("adaptive answers at once where it is confident, and thinks by its own first token where it is not") {
    const adaptive_technique how = adaptive_by(adaptive_technique::signal::confidence, 0.9);
    const generation sure = decided(how, boxed(0.95)), unsure = decided(how, boxed(0.85));
    CHECK_EQUAL(sure.think_stop, think_stop::none);
    CHECK_EQUAL(sure.ledger.think_injected + sure.ledger.answer_injected, prefill_tokens());
    CHECK_EQUAL(unsure.think_stop, think_stop::natural);
    CHECK_EQUAL(unsure.ledger.think_injected, 0);
    CHECK(unsure.thinking.find("7 + 5 = 12.") != std::string::npos);
    for (const generation* made : {&sure, &unsure}) {
        CHECK_EQUAL(made->events.size(), made == &sure ? 3u : 2u);
        CHECK_EQUAL(made->events[0].type, event_type::probe);
        CHECK_EQUAL(made->events[1].type, event_type::route);
        CHECK_EQUAL(made->events[1].at, 0);
        CHECK_EQUAL(takes_longer(made->events[1]), made == &unsure);
        CHECK_EQUAL(number_in(made->events[1], "threshold"), 0.9);
        CHECK(made->events[1].detail.starts_with("{\"signal\":\"confidence\",\"value\":0."));
        CHECK_EQUAL(made->ledger.probe_prompt, probe_tokens(how));
        CHECK_EQUAL(made->ledger.probe_sampled, static_cast<int>(recorded_ids(made->events[0]).size()));
    }
    CHECK_EQUAL(sure.events[2].type, event_type::forced);
}

TEST("adaptive by entropy looks at one distribution, samples nothing, and thinks above the threshold") {
    for (const double offset : {-1e-3, 1e-3}) {
        const double threshold = entropy_of(0.8) + offset;
        const adaptive_technique how = adaptive_by(adaptive_technique::signal::entropy, threshold);
        const generation made = decided(how, {{the_stage().id("1"), 0.8}});
        CHECK_EQUAL(made.ledger.probe_sampled, 0);
        CHECK_EQUAL(made.ledger.probe_prompt, probe_tokens(how));
        CHECK_EQUAL(takes_longer(made.events.at(1)), offset < 0);
        CHECK_EQUAL(made.think_stop == think_stop::natural, offset < 0);
        CHECK(std::abs(number_in(made.events[1], "value") - entropy_of(0.8)) < 1e-5);
    }
}

TEST("adaptive thinks where the probe gives no answer to be sure of") {
    adaptive_technique how = adaptive_by(adaptive_technique::signal::confidence, 0);
    how.probe_tokens = 1;
    const generation made = decided(how, boxed(0.99));
    CHECK(takes_longer(made.events.at(1)));
    CHECK_EQUAL(number_in(made.events[1], "value"), 0.0);
}

TEST("adaptive on the reference model: the signal is the model's, and either way is that of the arm that always takes it") {
    using signal = adaptive_technique::signal;
    const plain_reader reader(reference_path());
    const auto asks = [](const adaptive_technique& how) {
        tokens ids = reference().tokenize("<think>\n\n</think>\n\n", true);
        for (const token id : reference().tokenize(text_of(how.probe), false))
            ids.push_back(id);
        return ids;
    };
    for (const auto& [how, temperature] : {std::pair{adaptive_by(signal::confidence, 0.9), 0.0},
                                           std::pair{adaptive_by(signal::entropy, 1), 0.0},
                                           std::pair{adaptive_by(signal::confidence, 0.9), 0.7}}) {
        std::vector<request> requests;
        for (int item = 0; item < 24; ++item) {
            requests.push_back(reference_request(item, 0, baseline_technique{}));
            requests.push_back(reference_request(item, 1, how));
            requests.push_back(reference_request(item, 2, no_thinking()));
        }
        for (request& each : requests)
            each.sampling.temperature = temperature;
        const auto samples = run(reference(), std::move(requests));
        int thought = 0;
        for (int item = 0; item < 24; ++item) {
            const generation& made = samples.at(100 * item + 1);
            const sample_event &asked = made.events.at(0), &route = made.events.at(1);
            if (item < 6) check_recorded(reader, made, item, asked, asks(how));
            const bool by_entropy = how.looks_at == signal::entropy;
            const double value =
                by_entropy ? recorded_entropy(asked) : mean_from_second(recorded(asked, "confidences"));
            CHECK(std::abs(number_in(route, "value") - value) < 1e-6);
            CHECK_EQUAL(takes_longer(route), by_entropy ? value > how.threshold : value <= how.threshold);
            const generation& same = samples.at(100 * item + (takes_longer(route) ? 0 : 2));
            CHECK_EQUAL(all_ids(made), all_ids(same));
            CHECK_EQUAL(delivered(made.ledger), delivered(same.ledger));
            CHECK_EQUAL(made.think_stop, same.think_stop);
            thought += takes_longer(route);
        }
        CHECK(thought > 0);
        CHECK(thought < 24);
        std::cout << "  adaptive: " << thought << " of 24 thought\n";
    }
}

TEST("confidence leaves with the first answer whose tokens are probable enough, or certain enough") {
    using measure = confidence_technique::measure;
    const std::vector<std::vector<line>> answers{boxed(0.6), boxed(0.8), boxed(0.99)};
    const auto probes_until_exit = [&](measure looks_at, double threshold) {
        const generation made = the_stage().play(sure_by(looks_at, threshold), long_thought(), answers);
        const auto asked = events_of(made, event_type::probe), exits = events_of(made, event_type::exit);
        CHECK_EQUAL(exits.size(), made.think_stop == think_stop::exit ? 1u : 0u);
        for (const sample_event& event : asked)
            CHECK_EQUAL(event.detail.find("\"entropies\":[") != std::string::npos, looks_at == measure::entropy);
        for (std::size_t i = 0; i < asked.size(); ++i)
            CHECK_EQUAL(asked[i].at, 1 + 4 * static_cast<int>(i + 1)); // the delimiter, and chunks of four
        return exits.empty() ? -1 : static_cast<int>(asked.size());
    };
    CHECK_EQUAL(probes_until_exit(measure::probability, 0.5), 1);
    CHECK_EQUAL(probes_until_exit(measure::probability, 0.7), 2);
    CHECK_EQUAL(probes_until_exit(measure::probability, 0.8 - 1e-6), 2);
    CHECK_EQUAL(probes_until_exit(measure::probability, 0.9), 3);
    CHECK_EQUAL(probes_until_exit(measure::probability, 1), -1);
    CHECK_EQUAL(probes_until_exit(measure::entropy, entropy_of(0.6) + 1e-3), 1);
    CHECK_EQUAL(probes_until_exit(measure::entropy, entropy_of(0.6) - 1e-3), 2);
    CHECK_EQUAL(probes_until_exit(measure::entropy, entropy_of(0.8) - 1e-3), 3);
    CHECK_EQUAL(probes_until_exit(measure::entropy, 0), -1);
}

TEST("confidence of an answer of one token is none") {
    for (const auto looks_at : {confidence_technique::measure::probability, confidence_technique::measure::entropy}) {
        confidence_technique how = sure_by(looks_at, looks_at == confidence_technique::measure::entropy ? 100 : 0);
        how.probe_tokens = 1;
        CHECK_EQUAL(the_stage().play(how, long_thought(), {boxed(0.99)}).think_stop, think_stop::natural);
    }
}

TEST("confidence on the reference model: figures are the model's, and the exit is where the rule first holds") {
    using measure = confidence_technique::measure;
    const plain_reader reader(reference_path());
    const tokens asks = reference().tokenize("\n**Final Answer**\n\\boxed", false);
    for (const confidence_technique& how : {sure_by(measure::probability, 0.95, 32), sure_by(measure::entropy, 0.1, 32)}) {
        const bool by_entropy = how.looks_at == measure::entropy;
        const auto samples = samples_beside_baseline(how, 12);
        int exits = 0;
        for (const auto& [id, made] : samples) {
            if (id % 100 == 0) continue;
            const auto asked = events_of(made, event_type::probe);
            for (const sample_event& event : asked) {
                if (id < 300) check_recorded(reader, made, id / 100, event, asks);
                const auto values = recorded(event, by_entropy ? "entropies" : "confidences");
                const double value = mean_from_second(values);
                const bool sure = values.size() > 1 && (by_entropy ? value < how.threshold : value > how.threshold);
                CHECK_EQUAL(made.think_stop == think_stop::exit && &event == &asked.back(), sure);
            }
            const tokens ids = all_ids(made), free = all_ids(samples.at(id - 1));
            const bool left = made.think_stop == think_stop::exit;
            const auto until = static_cast<std::ptrdiff_t>(left ? asked.back().at : static_cast<int>(ids.size()));
            CHECK(std::equal(ids.begin(), ids.begin() + until, free.begin()));
            exits += left;
        }
        CHECK(exits > 0);
        std::cout << "  confidence: " << exits << " of 12 left\n";
    }
}

TEST("adaptive and confidence arms in one sweep are what they are alone") {
    using signal = adaptive_technique::signal;
    using measure = confidence_technique::measure;
    const std::vector<technique> arms{baseline_technique{},
                                      no_thinking(),
                                      adaptive_by(signal::confidence, 0.9),
                                      adaptive_by(signal::confidence, 0.5),
                                      adaptive_by(signal::entropy, 1),
                                      sure_by(measure::probability, 0.95, 32),
                                      sure_by(measure::entropy, 0.1, 32),
                                      sure_by(measure::probability, 0.99, 64)};
    check_sweep_is_as_alone(arms);
}

int main() {
    return run_tests();
}
