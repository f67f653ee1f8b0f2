#include "trunk.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace laconic {

trunk::trunk(std::shared_ptr<laconic::job> job, std::vector<std::unique_ptr<arm>> arms, int fed)
    : job_(std::move(job)), arms_(std::move(arms)), fed_(fed) {}

std::span<const token> trunk::next() const {
    std::span<const token> agreed = arms_.front()->pending();
    for (const auto& arm : arms_) {
        const auto pending = arm->pending();
        const auto end = std::mismatch(agreed.begin(), agreed.end(), pending.begin(), pending.end()).first;
        agreed = agreed.first(static_cast<std::size_t>(end - agreed.begin()));
    }
    return agreed;
}

void trunk::skip(std::size_t count) {
    fed_ += static_cast<int>(count);
    for (const auto& arm : arms_)
        arm->advance(count);
}

bool trunk::decides_after(std::size_t count) const {
    return std::any_of(arms_.begin(), arms_.end(), [&](const auto& arm) { return arm->pending().size() == count; });
}

std::vector<std::unique_ptr<arm>> trunk::feed(std::size_t count, std::span<float> logits,
                                              std::optional<float> progress) {
    fed_ += static_cast<int>(count);
    std::optional<decision_point> point;
    for (const auto& arm : arms_) {
        arm->advance(count);
        if (!arm->pending().empty()) continue;
        if (progress) arm->note_progress(*progress);
        if (!point) point.emplace(arm->point(logits));
        arm->decide(*point);
    }
    const auto finished =
        std::stable_partition(arms_.begin(), arms_.end(), [](const auto& arm) { return !arm->finished(); });
    std::vector<std::unique_ptr<arm>> left(std::make_move_iterator(finished), std::make_move_iterator(arms_.end()));
    arms_.erase(finished, arms_.end());
    return left;
}

std::vector<std::unique_ptr<trunk>> trunk::split() {
    std::vector<std::unique_ptr<trunk>> parts;
    for (auto& arm : std::exchange(arms_, {})) {
        const int fed = fed_ - arm->step_back();
        auto part = std::make_unique<trunk>(job_, std::vector<std::unique_ptr<laconic::arm>>{}, fed);
        part->arms_.push_back(std::move(arm));
        if (std::none_of(parts.begin(), parts.end(), [&](const auto& known) { return known->join(*part); })) {
            parts.push_back(std::move(part));
        }
    }
    // A probe comes first: those that wait where it began may have its arms back.
    const auto stays = std::max_element(parts.begin(), parts.end(), [this](const auto& a, const auto& b) {
        if ((a->fed_ == fed_) != (b->fed_ == fed_)) return b->fed_ == fed_;
        if (a->probing() != b->probing()) return b->probing();
        return b->expected_longer_than(*a);
    });
    if (stays == parts.end() || (*stays)->fed_ != fed_) return parts;
    arms_ = std::move((*stays)->arms_);
    parts.erase(stays);
    return parts;
}

bool trunk::join(trunk& other) {
    if (fed_ != other.fed_ || !arms_.front()->stands_with(*other.arms_.front())) return false;
    std::move(other.arms_.begin(), other.arms_.end(), std::back_inserter(arms_));
    other.arms_.clear();
    return true;
}

bool trunk::answering() const {
    return std::all_of(arms_.begin(), arms_.end(), [](const auto& arm) { return arm->answering(); });
}

bool trunk::expected_longer_than(const trunk& other) const {
    if (answering() != other.answering()) return other.answering();
    if (fed_ != other.fed_) return fed_ < other.fed_;
    return arms_.size() > other.arms_.size();
}

} // namespace laconic
