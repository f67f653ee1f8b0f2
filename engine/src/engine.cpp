#include "laconic/engine.h"

#include "random.h"
#include "scheduler.h"
#include "text_reader.h"

#include <cmath>

namespace laconic {

namespace {

void require(bool holds, const std::string& otherwise) {
    if (!holds) throw engine_error(error_code::usage, otherwise);
}

void check(const engine_options& options) {
    require(options.streams >= 1 && options.streams <= 256, "streams has to be between 1 and 256");
    require(options.threads >= 1 && options.threads <= 512, "threads has to be between 1 and 512");
    require(options.threads == 1 || options.streams <= 255, "streams has to be at most 255 with several threads");
    require(options.context_tokens >= 16 && options.context_tokens <= 1 << 22,
            "contextTokens has to be between 16 and 4194304");
    require(options.adapters.size() <= 8, "there can be at most 8 adapters");
    for (const adapter_file& adapter : options.adapters)
        require(std::abs(adapter.scale) <= 10, "the scale of an adapter has to be between -10 and 10");
    if (!options.think) return;
    require(!options.think->open.empty() && !options.think->close.empty(), "a think delimiter is empty");
}

void check(const request& request) {
    const sampling& how = request.sampling;
    require(how.max_tokens >= 1, "maxTokens has to be at least 1");
    require(how.temperature >= 0 && how.temperature <= 100, "temperature has to be between 0 and 100");
    require(how.top_k >= 0, "topK cannot be negative");
    require(how.top_p > 0 && how.top_p <= 1, "topP has to be above 0 and at most 1");
    require(how.min_p >= 0 && how.min_p < 1, "minP has to be at least 0 and below 1");
    require(request.lane < main_lanes, "lane has to be between 0 and 127");
}

void check(const s1_technique& s1, const vocabulary& words) {
    require(s1.tokens.value_or(0) >= 0, "a budget cannot be negative");
    require(!s1.tokens || !text_of(s1.closing).empty(), "a budget needs a closing text");
    require(s1.waits >= 0, "waits cannot be negative");
    if (s1.waits == 0) return;
    require(!text_of(s1.wait).empty(), "waits need a text to append");
    require(words.single_token(s1.end).has_value(),
            "the end of the thinking can be withheld only where it is one token of the vocabulary; \"" + s1.end +
                "\" is not");
}

void check(const technique& technique, const vocabulary& words) {
    const std::size_t vocabulary_size = words.size();
    if (const auto* nowait = std::get_if<nowait_technique>(&technique)) {
        for (const token id : nowait->banned)
            require(id >= 0 && static_cast<std::size_t>(id) < vocabulary_size,
                    "the banned id " + std::to_string(id) + " is not in the model's vocabulary");
        require(nowait->penalty > 0, "a penalty has to be above 0");
        require(nowait->confidence >= 0 && nowait->confidence <= 1, "a confidence has to be between 0 and 1");
        require(nowait->window >= 1, "a window has to be at least 1");
    } else if (const auto* budget = std::get_if<budget_technique>(&technique)) {
        require(budget->tokens >= 0, "a budget cannot be negative");
        require(!text_of(budget->closing).empty(), "a budget needs a closing text");
    } else if (const auto* nothinking = std::get_if<nothinking_technique>(&technique)) {
        require(!text_of(nothinking->prefill).empty(), "no-thinking needs a text to inject");
    } else if (const auto* s1 = std::get_if<s1_technique>(&technique)) {
        check(*s1, words);
    } else if (const auto* soft = std::get_if<soft_budget_technique>(&technique)) {
        require(soft->deadline >= 1 && soft->interval >= 1, "a deadline and an interval have to be at least 1");
        require(!text_of(soft->message).empty(), "announcements need a text");
    } else if (const auto* deer = std::get_if<deer_technique>(&technique)) {
        require(!text_of(deer->probe).empty() && !text_of(deer->closing).empty(),
                "deer needs a probe and a closing text");
        require(deer->probe_tokens >= 1 && deer->probe_temperature >= 0, "a probe has to sample at least one token");
    } else if (const auto* consensus = std::get_if<consensus_technique>(&technique)) {
        require(!text_of(consensus->probe).empty() && !text_of(consensus->closing).empty(),
                "an exit by consensus needs a probe and a closing text");
        require(consensus->probe_tokens >= 1 && consensus->probe_temperature >= 0 && consensus->probe_top_p > 0,
                "a probe has to sample at least one token");
        require(consensus->window >= 1 && consensus->chunk_tokens >= 0, "a window has to be at least 1");
    } else if (const auto* eat = std::get_if<eat_technique>(&technique)) {
        require(!eat->delimiter.empty() && !text_of(eat->probe).empty() && !text_of(eat->closing).empty(),
                "eat needs a delimiter, a probe and a closing text");
        require(eat->alpha > 0 && eat->alpha <= 1, "alpha has to be above 0 and at most 1");
    }
}

/// Arms that part, and prompts that begin alike, need the tail of a sequence cut off: a state that every token has been
/// folded into has no tail.
engine_options fitted(engine_options options, const model_capabilities& capabilities) {
    if (capabilities.memory != sequence_memory::attention) options.sharing = false;
    return options;
}

/// A probe is forgotten by cutting the sequence back.
void check(const technique& technique, sequence_memory memory) {
    const bool probes = std::holds_alternative<deer_technique>(technique) ||
                        std::holds_alternative<consensus_technique>(technique) ||
                        std::holds_alternative<eat_technique>(technique);
    require(!probes || memory == sequence_memory::attention,
            "a recurrent or hybrid model cannot be probed: what it has read cannot be taken back");
}

void check(const tokens& ids, const vocabulary& words) {
    for (const token id : ids)
        require(id >= 0 && static_cast<std::size_t>(id) < words.size(), "there is no token " + std::to_string(id));
}

std::vector<std::string> delimiters(const std::optional<think_format>& think) {
    if (!think) return {};
    return {think->open, think->close};
}

} // namespace

struct engine::parts {
    laconic::model model;
    engine_options options; // outlives the scheduler, which refers to it
    laconic::vocabulary words;
    std::unique_ptr<laconic::scheduler> scheduler;
    std::optional<laconic::text_reader> reader; // once something was to be read

