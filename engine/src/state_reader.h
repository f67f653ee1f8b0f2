// Last-layer states of texts that are known already.
#pragma once

#include "context.h"

namespace laconic {

/// A context of one stream for reading only, beside the one that decodes.
class state_reader {
public:
    state_reader(const model& model, const engine_options& options);

    /// States of `ids` behind the prompt, (ids, width), as they are where the ids are decoded one by one.
    std::vector<float> read(const tokens& prompt, const tokens& ids);

private:
    void feed(std::span<const token> text, int position, passage of, std::vector<float>& states);

    int context_tokens_;
    context context_;
    std::vector<row> rows_;
};

} // namespace laconic
