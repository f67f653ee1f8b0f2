#include "think_tracker.h"

namespace laconic {

think_tracker::think_tracker(const std::optional<think_format>& format, const vocabulary& words) {
    if (!format) return;
    open_ = format->open;
    close_ = format->close;
    open_id_ = words.single_token(open_);
    close_id_ = words.single_token(close_);
    state_ = format->opened_by_prompt ? state::inside : state::before;
}

void think_tracker::deliver(token id, std::string_view piece) {
    ++delivered_;
    switch (state_) {
    case state::before: look_for_opening(id, piece); break;
    case state::inside: look_for_closing(id, piece); break;
    case state::after: break;
    }
}

void think_tracker::look_for_opening(token id, std::string_view piece) {
    const std::size_t index = delivered_ - 1;
    if (open_id_) {
        if (id == *open_id_) {
            state_ = state::inside;
            begin_ = index;
        } else if (piece.find_first_not_of(" \t\r\n") != std::string_view::npos) {
            state_ = state::after;
        }
        return;
    }
    if (text_.empty()) {
        const std::size_t visible = piece.find_first_not_of(" \t\r\n");
        if (visible == std::string_view::npos) return;
        begin_ = index;
        piece.remove_prefix(visible);
    }
    text_ += piece;
    if (text_.starts_with(open_)) {
        state_ = state::inside;
        text_.clear();
    } else if (!open_.starts_with(text_)) {
        state_ = state::after;
        begin_ = 0;
    }
}

void think_tracker::look_for_closing(token id, std::string_view piece) {
    bool found = close_id_ && id == *close_id_;
    if (!close_id_) {
        text_ += piece;
        found = text_.find(close_) != std::string::npos;
        if (text_.size() >= close_.size()) text_.erase(0, text_.size() - close_.size() + 1);
    }
    if (!found) return;
    state_ = state::after;
    closed_ = true;
    end_ = delivered_;
}

} // namespace laconic
