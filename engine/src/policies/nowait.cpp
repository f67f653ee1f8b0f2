// NoWait (arXiv 2506.08343): tokens that start a look back ("wait", "hmm", "alternatively" …) cannot be chosen.
// Which ids those are is decided by the caller's vocabulary builder. The ban is hard (minus infinity) unless a finite
// penalty is asked for; the paper says "a large negative value". Given a confidence, it holds only where the model has
// been that certain of its latest tokens, after the idea of CGRS (arXiv 2508.05337).
#include "policies/policy.h"

#include <deque>

namespace laconic {

namespace {

/// How certain a model was of its latest tokens, on average.
class recent_certainty {
public:
    explicit recent_certainty(int window) : window_(static_cast<std::size_t>(window)) {}

    void note(double certainty) {
        latest_.push_back(certainty);
        if (latest_.size() > window_) latest_.pop_front();
    }
    /// 0 where there is no token yet.
    double mean() const {
        double sum = 0;
        for (const double one : latest_)
            sum += one;
        return latest_.empty() ? 0 : sum / static_cast<double>(latest_.size());
    }

private:
    std::size_t window_;
    std::deque<double> latest_;
};

class nowait final : public policy {
public:
    nowait(const nowait_technique& technique, const vocabulary& words)
        : banned_(technique.banned, words.size()), thinking_only_(technique.thinking_only), penalty_(technique.penalty),
          confidence_(technique.confidence), certainty_(technique.window) {}

    action decide(decision_point& point, const progress& so_far) override {
        const token wanted = point.draw();
        if (wanted == no_token || (thinking_only_ && !so_far.thinking)) return take{wanted, std::nullopt};
        if (confidence_ > 0) {
            const bool confident = certainty_.mean() >= confidence_;
            certainty_.note(point.certainty());
            if (!confident) return take{wanted, std::nullopt};
        }
        const token allowed = point.draw_with_penalty(banned_, penalty_);
        const bool suppressed = banned_.contains(wanted) && allowed != wanted;
        return take{allowed, suppressed ? std::optional(wanted) : std::nullopt};
    }

private:
    token_set banned_;
    bool thinking_only_;
    double penalty_;
    double confidence_;
    recent_certainty certainty_;
};

} // namespace

std::unique_ptr<policy> make_nowait(const nowait_technique& technique, const vocabulary& words) {
    return std::make_unique<nowait>(technique, words);
}

} // namespace laconic
