// Strings that end a sample, found across token borders.
#pragma once

#include "laconic/engine.h"

#include <algorithm>

namespace laconic {

class stop_strings {
public:
    explicit stop_strings(std::vector<std::string> strings) : strings_(std::move(strings)) {
        std::erase(strings_, "");
        for (const std::string& text : strings_)
            longest_ = std::max(longest_, text.size());
    }

    /// The stop string that `piece` completes; the one that begins first where several do.
    std::optional<std::string> deliver(std::string_view piece) {
        if (strings_.empty()) return std::nullopt;
        tail_ += piece;
        const std::string* found = nullptr;
        std::size_t first = std::string::npos;
        for (const std::string& text : strings_) {
            const std::size_t at = tail_.find(text);
            if (at < first) {
                first = at;
                found = &text;
            }
        }
        if (found != nullptr) return *found;
        if (tail_.size() >= longest_) tail_.erase(0, tail_.size() - longest_ + 1);
        return std::nullopt;
    }

    /// What comes next does not continue what came before.
    void restart() { tail_.clear(); }

private:
    std::vector<std::string> strings_;
    std::size_t longest_ = 0;
    std::string tail_;
};

} // namespace laconic
