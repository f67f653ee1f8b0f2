// One arm's sample in the making: what was delivered, what its policy does next, and how it ended.
#pragma once

#include "policies/policy.h"
#include "stop_strings.h"
#include "think_tracker.h"

#include <utility>

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
    void advance(std::size_t count);
    /// The prompt is what is pending; delivered tokens, or a probe's, otherwise.
    bool in_prompt() const { return delivered_.empty() && !probe_; }

    bool probing() const { return probe_.has_value(); }
    /// Tokens that the model has been fed since the path was left for a probe.
    int astray() const { return probe_ ? probe_->fed : 0; }
    /// How many of the tokens fed last are to be taken back, because a probe is over. Asked for once.
    int step_back() { return std::exchange(step_back_, 0); }
    /// Both go on in the same way and will draw with the same numbers. Precondition: both have fed the same tokens, and
    /// both have tokens pending.
    bool stands_with(const arm& other) const;

    /// The point where this arm stands, given the logits of the last token fed. It serves every arm that has fed the
    /// same tokens and samples in the same way; not beyond this arm's next decision.
    decision_point point(std::span<float> logits) const;
    /// What a probe reads off the token fed last; kept where that is a thinking token. Precondition: nothing is pending.
    void note_progress(float progress);
    /// Precondition: nothing is pending.
    void decide(decision_point& point);

    /// The thinking is over, so that little more is expected.
    bool answering() const { return thinking_.closed(); }

    bool finished() const { return stop_reason_.has_value(); }
    /// Precondition: finished.
    generation result() const;

private:
    /// What the model thought of a token that it chose.
    struct regard {
        double probability = 0;
        double self_certainty = 0;
    };

    struct delivered_token {
        token id;
        bool injected;
        regard seen; // of a sampled token, where certainty is wanted
    };

    struct probe_run {
        probe asked;
        probe_report report;
        int fed = 0;
    };

    void apply(const take& action);
    void apply(const force& action);
    void apply(const probe& action);
    void note(const std::optional<route>& route);
    bool replaying() const { return delivered_.size() < trace_.size(); }
    void go_on_probing(decision_point& point);
    void end_probe();
    void deliver(token id, bool injected, think_stop if_closing);
    void stop(stop_reason reason, std::optional<std::string> detail);
    progress so_far() const;
    void look(decision_point& point, const action& next);
    bool in_thinking(std::size_t at) const { return at >= thinking_.begin() && at < thinking_.end(); }
    laconic::ledger count() const;
    laconic::certainty certainty() const;
    std::string thinking_text(const tokens& ids) const;
    std::string answer_text(tokens ids) const;

    const arm_setting& setting_;
    double request_id_;
    laconic::sampling how_;
    random_key key_;
    bool wants_certainty_;
    regard seen_; // where the path stands
    std::unique_ptr<policy> policy_;
    think_tracker thinking_;
    stop_strings stops_;
    tokens trace_; // empty once the arm goes its own way
    int prompt_tokens_ = 0;
    int thought_ = 0;
    tokens pending_;
    std::size_t fed_ = 0;
    std::vector<delivered_token> delivered_;
    std::optional<probe_run> probe_;
    int step_back_ = 0;
    int probe_prompt_ = 0;
    int probe_sampled_ = 0;
    std::vector<sample_event> events_;
    std::vector<float> progress_; // by place in the thinking
    laconic::think_stop think_stop_ = think_stop::none;
    std::optional<laconic::stop_reason> stop_reason_;
    std::optional<std::string> stop_detail_;
};

} // namespace laconic
