#include "gguf_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

namespace laconic {

namespace {

[[noreturn]] void invalid(const std::string& path, const std::string& kind, const std::string& why) {
    throw engine_error(error_code::model_invalid, path + " is not a usable " + kind + ": " + why);
}

std::uint64_t size_of(const std::string& path, const std::string& kind) {
    std::error_code failed;
    const auto status = std::filesystem::status(path, failed);
    if (failed || !std::filesystem::exists(status)) {
        throw engine_error(error_code::model_missing, "there is no file " + path);
    }
    if (!std::filesystem::is_regular_file(status)) invalid(path, kind, "it is not a regular file");
    const std::uint64_t bytes = std::filesystem::file_size(path, failed);
    if (failed) throw engine_error(error_code::model_missing, "cannot read " + path + ": " + failed.message());
    return bytes;
}

void check_magic(const std::string& path, const std::string& kind) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file) throw engine_error(error_code::model_missing, "cannot open " + path + ": " + std::strerror(errno));
    std::array<char, 4> magic{};
    const bool complete = std::fread(magic.data(), 1, magic.size(), file.get()) == magic.size();
    if (!complete || std::string_view(magic.data(), magic.size()) != "GGUF") {
        invalid(path, kind, "it does not begin with the GGUF magic");
    }
}

/// An unsigned value, or the sum of an array of them (per-layer head counts); `fallback` where the key is absent.
std::uint64_t sum_of(const gguf_context* gguf, const std::string& key, std::uint64_t fallback) {
    const std::int64_t id = gguf_find_key(gguf, key.c_str());
    if (id < 0) return fallback;
    switch (gguf_get_kv_type(gguf, id)) {
    case GGUF_TYPE_UINT32: return gguf_get_val_u32(gguf, id);
    case GGUF_TYPE_INT32: return static_cast<std::uint64_t>(std::max(0, gguf_get_val_i32(gguf, id)));
    case GGUF_TYPE_UINT64: return gguf_get_val_u64(gguf, id);
    case GGUF_TYPE_ARRAY: {
        const auto type = gguf_get_arr_type(gguf, id);
        if (type != GGUF_TYPE_UINT32 && type != GGUF_TYPE_INT32) return fallback;
        const auto* values = static_cast<const std::int32_t*>(gguf_get_arr_data(gguf, id));
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < gguf_get_arr_n(gguf, id); ++i)
            sum += static_cast<std::uint64_t>(std::max(0, values[i]));
        return sum;
    }
    default: return fallback;
    }
}

/// Bytes that one token occupies in an F16 KV cache, over all layers.
std::uint64_t kv_bytes(const gguf_context* gguf, const std::string& arch, std::uint64_t layers) {
    const std::uint64_t heads = sum_of(gguf, arch + ".attention.head_count", 0);
    const std::uint64_t width = sum_of(gguf, arch + ".embedding_length", 0);
    const std::uint64_t head_width = heads > 0 ? width / heads : 0;
    const std::uint64_t key_width = sum_of(gguf, arch + ".attention.key_length", head_width);
    const std::uint64_t value_width = sum_of(gguf, arch + ".attention.value_length", head_width);
    const std::string kv_heads_key = arch + ".attention.head_count_kv";
    const std::uint64_t kv_heads = sum_of(gguf, kv_heads_key, heads);
    const std::int64_t id = gguf_find_key(gguf, kv_heads_key.c_str());
    const bool per_layer = id >= 0 && gguf_get_kv_type(gguf, id) == GGUF_TYPE_ARRAY;
    return (per_layer ? kv_heads : kv_heads * layers) * (key_width + value_width) * 2;
}

std::uint32_t vocabulary_size(const gguf_context* gguf) {
    const std::int64_t id = gguf_find_key(gguf, "tokenizer.ggml.tokens");
    if (id < 0 || gguf_get_kv_type(gguf, id) != GGUF_TYPE_ARRAY) return 0;
    return static_cast<std::uint32_t>(gguf_get_arr_n(gguf, id));
}

/// Adds up parameters and finds the dominant type; refuses a file that ends before its last tensor.
void read_tensors(const gguf_context* gguf, const std::string& path, model_capabilities& result) {
    std::map<ggml_type, std::uint64_t> bytes_by_type;
    for (std::int64_t i = 0; i < gguf_get_n_tensors(gguf); ++i) {
        const std::uint64_t bytes = gguf_get_tensor_size(gguf, i);
        const std::uint64_t end = gguf_get_data_offset(gguf) + gguf_get_tensor_offset(gguf, i) + bytes;
        if (end > result.file_bytes) {
            invalid(path, "model",
                    "it has " + std::to_string(result.file_bytes) + " bytes, but its tensor " +
                        gguf_get_tensor_name(gguf, i) + " ends at " + std::to_string(end) +
                        "; it was cut short, fetch it again");
        }
        bytes_by_type[gguf_get_tensor_type(gguf, i)] += bytes;
        const std::int64_t* shape = gguf_get_tensor_ne(gguf, i);
        result.parameters += static_cast<std::uint64_t>(shape[0] * shape[1] * shape[2] * shape[3]);
    }
    if (bytes_by_type.empty()) return; // a vocabulary without weights
    const auto most = std::max_element(bytes_by_type.begin(), bytes_by_type.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    result.quantization = ggml_type_name(most->first);
    for (char& letter : result.quantization)
        letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
}

} // namespace

gguf_file open_gguf(const std::string& path, const std::string& kind, gguf_part part) {
    gguf_file file{nullptr, nullptr, size_of(path, kind)};
    check_magic(path, kind);
    ggml_context* tensors = nullptr;
    const bool all = part == gguf_part::all;
    file.header.reset(gguf_init_from_file(path.c_str(), {.no_alloc = !all, .ctx = all ? &tensors : nullptr}));
    if (!file.header) invalid(path, kind, "it is damaged or cut short; fetch it again");
    file.tensors.reset(tensors);
    return file;
}

std::optional<std::string> text_of(const gguf_context* gguf, const char* key) {
    const std::int64_t id = gguf_find_key(gguf, key);
    if (id < 0 || gguf_get_kv_type(gguf, id) != GGUF_TYPE_STRING) return std::nullopt;
    return gguf_get_val_str(gguf, id);
}

model_capabilities read_gguf(const std::string& path) {
    const gguf_file file = open_gguf(path, "model", gguf_part::header);
    const gguf_context* const gguf = file.header.get();
    const auto arch = text_of(gguf, "general.architecture");
    if (!arch) invalid(path, "model", "its header names no architecture");
    model_capabilities result;
    result.file_bytes = file.bytes;
    result.arch = *arch;
    result.context_tokens = static_cast<std::uint32_t>(sum_of(gguf, result.arch + ".context_length", 0));
    result.layers = static_cast<std::uint32_t>(sum_of(gguf, result.arch + ".block_count", 0));
    result.kv_bytes_per_token = kv_bytes(gguf, result.arch, result.layers);
    result.vocabulary_size = vocabulary_size(gguf);
    read_tensors(gguf, path, result);
    return result;
}

} // namespace laconic
