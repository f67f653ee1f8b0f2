// What the model makes of texts that are known already.
#pragma once

#include "context.h"

#include <functional>

namespace laconic {

/// A context of one stream for reading only, beside the one that decodes. What it has read stays until the next text,
/// of which only the part behind their common beginning is fed. Texts are always cut into the same ubatches, and these
/// are fed whole or not at all: what is read depends, bit by bit, on the text and not on those before it.
class text_reader {
public:
    text_reader(const model& model, const engine_options& options);

    /// States of `ids` behind the prompt, (ids, width), as they are where the ids are decoded one by one.
    std::vector<float> states(const tokens& prompt, const tokens& ids);
    /// Natural logarithm of the probability of ids[from], ids[from + 1], …, each behind all that stands before it:
    /// (ids - from). At temperature 1, before any filter. Precondition: from <= ids.
    std::vector<float> log_probs(const tokens& prompt, const tokens& ids, std::size_t from);

private:
    /// A prompt with what follows it.
    struct text {
        tokens ids;
        std::size_t prompt = 0;
    };
    using row_function = std::function<void(std::size_t position, std::size_t row_index)>;

    text joined(const tokens& prompt, const tokens& ids) const;
    void read(const text& text, std::size_t first, const row_function& look);
    std::size_t known_rows(const text& text, std::size_t first) const;

    bool keeps_; // a part of a sequence can be removed
    int context_tokens_;
    context context_;
    text held_;
    std::vector<row> rows_;
};

} // namespace laconic
