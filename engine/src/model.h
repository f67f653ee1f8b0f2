// A model file with its weights mapped.
#pragma once

#include "laconic/engine.h"
#include "llama-cpp.h"

namespace laconic {

struct model {
    model_capabilities capabilities;
    llama_model_ptr handle;

    const llama_vocab* vocab() const { return llama_model_get_vocab(handle.get()); }
};

/// Maps the weights; processes that open the same file share them.
model load_model(const std::string& path);

} // namespace laconic
