// LoRA adapters (Hu et al., arXiv 2106.09685, section 4.1): W + scale * (alpha / r) * B * A.
#pragma once

#include "model.h"

namespace laconic {

/// What `adapters` come to together, as one adapter of `base`, which has to outlive it; null where nothing is added.
/// Throws model_missing, and model_invalid where a file is no adapter, is for another architecture, or names a weight
/// that the model does not have in that shape. `model_path` is the model's file.
llama_adapter_lora_ptr load_adapters(const model& base, const std::string& model_path,
                                     const std::vector<adapter_file>& adapters);

} // namespace laconic
