#include "laconic/engine.h"

#include "scheduler.h"

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
}

void check(const technique& technique, std::size_t vocabulary_size) {
    if (const auto* nowait = std::get_if<nowait_technique>(&technique)) {
        for (const token id : nowait->banned)
            require(id >= 0 && static_cast<std::size_t>(id) < vocabulary_size,
                    "the banned id " + std::to_string(id) + " is not in the model's vocabulary");
        require(nowait->penalty > 0, "a penalty has to be above 0");
    } else if (const auto* budget = std::get_if<budget_technique>(&technique)) {
        require(budget->tokens >= 0, "a budget cannot be negative");
        require(!text_of(budget->closing).empty(), "a budget needs a closing text");
    } else if (const auto* nothinking = std::get_if<nothinking_technique>(&technique)) {
        require(!text_of(nothinking->prefill).empty(), "no-thinking needs a text to inject");
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

std::vector<std::string> delimiters(const std::optional<think_format>& think) {
    if (!think) return {};
    return {think->open, think->close};
}

} // namespace

struct engine::parts {
    engine_options options;
    laconic::model model;
    laconic::vocabulary words;
    std::unique_ptr<laconic::scheduler> scheduler;

    explicit parts(const engine_options& given)
        : options(given), model(load_model(given.model_path)), words(model.vocab(), delimiters(given.think)),
          scheduler(std::make_unique<laconic::scheduler>(model, words, options)) {}
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
    for (const token id : ids)
        require(id >= 0 && static_cast<std::size_t>(id) < words.size(), "there is no token " + std::to_string(id));
    return words.detokenize(ids, true);
}

std::vector<std::string> engine::vocabulary() const {
    const laconic::vocabulary& words = open_parts().words;
    std::vector<std::string> texts(words.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i] = words.piece(static_cast<token>(i), false);
    return texts;
}

void engine::submit(std::uint64_t job, std::vector<request> requests, sample_callback on_sample,
                    done_callback on_done) {
    parts& parts = open_parts();
    for (const request& request : requests) {
        check(request);
        check(request.how, parts.words.size());
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
