// A model that writes what a script says: policies and arms without weights.
#pragma once

#include "arm.h"
#include "check.h"
#include "model.h"
#include "support.h"

#include <cmath>

namespace laconic::test {

/// A token and the probability that the scripted model gives it; the rest is spread evenly over the vocabulary.
struct line {
    token id = no_token;
    double probability = 0.9;
};

class stage {
public:
    stage() : model_(load_model(nano_path())), words_(model_.vocab(), {"<think>", "</think>"}) {}

    const vocabulary& words() const { return words_; }
    token id(const std::string& text) const { return words_.tokenize(text, true).at(0); }
    std::vector<line> lines(const std::string& text, double probability = 0.9) const {
        std::vector<line> made;
        for (const token id : words_.tokenize(text, true))
            made.push_back({id, probability});
        return made;
    }

    /// Plays one arm to its end: outside probes the model writes `path`, whatever else was forced, and then ends; in
    /// the k-th probe it writes `probes[k]`, and the first line's probability also holds where nothing is sampled.
    generation play(const technique& how, const std::vector<line>& path,
                    const std::vector<std::vector<line>>& probes, bool certainty = false) const {
        request asked = make_request(1, how);
        asked.sampling.max_tokens = 400;
        asked.certainty = certainty;
        arm player(asked, setting_);
        std::size_t main = 0, inside = 0, asked_so_far = 0;
        while (!player.finished()) {
            player.advance(player.pending().size());
            const bool was_probing = player.probing();
            line next{id("<|im_end|>")};
            if (was_probing) {
                if (asked_so_far <= probes.size() && inside < probes[asked_so_far - 1].size())
                    next = probes[asked_so_far - 1][inside];
            } else if (main < path.size()) {
                next = path[main++];
            }
            std::vector<float> logits = logits_of(next);
            decision_point point = player.point(logits);
            player.decide(point);
            const bool over = player.step_back() > 0;
            inside = player.probing() && !over ? inside + 1 : 0;
            if (player.probing() && (over || !was_probing)) {
                ++asked_so_far;
                inside = 0;
            }
        }
        return player.result();
    }

    std::vector<float> logits_of(const line& line) const {
        const double rest = (1 - line.probability) / static_cast<double>(words_.size() - 1);
        std::vector<float> logits(words_.size(), static_cast<float>(std::log(rest)));
        logits[static_cast<std::size_t>(line.id)] = static_cast<float>(std::log(line.probability));
        return logits;
    }

private:
    laconic::model model_;
    laconic::vocabulary words_;
    engine_options options_ = options_for(nano_path(), 1);
    arm_setting setting_{words_, options_};
};

inline const stage& the_stage() {
    load_backends_once();
    static const stage made;
    return made;
}

// ---- what samples record ----

inline std::vector<sample_event> events_of(const generation& made, event_type type) {
    std::vector<sample_event> found;
    for (const sample_event& event : made.events) {
        if (event.type == type) found.push_back(event);
    }
    return found;
}

/// The list of numbers called `name` in a probe's record.
inline std::vector<double> recorded(const sample_event& event, const std::string& name) {
    const std::string mark = "\"" + name + "\":[";
    std::size_t at = event.detail.find(mark) + mark.size();
    std::vector<double> values;
    while (event.detail[at] != ']') {
        std::size_t used = 0;
        values.push_back(std::stod(event.detail.substr(at), &used));
        at += used + (event.detail[at + used] == ',' ? 1 : 0);
    }
    return values;
}

inline tokens recorded_ids(const sample_event& event) {
    tokens ids;
    for (const double value : recorded(event, "ids"))
        ids.push_back(static_cast<token>(value));
    return ids;
}

inline double recorded_entropy(const sample_event& event) {
    const std::string mark = "\"entropy\":";
    return std::stod(event.detail.substr(event.detail.find(mark) + mark.size()));
}

// ---- the same numbers from libllama alone ----

/// Distributions behind each of `ids` from index `from` on, one token at a time.
class plain_reader {
public:
    explicit plain_reader(const std::string& path) : model_(load_model(path)) {}

    std::vector<std::vector<double>> distributions(const tokens& ids, std::size_t from) const {
        llama_context_params params = llama_context_default_params();
        params.n_ctx = 1024;
        params.n_seq_max = 1;
        params.n_threads = params.n_threads_batch = 1;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
        const llama_context_ptr context(llama_init_from_model(model_.handle.get(), params));
        const int size = llama_vocab_n_tokens(model_.vocab());
        std::vector<std::vector<double>> found;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            token id = ids[i];
            if (llama_decode(context.get(), llama_batch_get_one(&id, 1)) != 0)
                throw std::runtime_error("decode failed");
            if (i < from) continue;
            const float* const logits = llama_get_logits_ith(context.get(), -1);
            std::vector<double> p(logits, logits + size);
            double sum = 0;
            for (double& value : p)
                sum += value = std::exp(value);
            for (double& value : p)
                value /= sum;
            found.push_back(std::move(p));
        }
        return found;
    }

private:
    laconic::model model_;
};

} // namespace laconic::test
