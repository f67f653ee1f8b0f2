// A model file with its weights mapped, and what adapters add to them.
#pragma once

#include "laconic/engine.h"
#include "llama-cpp.h"

namespace laconic {

struct model {
    model_capabilities capabilities;
    llama_model_ptr handle;
    /// What all adapters come to; null where nothing is added. Every context of the model sets it.
    llama_adapter_lora_ptr adapter;

    const llama_vocab* vocab() const { return llama_model_get_vocab(handle.get()); }
};

/// Maps the weights; processes that open the same file share them.
model load_model(const std::string& path, const std::vector<adapter_file>& adapters = {});

} // namespace laconic
