#include "trunk_forest.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace laconic {

namespace {

/// Prompt tokens that have to be saved before copying a stream is cheaper than reading them again.
constexpr int least_copied_head = 8;

std::size_t whole_blocks(std::size_t length) {
    return length / prompt_block * prompt_block;
}

int common_head(std::span<const token> a, std::span<const token> b) {
    return static_cast<int>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

} // namespace

trunk_forest::trunk_forest(int streams, bool sharing, kv_streams& kv)
    : streams_(static_cast<std::size_t>(streams)), sharing_(sharing), kv_(kv) {}

std::optional<int> trunk_forest::free_stream() const {
    if (!anything_live()) return 0;
    if (const auto between = gap()) return between;
    if (last_live() + 1 < streams()) return last_live() + 1;
    if (first_live() > 0) return first_live() - 1;
    return std::nullopt;
}

std::optional<int> trunk_forest::stream_with_text(bool prompts_apart) const {
    for (int i = 0; i < streams(); ++i) {
        if (live(i) == nullptr) continue;
        if (live(i)->next().size() > 1 || (prompts_apart && live(i)->in_prompt())) return i;
    }
    return std::nullopt;
}

bool trunk_forest::anything_live() const {
    return std::any_of(streams_.begin(), streams_.end(), [](const stream& stream) { return stream.live != nullptr; });
}

int trunk_forest::plant(int stream, std::unique_ptr<trunk> root) {
    const int shared = start_from_shared_head(stream, root->next());
    root->skip(static_cast<std::size_t>(shared));
    at(stream).live = std::move(root);
    return shared;
}

int trunk_forest::start_from_shared_head(int index, std::span<const token> prompt) {
    int shared = 0;
    if (sharing_) {
        shared = usable_head(at(index), prompt);
        int source = index;
        for (int other = 0; other < streams(); ++other) {
            const int length = usable_head(at(other), prompt);
            if (length < shared + (source == index ? least_copied_head : 1)) continue;
            shared = length;
            source = other;
        }
        if (source != index) {
            copy(source, index, shared);
            return shared;
        }
    }
    cut(index, shared);
    return shared;
}

/// How much of what a stream holds stands there as the prompt alone would have put it there: read in blocks where it
/// would be, and one by one elsewhere. The prompt's last token is always fed, for its logits.
int trunk_forest::usable_head(const stream& stream, std::span<const token> prompt) {
    const auto common = static_cast<std::size_t>(common_head(prompt.first(prompt.size() - 1), stream.held));
    const std::size_t in_blocks = whole_blocks(prompt.size());
    if (stream.in_blocks == in_blocks && common >= in_blocks) return static_cast<int>(common);
    return static_cast<int>(whole_blocks(std::min({common, stream.in_blocks, in_blocks})));
}

std::vector<std::unique_ptr<arm>> trunk_forest::grow(int index, std::size_t count, std::span<float> logits,
                                                     std::optional<float> progress) {
    stream& stream = at(index);
    if (stream.live->in_prompt() && count == prompt_block) stream.in_blocks += count;
    const auto fed = stream.live->next().first(count);
    stream.held.insert(stream.held.end(), fed.begin(), fed.end());
    auto finished = stream.live->feed(count, logits, progress);
    auto branches = stream.live->split();
    for (auto& branch : branches)
        wait(stream, std::move(branch));
    if (stream.live->arms() == 0) take_over(index);
    return finished;
}

/// Arms that stand together go on together.
void trunk_forest::wait(stream& stream, std::unique_ptr<trunk> branch) {
    for (const auto& known : stream.waiting) {
        if (known->join(*branch)) return;
    }
    const auto before = [](const auto& a, const auto& b) {
        return a->fed() != b->fed() ? a->fed() < b->fed() : a->probing() < b->probing();
    };
    stream.waiting.insert(std::upper_bound(stream.waiting.begin(), stream.waiting.end(), branch, before),
                          std::move(branch));
}

/// Arms that probe will come back to where the branch stands, and in another stream it would miss them.
bool trunk_forest::awaits_probe(const stream& stream, const trunk& branch) {
    const auto returns = [&](const auto& other) { return other->probing() && other->left_at() == branch.fed(); };
    return branch.probing() || (stream.live != nullptr && returns(stream.live)) ||
           std::any_of(stream.waiting.begin(), stream.waiting.end(), returns);
}

void trunk_forest::take_over(int index) {
    stream& stream = at(index);
    stream.live.reset();
    if (stream.waiting.empty()) return;
    stream.live = std::move(stream.waiting.back());
    stream.waiting.pop_back();
    ++forks_;
    cut(index, stream.live->fed());
}

void trunk_forest::arrange() {
    spread();
    while (const auto to = gap()) {
        if (spread()) continue;
        const int from = last_live();
        copy(from, *to, static_cast<int>(held(from).size()));
        at(*to).live = std::move(at(from).live);
        at(*to).waiting = std::exchange(at(from).waiting, {});
    }
}

/// Gives the waiting branch that is expected to last longest a free stream. False where there is none of either.
bool trunk_forest::spread() {
    const auto target = free_stream();
    if (!target) return false;
    stream* source = nullptr;
    std::size_t best = 0;
    for (stream& stream : streams_) {
        for (std::size_t i = 0; i < stream.waiting.size(); ++i) {
            if (awaits_probe(stream, *stream.waiting[i])) continue;
            if (source != nullptr && !stream.waiting[i]->expected_longer_than(*source->waiting[best])) continue;
            source = &stream;
            best = i;
        }
    }
    if (source == nullptr) return false;
    const auto chosen = source->waiting.begin() + static_cast<std::ptrdiff_t>(best);
    copy(static_cast<int>(source - streams_.data()), *target, (*chosen)->fed());
    at(*target).live = std::move(*chosen);
    source->waiting.erase(chosen);
    return true;
}

/// A free stream between live ones.
std::optional<int> trunk_forest::gap() const {
    for (int i = first_live(); i < last_live(); ++i) {
        if (live(i) == nullptr) return i;
    }
    return std::nullopt;
}

int trunk_forest::first_live() const {
    int first = 0;
    while (first < streams() && live(first) == nullptr)
        ++first;
    return first;
}

int trunk_forest::last_live() const {
    int last = streams() - 1;
    while (last >= 0 && live(last) == nullptr)
        --last;
    return last;
}

void trunk_forest::clear(const job& job) {
    for (stream& stream : streams_) {
        if (stream.live == nullptr || stream.live->job().get() != &job) continue;
        stream.live.reset();
        stream.waiting.clear();
    }
}

void trunk_forest::forget(int index) {
    cut(index, 0);
}

void trunk_forest::cut(int index, int length) {
    at(index).held.resize(static_cast<std::size_t>(length));
    at(index).in_blocks = std::min(at(index).in_blocks, at(index).held.size());
    kv_.cut(index, length);
}

void trunk_forest::copy(int from, int to, int length) {
    at(to).held.assign(at(from).held.begin(), at(from).held.begin() + length);
    at(to).in_blocks = std::min(at(from).in_blocks, at(to).held.size());
    kv_.copy(from, to, length);
    ++forks_;
}

} // namespace laconic
