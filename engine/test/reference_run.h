// Samples of the reference model on problems that it thinks about, and what they record read again without the engine.
#pragma once

#include "exit_rules.h"
#include "script.h"

#include <algorithm>
#include <cmath>

namespace laconic::test {

inline engine& reference() {
    static const auto opened = engine::open(options_for(reference_path(), 8));
    return *opened;
}

inline const std::string& item_question(int item) {
    static const auto known = questions(200);
    return known.at(static_cast<std::size_t>(item) + 100); // the first are too easy to hesitate over
}

inline tokens prompt_ids(int item) {
    return reference().tokenize("<|im_start|>user\n" + item_question(item) + "<|im_end|>\n<|im_start|>assistant\n",
                                true);
}

inline request reference_request(int item, int arm, technique how) {
    request made = make_request(item, std::move(how));
    made.id = 100 * item + arm;
    made.prompt = chat(item_question(item));
    made.sampling.max_tokens = 600;
    return made;
}

/// Samples of `how` as 100 * item + 1, of the baseline beside them as 100 * item.
inline std::map<int, generation> samples_beside_baseline(const technique& how, int items) {
    std::vector<request> requests;
    for (int item = 0; item < items; ++item) {
        requests.push_back(reference_request(item, 0, baseline_technique{}));
        requests.push_back(reference_request(item, 1, how));
    }
    return run(reference(), std::move(requests));
}

/// The recorded numbers of a probe are the model's: read again without the engine.
inline void check_recorded(const plain_reader& reader, const generation& made, int item, const sample_event& event,
                    const tokens& probe_prompt) {
    tokens path = prompt_ids(item);
    const tokens written = all_ids(made);
    path.insert(path.end(), written.begin(), written.begin() + event.at);
    path.insert(path.end(), probe_prompt.begin(), probe_prompt.end());
    const std::size_t from = path.size() - 1;
    const tokens ids = recorded_ids(event);
    path.insert(path.end(), ids.begin(), ids.end());
    const auto distributions = reader.distributions(path, from);
    const auto entropy_at = [&](std::size_t place) {
        double entropy = 0;
        for (const double p : distributions[place])
            entropy -= p > 0 ? p * std::log(p) : 0;
        return entropy;
    };
    CHECK(std::abs(entropy_at(0) - recorded_entropy(event)) < 1e-3);
    const auto confidences = recorded(event, "confidences");
    CHECK_EQUAL(confidences.size(), ids.size());
    const bool has_entropies = event.detail.find("\"entropies\":[") != std::string::npos;
    const auto entropies = has_entropies ? recorded(event, "entropies") : std::vector<double>();
    if (has_entropies) CHECK_EQUAL(entropies.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        CHECK(std::abs(distributions[i][static_cast<std::size_t>(ids[i])] - confidences[i]) < 1e-3);
        if (has_entropies) CHECK(std::abs(entropy_at(i) - entropies[i]) < 1e-3);
    }
}

/// The arms in one sweep on 1 and 8 streams, greedy and sampled, are what they are alone, for fewer tokens.
inline void check_sweep_is_as_alone(const std::vector<technique>& arms) {
    std::vector<request> requests;
    for (int item = 0; item < 3; ++item) {
        for (std::size_t arm = 0; arm < arms.size(); ++arm) {
            requests.push_back(reference_request(item, static_cast<int>(arm), arms[arm]));
            requests.back().sampling.temperature = item % 2 == 0 ? 0 : 0.7;
        }
    }
    engine_options apart = options_for(reference_path(), 4);
    apart.sharing = false;
    job_counters naive, shared;
    const auto alone = run(*engine::open(apart), requests, &naive);
    for (const int streams : {1, 8}) {
        const auto together = run(*engine::open(options_for(reference_path(), streams)), requests, &shared);
        for (const auto& [id, made] : together)
            check_identical(made, alone.at(id));
        CHECK(shared.decoded_tokens * 10 < naive.decoded_tokens * 7);
    }
}

} // namespace laconic::test
