// The trees that arms grow, and the KV streams that they stand in.
//
// All arms of one (prompt, sampling, item, repeat) start as one trunk. Where they disagree on the next token the trunk
// forks, and what it leaves behind forks again: a tree. A stream holds the tokens of one path through it.
//
//      stream 3 holds   p r o m p t . a b c d e f g h      the live trunk (baseline, budget-128) feeds what comes next
//                                   |         `- x         waiting at 12: nowait
//                                   |   `- )               waiting at  9: budget-32
//                                   `- (                   waiting at  7: nothinking
//
// A fork costs nothing. The live trunk goes on, and the branch waits: its past is the beginning of what the stream
// holds, whatever the live trunk appends. It gets a stream in one of two ways:
//   - The live trunk ends. Then the branch that waits deepest takes the stream over: the cells behind its fork are cut
//     off, nothing is copied, and the others can go on waiting because their forks lie further ahead. So one stream is
//     enough for any tree, no trunk ever waits for another's stream to become free, and nothing is computed twice.
//   - Another stream is free and no new tree wants it. Then the waiting branch that is expected to last longest is
//     copied there, so that batches stay full to the last item.
// A probe is a branch, too: it goes first, the others wait, and when it is over its arms wait where it began, together
// with those that agree with them there. What the stream then goes back to is what it was.
// A stream that nobody needs keeps what it holds: a new tree whose prompt begins in the same way starts from there.
#pragma once

#include "trunk.h"

namespace laconic {

/// A prompt is read in blocks of so many tokens, and what is left of it in smaller pieces. From 64 rows of one stream on
/// ggml computes attention in tiles: 1.2 to 1.6 times as fast, but the sums run in another order, so that logits move (by
/// up to 0.2 on the reference model). Blocks therefore begin at multiples of this number, whatever a prompt shares with
/// others and in whatever company it is read.
constexpr std::size_t prompt_block = 64;

/// What a forest does to the KV cache.
class kv_streams {
public:
    virtual ~kv_streams() = default;
    /// Makes `to` hold the first `length` tokens of `from`, whatever it held before.
    virtual void copy(int from, int to, int length) = 0;
    /// Keeps the first `length` tokens.
    virtual void cut(int stream, int length) = 0;
};

class trunk_forest {
public:
    /// `sharing`: trees may start from what a stream already holds.
    trunk_forest(int streams, bool sharing, kv_streams& kv);

    int streams() const { return static_cast<int>(streams_.size()); }
    /// The trunk that decides what the stream is fed; null where the stream is free.
    const trunk* live(int stream) const { return at(stream).live.get(); }
    /// What the model has been fed in this stream.
    const tokens& held(int stream) const { return at(stream).held; }
    /// The free stream to use next, so that live streams are neighbours where that can be.
    std::optional<int> free_stream() const;
    /// A stream whose live trunk has several tokens to feed: a prompt, or what policies forced. With `prompts_apart` also
    /// one that has a prompt's last token left.
    std::optional<int> stream_with_text(bool prompts_apart = false) const;
    bool anything_live() const;

    /// A new tree in a free stream. Returns how many of its prompt's tokens need not be fed.
    int plant(int stream, std::unique_ptr<trunk> root);
    /// `count` tokens that the live trunk had next have been fed; `progress` is what a probe reads off the last of them.
    /// Returns the arms that finished.
    std::vector<std::unique_ptr<arm>> grow(int stream, std::size_t count, std::span<float> logits,
                                           std::optional<float> progress = std::nullopt);
    /// Before a decode: gives waiting branches streams of their own, and makes the live streams neighbours, as a batch
    /// needs them. A step is held up by one copy, or by as many as there are gaps to fill.
    void arrange();
    /// Removes a job's trees.
    void clear(const job& job);
    /// A free stream was used for something else.
    void forget(int stream);

    /// How often so far a stream was copied, or cut back for a branch.
    int forks() const { return forks_; }

private:
    struct stream {
        tokens held;
        std::size_t in_blocks = 0; // how many of them were read in whole prompt blocks
        std::unique_ptr<trunk> live;
        std::vector<std::unique_ptr<trunk>> waiting; // by how much they have fed, deepest last, then those that probe
    };

    stream& at(int index) { return streams_[static_cast<std::size_t>(index)]; }
    const stream& at(int index) const { return streams_[static_cast<std::size_t>(index)]; }
    void cut(int index, int length);
    void copy(int from, int to, int length);
    static void wait(stream& stream, std::unique_ptr<trunk> branch);
    static bool awaits_probe(const stream& stream, const trunk& branch);
    void take_over(int index);
    bool spread();
    std::optional<int> gap() const;
    int first_live() const;
    int last_live() const;
    int start_from_shared_head(int index, std::span<const token> prompt);
    static int usable_head(const stream& stream, std::span<const token> prompt);

    std::vector<stream> streams_;
    bool sharing_;
    kv_streams& kv_;
    int forks_ = 0;
};

} // namespace laconic
