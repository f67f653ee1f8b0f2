// A path of tokens and the arms that are on it.
#pragma once

#include "arm.h"
#include "job.h"

namespace laconic {

/// Arms that have fed the same tokens, sample in the same way and agree on at least the next token: each step is
/// computed once and decided by each of them. With one arm left it is what the documentation calls a branch.
class trunk {
public:
    /// Precondition: the arms are unfinished and agree on a next token.
    trunk(std::shared_ptr<laconic::job> job, std::vector<std::unique_ptr<arm>> arms, int fed = 0);

    const std::shared_ptr<laconic::job>& job() const { return job_; }
    std::size_t arms() const { return arms_.size(); }
    /// Tokens of the path that the model has seen.
    int fed() const { return fed_; }
    /// What comes next, as far as all arms agree on it.
    std::span<const token> next() const;
    bool in_prompt() const { return arms_.front()->in_prompt(); }
    /// The first `count` of the prompt's tokens need not be fed: the model has seen them with somebody else.
    void skip(std::size_t count);

    /// Some arm decides when `count` tokens of `next` have been fed, so the logits of the last one are needed.
    bool decides_after(std::size_t count) const;
    /// `count` tokens of `next` have been fed, and `progress` read off the last; the arms that have fed all they had
    /// decide. Returns those that finished.
    std::vector<std::unique_ptr<arm>> feed(std::size_t count, std::span<float> logits, std::optional<float> progress);
    /// Arms that no longer agree with the rest, as trunks of their own; those whose probe is over stand further back.
    /// Those that probe stay, or else those expected to last longest; where all are finished or further back, none do.
    std::vector<std::unique_ptr<trunk>> split();

    /// Which of two trunks should be worked on first, so that little is left to do at the end.
    bool expected_longer_than(const trunk& other) const;

    bool probing() const { return arms_.front()->probing(); }
    /// Where the arms' path goes on, which they have left for a probe.
    int left_at() const { return fed_ - arms_.front()->astray(); }
    /// Takes in the arms of `other`, and nothing where they do not stand together.
    bool join(trunk& other);

private:
    bool answering() const;

    std::shared_ptr<laconic::job> job_;
    std::vector<std::unique_ptr<arm>> arms_;
    int fed_;
};

} // namespace laconic
