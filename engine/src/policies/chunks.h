// Where a text comes to the end of a piece.
#pragma once

#include <string>
#include <string_view>

namespace laconic {

/// Sentences end with . ! or ?, quotes and brackets behind it included, before white space. (NLTK's sentences, without
/// its knowledge of abbreviations: "e.g. this" ends one here.)
class sentence_ends {
public:
    /// Whether a sentence has ended before `next`, which is then taken to follow. Every end is reported once.
    bool before(std::string_view next);

private:
    bool reading(std::string_view text);

    bool terminated_ = false; // only closing marks since the terminator
    bool ended_ = false;      // not reported yet
};

/// Every place where a fixed text has been completed.
class delimiter_ends {
public:
    explicit delimiter_ends(std::string delimiter) : delimiter_(std::move(delimiter)) {}
    /// Whether the text taken last completed a delimiter; `next` is then taken to follow.
    bool before(std::string_view next);

private:
    std::string delimiter_;
    std::string tail_; // may hold the beginning of a delimiter
    bool completed_ = false;
};

/// What a boxed answer holds: the text up to the brace that closes the one opened before it;
/// empty where none does.
std::string until_unpaired_brace(std::string_view text);

/// Equal normal forms mean equal answers, for the grader too; not the other way round.
std::string answer_normal_form(std::string_view answer);

} // namespace laconic
