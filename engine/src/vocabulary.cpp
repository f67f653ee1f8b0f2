#include "vocabulary.h"

#include <algorithm>

namespace laconic {

namespace {

constexpr int special_attributes = LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED | LLAMA_TOKEN_ATTR_UNKNOWN;

} // namespace

vocabulary::vocabulary(const llama_vocab* vocab, std::vector<std::string> reserved)
    : vocab_(vocab), reserved_(std::move(reserved)) {
    std::erase(reserved_, "");
    for (token id = 0; id < static_cast<token>(size()); ++id) {
        if ((llama_vocab_get_attr(vocab_, id) & special_attributes) == 0) continue;
        std::string text = piece(id, true);
        if (text.empty()) continue;
        auto& bucket = special_by_first_byte_[static_cast<unsigned char>(text.front())];
        bucket.push_back({std::move(text), id});
    }
    for (auto& bucket : special_by_first_byte_) {
        std::stable_sort(bucket.begin(), bucket.end(),
                         [](const auto& a, const auto& b) { return a.text.size() > b.text.size(); });
    }
}

tokens vocabulary::tokenize(std::string_view text, bool special) const {
    const auto length = static_cast<std::int32_t>(text.size());
    tokens ids(text.size() + 2); // a token covers at least one byte, but for a prefix some tokenizers add
    std::int32_t count =
        llama_tokenize(vocab_, text.data(), length, ids.data(), static_cast<std::int32_t>(ids.size()), false, special);
    if (count < 0) {
        ids.resize(static_cast<std::size_t>(-count));
        count = llama_tokenize(vocab_, text.data(), length, ids.data(), -count, false, special);
    }
    ids.resize(static_cast<std::size_t>(std::max(count, 0)));
    return ids;
}

std::string vocabulary::detokenize(const tokens& ids, bool show_control_tokens) const {
    const auto count = static_cast<std::int32_t>(ids.size());
    std::string text(ids.size() * 8 + 16, '\0');
    std::int32_t length = llama_detokenize(vocab_, ids.data(), count, text.data(),
                                           static_cast<std::int32_t>(text.size()), false, show_control_tokens);
    if (length < 0) {
        text.resize(static_cast<std::size_t>(-length));
        length = llama_detokenize(vocab_, ids.data(), count, text.data(), -length, false, show_control_tokens);
    }
    text.resize(static_cast<std::size_t>(std::max(length, 0)));
    return text;
}

std::string vocabulary::piece(token id, bool show_control_tokens) const {
    std::string text(64, '\0');
    std::int32_t length =
        llama_token_to_piece(vocab_, id, text.data(), static_cast<std::int32_t>(text.size()), 0, show_control_tokens);
    if (length < 0) {
        text.resize(static_cast<std::size_t>(-length));
        length = llama_token_to_piece(vocab_, id, text.data(), -length, 0, show_control_tokens);
    }
    text.resize(static_cast<std::size_t>(std::max(length, 0)));
    return text;
}

tokens vocabulary::encode(const prompt_text& prompt, bool add_bos) const {
    tokens ids;
    if (add_bos && llama_vocab_get_add_bos(vocab_)) ids.push_back(llama_vocab_bos(vocab_));
    std::string run; // plain text since the last control token
    for (const prompt_piece& part : prompt) {
        if (!part.special) {
            run += part.text;
            continue;
        }
        std::string_view rest = part.text;
        while (!rest.empty()) {
            if (const special_token* found = special_at(rest)) {
                append_plain(ids, run);
                ids.push_back(found->id);
                rest.remove_prefix(found->text.size());
            } else {
                run += rest.front();
                rest.remove_prefix(1);
            }
        }
    }
    append_plain(ids, run);
    return ids;
}

std::optional<token> vocabulary::single_token(const std::string& text) const {
    const special_token* found = special_at(text);
    if (found != nullptr && found->text == text) return found->id;
    const tokens ids = tokenize(text, true);
    if (ids.size() == 1 && piece(ids.front(), true) == text) return ids.front();
    return std::nullopt;
}

const vocabulary::special_token* vocabulary::special_at(std::string_view text) const {
    if (text.empty()) return nullptr;
    for (const special_token& candidate : special_by_first_byte_[static_cast<unsigned char>(text.front())]) {
        if (text.starts_with(candidate.text)) return &candidate;
    }
    return nullptr;
}

void vocabulary::append_plain(tokens& ids, std::string& run) const {
    const auto append = [&](std::string_view text) {
        const tokens part = tokenize(text, false);
        ids.insert(ids.end(), part.begin(), part.end());
    };
    std::string_view rest = run;
    for (std::size_t at = 0; at < rest.size();) {
        const std::string_view here = rest.substr(at);
        const bool forged = std::any_of(reserved_.begin(), reserved_.end(),
                                        [&](const std::string& text) { return here.starts_with(text); });
        ++at;
        if (!forged) continue;
        append(rest.substr(0, at)); // cut behind the first byte: neither part is the delimiter any more
        rest.remove_prefix(at);
        at = 0;
    }
    if (!rest.empty()) append(rest);
    run.clear();
}

} // namespace laconic
