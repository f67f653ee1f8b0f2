// One arm's sample in the making: what was delivered, what its policy does next, and how it ended.
#pragma once

#include "policies/policy.h"
#include "stop_strings.h"
#include "think_tracker.h"

namespace laconic {

/// What all arms of an engine have in common.
struct arm_setting {
    const vocabulary& words;
    const engine_options& options;
};

/// Alternates between two states: either `pending` tokens have to be fed to the model, or, when the last of them has
/// been fed, its logits are needed to `decide` what is pending next.
class arm {
public:
    arm(const request& request, const arm_setting& setting);
    arm(const request& request, std::unique_ptr<laconic::policy> policy, const arm_setting& setting);

    double request_id() const { return request_id_; }
    int prompt_tokens() const { return prompt_tokens_; }

    /// Tokens that the model has not seen yet, in order; empty when finished.
    std::span<const token> pending() const { return std::span(pending_).subspan(fed_); }
    /// The first `count` pending tokens have been fed.
    void advance(std::size_t count) { fed_ += count; }
    /// The prompt is what is pending; delivered tokens otherwise.
    bool in_prompt() const { return delivered_.empty(); }

    /// The point where this arm stands, given the logits of the last token fed. It serves every arm that has fed the
    /// same tokens and samples in the same way; not beyond this arm's next decision.
    decision_point point(std::span<float> logits) const;
    /// Precondition: nothing is pending.
    void decide(decision_point& point);

    /// The thinking is over, so that little more is expected.
    bool answering() const { return thinking_.closed(); }

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

    const arm_setting& setting_;
    double request_id_;
    laconic::sampling how_;
    random_key key_;
    std::unique_ptr<policy> policy_;
    think_tracker thinking_;
    stop_strings stops_;
    int prompt_tokens_ = 0;
    int thought_ = 0;
    tokens pending_;
    std::size_t fed_ = 0;
    std::vector<delivered_token> delivered_;
    std::vector<sample_event> events_;
    laconic::think_stop think_stop_ = think_stop::none;
    std::optional<laconic::stop_reason> stop_reason_;
    std::optional<std::string> stop_detail_;
};

} // namespace laconic
