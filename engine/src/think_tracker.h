// Where in the delivered tokens the thinking lies.
#pragma once

#include "vocabulary.h"

namespace laconic {

/// Follows the delivered tokens one by one. Thinking is opened by the prompt, or by the opening delimiter with nothing
/// but white space before it; a model that writes anything else first does not think. It opens once: a second opening
/// delimiter is part of the answer.
///
/// A delimiter that is one token of the vocabulary is recognised by its id; spelled from ordinary tokens it then is
/// text like any other. A delimiter of several tokens is recognised in the text, and the tokens that carry its first
/// and last byte belong to the thinking whole.
class think_tracker {
public:
    think_tracker(const std::optional<think_format>& format, const vocabulary& words);

    void deliver(token id, std::string_view piece);

    bool inside() const { return state_ == state::inside; }
    bool closed() const { return closed_; }
    /// Delivered indices [begin, end) from the opening through the closing delimiter; end follows while inside.
    std::size_t begin() const { return begin_; }
    std::size_t end() const { return inside() ? delivered_ : end_; }

private:
    enum class state { before, inside, after };

    void look_for_opening(token id, std::string_view piece);
    void look_for_closing(token id, std::string_view piece);

    std::string open_;
    std::string close_;
    std::optional<token> open_id_;
    std::optional<token> close_id_;
    state state_ = state::after;
    bool closed_ = false;
    std::size_t delivered_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string text_; // before: from the first visible byte; inside: the tail that may hold half a delimiter
};

} // namespace laconic
