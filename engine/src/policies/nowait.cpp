// NoWait (arXiv 2506.08343): tokens that start a look back ("wait", "hmm", "alternatively" …) cannot be chosen.
// Which ids those are is decided by the caller's vocabulary builder. The ban is hard (minus infinity) unless a finite
// penalty is asked for; the paper says "a large negative value".
#include "policies/policy.h"

namespace laconic {

namespace {

class nowait final : public policy {
public:
    nowait(const nowait_technique& technique, const vocabulary& words)
        : banned_(technique.banned, words.size()), thinking_only_(technique.thinking_only),
          penalty_(technique.penalty) {}

    action decide(decision_point& point, const progress& so_far) override {
        const token wanted = point.draw();
        if (wanted == no_token || (thinking_only_ && !so_far.thinking)) return take{wanted, std::nullopt};
        const token allowed = point.draw_with_penalty(banned_, penalty_);
        const bool suppressed = banned_.contains(wanted) && allowed != wanted;
        return take{allowed, suppressed ? std::optional(wanted) : std::nullopt};
    }

private:
    token_set banned_;
    bool thinking_only_;
    double penalty_;
};

} // namespace

std::unique_ptr<policy> make_nowait(const nowait_technique& technique, const vocabulary& words) {
    return std::make_unique<nowait>(technique, words);
}

} // namespace laconic
