// What a GGUF file says about itself, checked against its size before anything maps it.
#pragma once

#include "laconic/engine.h"

namespace laconic {

/// Throws model_missing or model_invalid, the latter also where the file is shorter than its tensor table promises:
/// mapping such a file would end in a bus error when the missing weights are first touched.
model_capabilities read_gguf(const std::string& path);

} // namespace laconic