    explicit parts(const engine_options& given)
        : model(load_model(given.model_path, given.adapters)), options(fitted(given, model.capabilities)),
          words(model.vocab(), delimiters(given.think)),
          scheduler(std::make_unique<laconic::scheduler>(model, words, options)) {}

    tokens encode(const prompt_text& prompt) const { return words.encode(prompt, options.add_bos); }

    laconic::text_reader& text_reader() {
        if (!reader) reader.emplace(model, options);
        return *reader;
    }
};

std::unique_ptr<engine> engine::open(const engine_options& options) {
    check(options);
    return std::unique_ptr<engine>(new engine(std::make_unique<parts>(options)));
}

engine::engine(std::unique_ptr<parts> parts) : parts_(std::move(parts)) {}

engine::~engine() = default;

engine::parts& engine::open_parts() const {
    if (parts_ == nullptr) throw engine_error(error_code::engine_unavailable, "the engine is closed");
    return *parts_;
}

const model_capabilities& engine::capabilities() const {
    return open_parts().model.capabilities;
}

tokens engine::tokenize(std::string_view text, bool special) const {
    return open_parts().words.tokenize(text, special);
}

std::string engine::detokenize(const tokens& ids) const {
    const laconic::vocabulary& words = open_parts().words;
    check(ids, words);
    return words.detokenize(ids, true);
}

std::vector<std::string> engine::vocabulary() const {
    const laconic::vocabulary& words = open_parts().words;
    std::vector<std::string> texts(words.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i] = words.piece(static_cast<token>(i), false);
    return texts;
}

std::vector<float> engine::states(const prompt_text& prompt, const tokens& ids) const {
    const std::lock_guard lock(closing_);
    check(ids, open_parts().words);
    return open_parts().text_reader().states(open_parts().encode(prompt), ids);
}

std::vector<float> engine::log_probs(const prompt_text& prompt, const tokens& ids, std::size_t from) const {
    const std::lock_guard lock(closing_);
    check(ids, open_parts().words);
    require(from <= ids.size(), "from has to be between 0 and the number of ids, " + std::to_string(ids.size()));
    return open_parts().text_reader().log_probs(open_parts().encode(prompt), ids, from);
}

void engine::submit(std::uint64_t job, std::vector<request> requests, sample_callback on_sample,
                    done_callback on_done) {
    parts& parts = open_parts();
    for (const request& request : requests) {
        check(request);
        check(request.how, parts.words);
        check(request.trace, parts.words);
        check(request.how, parts.model.capabilities.memory);
    }
    parts.scheduler->submit(job, std::move(requests), std::move(on_sample), std::move(on_done));
}

void engine::abort(std::uint64_t job) {
    if (parts_ != nullptr) parts_->scheduler->abort(job);
}

void engine::close() {
    const std::lock_guard lock(closing_);
    parts_.reset();
}

} // namespace laconic
