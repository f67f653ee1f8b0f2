// One sample in the making: the tokens of its path, what its policy does next, and how it ended.
#pragma once

#include "policies/policy.h"
#include "stop_strings.h"
#include "think_tracker.h"

namespace laconic {

/// What all branches of an engine have in common.
struct branch_setting {
    const vocabulary& words;
    const engine_options& options;
};

/// Alternates between two states: either `pending` tokens have to be fed to the model, or, when the last of them has
/// been fed, its logits are needed to `decide` what is pending next.
class branch {
public:
    branch(const request& request, const branch_setting& setting);

    /// Tokens that the model has not seen yet, in order; empty when finished.
    std::span<const token> pending() const { return std::span(pending_).subspan(fed_); }
    /// Position of the first pending token in its stream.
    int position() const { return position_; }
    /// The first `count` pending tokens have been fed.
    void advance(std::size_t count);
    /// The prompt is what is pending; delivered tokens otherwise.
    bool in_prompt() const { return delivered_.empty(); }

    /// Precondition: nothing is pending, and `logits` belong to the last token fed. May write to `logits` in passing.
    void decide(std::span<float> logits);

    bool finished() const { return stop_reason_.has_value(); }
    /// Precondition: finished.
    generation result() const;

private:
    struct delivered_token {
        token id;
        bool injected;
    };

    void apply(const take& action);
    void apply(const force& action);
    void deliver(token id, bool injected, think_stop if_closing);
    void stop(stop_reason reason, std::optional<std::string> detail);
    progress so_far() const;
    laconic::ledger count() const;
    std::string thinking_text(const tokens& ids) const;
    std::string answer_text(tokens ids) const;

    const branch_setting& setting_;
    laconic::sampling how_;
    random_key key_;
    std::unique_ptr<policy> policy_;
    think_tracker thinking_;
    stop_strings stops_;
    int prompt_tokens_ = 0;
    int thought_ = 0;
    int position_ = 0;
    tokens pending_;
    std::size_t fed_ = 0;
    std::vector<delivered_token> delivered_;
    std::vector<sample_event> events_;
    laconic::think_stop think_stop_ = think_stop::none;
    std::optional<laconic::stop_reason> stop_reason_;
    std::optional<std::string> stop_detail_;
};

} // namespace laconic
