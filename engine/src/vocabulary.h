// Text to token ids and back, on libllama's tokenizer.
#pragma once

#include "laconic/engine.h"
#include "llama-cpp.h"

#include <array>

namespace laconic {

class vocabulary {
public:
    /// `vocab` must outlive this. Texts in `reserved` never arise from plain prompt text (the think delimiters, which
    /// many tokenizers would accept there).
    vocabulary(const llama_vocab* vocab, std::vector<std::string> reserved);

    std::size_t size() const { return static_cast<std::size_t>(llama_vocab_n_tokens(vocab_)); }
    bool ends_generation(token id) const { return llama_vocab_is_eog(vocab_, id); }

    tokens tokenize(std::string_view text, bool special) const;
    std::string detokenize(const tokens& ids, bool show_control_tokens) const;
    std::string piece(token id, bool show_control_tokens) const;

    /// Tokens of a prompt. Plain text is tokenized in one go between control tokens, across pieces, as the model saw it
    /// in training; control tokens are recognised in special pieces only.
    tokens encode(const prompt_text& prompt, bool add_bos) const;

    /// The id that `text` is by itself, if it is one token.
    std::optional<token> single_token(const std::string& text) const;

private:
    struct special_token {
        std::string text;
        token id;
    };

    const special_token* special_at(std::string_view text) const;
    void append_plain(tokens& ids, std::string& run) const;

    const llama_vocab* vocab_;
    std::vector<std::string> reserved_;
    std::array<std::vector<special_token>, 256> special_by_first_byte_; // longest first
};

} // namespace laconic
