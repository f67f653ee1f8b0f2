// What a GGUF file says about itself, checked against its size before anything maps it.
#pragma once

#include "ggml-cpp.h"
#include "laconic/engine.h"

namespace laconic {

struct gguf_file {
    gguf_context_ptr header;
    ggml_context_ptr tensors; // with their data; null where only the header was asked for
    std::uint64_t bytes = 0;
};

enum class gguf_part { header, all };

/// `kind` is what the file ought to be, in the sentences of model_missing and model_invalid.
gguf_file open_gguf(const std::string& path, const std::string& kind, gguf_part part);

/// A text of the header; nothing where it is absent or of another type.
std::optional<std::string> text_of(const gguf_context* gguf, const char* key);

/// Throws model_missing or model_invalid, the latter also where the file is shorter than its tensor table promises:
/// mapping such a file would end in a bus error when the missing weights are first touched.
model_capabilities read_gguf(const std::string& path);

} // namespace laconic
