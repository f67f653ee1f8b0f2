#include "policies/chunks.h"

#include <algorithm>

namespace laconic {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

bool sentence_ends::before(std::string_view next) {
    // Where the blank that ends a sentence opens the next token, the sentence ends before it.
    const bool ended = ended_ || (terminated_ && !next.empty() && is_blank(next.front()));
    if (ended) terminated_ = false;
    ended_ = reading(next);
    return ended;
}

bool sentence_ends::reading(std::string_view text) {
    constexpr std::string_view terminators = ".!?", closing = "\"')]}*";
    bool ended = false;
    for (const char c : text) {
        if (terminators.find(c) != std::string_view::npos) {
            terminated_ = true;
        } else if (closing.find(c) == std::string_view::npos) {
            ended = ended || (terminated_ && is_blank(c));
            terminated_ = false;
        }
    }
    return ended;
}

bool delimiter_ends::before(std::string_view next) {
    const bool completed = completed_;
    tail_ += next;
    const std::size_t found = tail_.rfind(delimiter_);
    completed_ = found != std::string::npos;
    // What has been used once cannot be the beginning of another.
    if (completed_) tail_.erase(0, found + delimiter_.size());
    if (tail_.size() >= delimiter_.size()) tail_.erase(0, tail_.size() - delimiter_.size() + 1);
    return completed;
}

std::string until_unpaired_brace(std::string_view text) {
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{') ++open;
        if (text[i] == '}' && --open < 0) return std::string(text.substr(0, i));
    }
    return {};
}

std::string answer_normal_form(std::string_view answer) {
    std::string_view rest = trimmed(answer);
    if (rest.size() > 2 && rest.front() == '$' && rest.back() == '$') rest = trimmed(rest.substr(1, rest.size() - 2));
    if (rest.size() > 1 && rest.back() == '.') rest = trimmed(rest.substr(0, rest.size() - 1));
    std::string form(rest);
    for (const std::string_view variant : {"\\dfrac", "\\tfrac"}) {
        for (std::size_t at = form.find(variant); at != std::string::npos; at = form.find(variant, at))
            form.replace(at, variant.size(), "\\frac");
    }
    const std::size_t point = form.find('.');
    const std::string_view number = std::string_view(form).substr(form.starts_with('-') ? 1 : 0);
    const bool decimal = point != std::string::npos && !number.empty() && is_digit(number.front()) &&
                         std::count(number.begin(), number.end(), '.') == 1 &&
                         std::all_of(number.begin(), number.end(), [](char c) { return is_digit(c) || c == '.'; });
    if (decimal && std::all_of(form.begin() + static_cast<std::ptrdiff_t>(point) + 1, form.end(),
                               [](char c) { return c == '0'; })) {
        form.resize(point);
    }
    return form;
}

} // namespace laconic
