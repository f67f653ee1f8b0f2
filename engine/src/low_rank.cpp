#include "low_rank.h"

#include "backend.h"
#include "gguf_file.h"

#include <cmath>
#include <cstring>
#include <filesystem>

namespace laconic {

namespace {

constexpr std::int64_t most_rank = 4096;

[[noreturn]] void invalid(const std::string& path, const std::string& why) {
    throw engine_error(error_code::model_invalid, path + " is not a usable adapter: " + why);
}

std::string shape(std::int64_t columns, std::int64_t rows) {
    return std::to_string(columns) + " x " + std::to_string(rows);
}

/// libllama aborts where a value has another type than it expects, so it is never given the file itself.
float checked_alpha(const gguf_context* gguf, const std::string& path, const std::string& arch) {
    if (text_of(gguf, "general.type") != "adapter") invalid(path, "its general.type is not \"adapter\"");
    if (text_of(gguf, "adapter.type") != "lora") invalid(path, "its adapter.type is not \"lora\"");
    const std::string made_for = text_of(gguf, "general.architecture").value_or("");
    if (made_for != arch) invalid(path, "it is for the architecture \"" + made_for + "\", the model's is " + arch);
    if (gguf_find_key(gguf, "adapter.alora.invocation_tokens") >= 0)
        invalid(path, "it acts behind certain tokens only (aLoRA), which is not supported");
    const std::int64_t id = gguf_find_key(gguf, "adapter.lora.alpha");
    const float alpha = id >= 0 && gguf_get_kv_type(gguf, id) == GGUF_TYPE_FLOAT32 ? gguf_get_val_f32(gguf, id) : 0.0F;
    if (!(alpha > 0) || !std::isfinite(alpha)) invalid(path, "its adapter.lora.alpha is no number above 0");
    return alpha;
}

/// (ne[1], ne[0]) row by row.
std::vector<float> floats_of(const ggml_tensor* tensor, const std::string& path) {
    std::vector<float> values(static_cast<std::size_t>(ggml_nelements(tensor)));
    const auto convert = ggml_get_type_traits(tensor->type)->to_float;
    if (tensor->type == GGML_TYPE_F32) {
        std::memcpy(values.data(), tensor->data, ggml_nbytes(tensor));
    } else if (convert != nullptr) {
        convert(tensor->data, values.data(), ggml_nelements(tensor));
    } else {
        invalid(path, "its tensor " + std::string(tensor->name) + " has the type " + ggml_type_name(tensor->type));
    }
    for (const float value : values)
        if (!std::isfinite(value)) invalid(path, "a value of " + std::string(tensor->name) + " is no finite number");
    return values;
}

/// The factors of one weight: A (rank, columns) and B (rows, rank).
struct factors {
    const ggml_tensor* a;
    const ggml_tensor* b;

    std::int64_t rank() const { return a->ne[1]; }
};

void check_shape(const factors& pair, const std::string& weight, const std::string& path, const gguf_context* base) {
    const std::int64_t id = gguf_find_tensor(base, weight.c_str());
    if (id < 0) invalid(path, "it adapts " + weight + ", which the model does not have; is it for another model?");
    if (weight == "token_embd.weight") invalid(path, "it adapts the token embeddings, which is not supported");
    const std::int64_t* const ne = gguf_get_tensor_ne(base, id);
    if (ne[1] == 1 || ne[2] * ne[3] != 1 || ggml_n_dims(pair.a) > 2 || ggml_n_dims(pair.b) > 2)
        invalid(path, "it adapts " + weight + ", which is no matrix");
    if (pair.rank() != pair.b->ne[0])
        invalid(path, "the two factors of " + weight + " have the ranks " + std::to_string(pair.rank()) + " and " +
                          std::to_string(pair.b->ne[0]));
    if (pair.rank() > most_rank) invalid(path, "its rank " + std::to_string(pair.rank()) + " is too large");
    if (pair.a->ne[0] != ne[0] || pair.b->ne[1] != ne[1])
        invalid(path, "it adapts " + weight + " as " + shape(pair.a->ne[0], pair.b->ne[1]) + ", the model has it as " +
                          shape(ne[0], ne[1]) + "; is it for another model?");
}

void add(const factors& pair, float factor, const std::string& path, low_rank& sum) {
    const auto rank = static_cast<std::size_t>(pair.rank());
    sum.columns = pair.a->ne[0];
    sum.rows = pair.b->ne[1];
    const std::vector<float> a = floats_of(pair.a, path), b = floats_of(pair.b, path);
    sum.a.insert(sum.a.end(), a.begin(), a.end());
    for (std::size_t i = 0; i < rank; ++i)
        for (std::size_t row = 0; row < static_cast<std::size_t>(sum.rows); ++row)
            sum.b.push_back(factor * b[row * rank + i]);
}

/// Weight's name of a tensor that ends with `suffix`; empty where it does not.
std::string without(std::string_view suffix, const std::string& name) {
    return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : std::string();
}

void add_file(const adapter_file& adapter, const gguf_context* base, const std::string& arch, updates& sum) {
    const std::string& path = adapter.path;
    const gguf_file file = open_gguf(path, "adapter", gguf_part::all);
    const float alpha = checked_alpha(file.header.get(), path, arch);
    ggml_context* const held = file.tensors.get();
    const auto find = [&](const std::string& name) { return ggml_get_tensor(held, name.c_str()); };
    int found = 0;
    for (std::int64_t i = 0; i < gguf_get_n_tensors(file.header.get()); ++i) {
        const std::string name = gguf_get_tensor_name(file.header.get(), i);
        const std::string weight = without(suffix_a, name) + without(suffix_b, name);
        if (weight.empty()) invalid(path, "its tensor " + name + " is no factor of a LoRA adapter");
        const factors pair{find(weight + std::string(suffix_a)), find(weight + std::string(suffix_b))};
        if (pair.a == nullptr || pair.b == nullptr)
            invalid(path, "one of the two factors of " + weight + " is missing");
        if (name.ends_with(suffix_b)) continue; // once for both
        ++found;
        check_shape(pair, weight, path, base);
        const double factor = adapter.scale * alpha / static_cast<double>(pair.rank());
        if (factor != 0) add(pair, static_cast<float>(factor), path, sum[weight]);
    }
    if (found == 0) invalid(path, "it adapts nothing");
}

/// A file's values are held up to four times over while it is read, as floats; Linux promises memory that it lacks.
void require_memory(const std::vector<adapter_file>& adapters) {
    std::uint64_t needed = 0;
    for (const adapter_file& adapter : adapters) {
        std::error_code failed; // told when the file is opened
        const std::uintmax_t bytes = std::filesystem::file_size(adapter.path, failed);
        if (!failed) needed += 8 * bytes;
    }
    const std::uint64_t available = available_memory();
    if (available == 0 || needed < available) return;
    throw engine_error(error_code::engine_unavailable, "the adapters need " + std::to_string(needed >> 20) +
                                                           " MiB to be read, but only " +
                                                           std::to_string(available >> 20) + " are free");
}

} // namespace

updates read_updates(const std::string& model_path, const std::string& arch,
                     const std::vector<adapter_file>& adapters) {
    require_memory(adapters);
    const gguf_file base = open_gguf(model_path, "model", gguf_part::header);
    updates sum;
    for (const adapter_file& adapter : adapters)
        add_file(adapter, base.header.get(), arch, sum);
    return sum;
}

} // namespace laconic
