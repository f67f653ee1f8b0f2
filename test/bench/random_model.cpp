// Writes a model of Qwen3-0.6B's shape with random Q4_0 weights: it says nothing sensible, but costs per token what the
// real one does. Tokenizer and special tokens are copied from a vocabulary file of llama.cpp.
#include "ggml.h"
#include "gguf.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

struct shape {
    std::uint32_t layers = 28, width = 1024, heads = 16, kv_heads = 8, head_width = 128, feed_forward = 3072,
                  context = 40960;
};

template <auto Free> struct freed_by {
    template <typename T> void operator()(T* value) const { Free(value); }
};
using gguf_ptr = std::unique_ptr<gguf_context, freed_by<gguf_free>>;
using ggml_ptr = std::unique_ptr<ggml_context, freed_by<ggml_free>>;

/// A Q4_0 block is a half-precision scale and 32 nibbles with an offset of 8. Random nibbles have a deviation of 4.6.
void fill_q4_0(ggml_tensor* tensor, std::mt19937_64& random) {
    constexpr std::size_t block_bytes = 18;
    const ggml_fp16_t scale = ggml_fp32_to_fp16(0.02f / 4.6f);
    auto* bytes = static_cast<std::uint8_t*>(tensor->data);
    for (std::size_t at = 0; at < ggml_nbytes(tensor); at += block_bytes) {
        std::memcpy(bytes + at, &scale, sizeof scale);
        const std::uint64_t halves[2] = {random(), random()};
        std::memcpy(bytes + at + sizeof scale, halves, sizeof halves);
    }
}

class writer {
public:
    writer(gguf_context* out, const shape& form)
        : out_(out), form_(form), tensors_(ggml_init({std::size_t{800} << 20, nullptr, false})) {}

    void add_all(std::int64_t vocabulary) {
        const std::int64_t width = form_.width, queries = form_.heads * form_.head_width,
                           keys = form_.kv_heads * form_.head_width;
        matrix("token_embd.weight", width, vocabulary);
        ones("output_norm.weight", width);
        for (std::uint32_t layer = 0; layer < form_.layers; ++layer) {
            const std::string block = "blk." + std::to_string(layer) + ".";
            ones(block + "attn_norm.weight", width);
            ones(block + "ffn_norm.weight", width);
            ones(block + "attn_q_norm.weight", form_.head_width);
            ones(block + "attn_k_norm.weight", form_.head_width);
            matrix(block + "attn_q.weight", width, queries);
            matrix(block + "attn_k.weight", width, keys);
            matrix(block + "attn_v.weight", width, keys);
            matrix(block + "attn_output.weight", queries, width);
            matrix(block + "ffn_gate.weight", width, form_.feed_forward);
            matrix(block + "ffn_up.weight", width, form_.feed_forward);
            matrix(block + "ffn_down.weight", form_.feed_forward, width);
        }
    }

private:
    void matrix(const std::string& name, std::int64_t columns, std::int64_t rows) {
        ggml_tensor* tensor = ggml_new_tensor_2d(tensors_.get(), GGML_TYPE_Q4_0, columns, rows);
        fill_q4_0(tensor, random_);
        add(tensor, name);
    }

    void ones(const std::string& name, std::int64_t length) {
        ggml_tensor* tensor = ggml_new_tensor_1d(tensors_.get(), GGML_TYPE_F32, length);
        std::fill_n(static_cast<float*>(tensor->data), length, 1.0f);
        add(tensor, name);
    }

    void add(ggml_tensor* tensor, const std::string& name) {
        ggml_set_name(tensor, name.c_str());
        gguf_add_tensor(out_, tensor);
    }

    gguf_context* out_;
    shape form_;
    ggml_ptr tensors_;
    std::mt19937_64 random_{20260102};
};

void describe(gguf_context* out, const shape& form) {
    gguf_set_val_str(out, "general.architecture", "qwen3");
    gguf_set_val_str(out, "general.name", "random weights in the shape of Qwen3-0.6B");
    gguf_set_val_u32(out, "general.file_type", 2);
    gguf_set_val_u32(out, "qwen3.block_count", form.layers);
    gguf_set_val_u32(out, "qwen3.context_length", form.context);
    gguf_set_val_u32(out, "qwen3.embedding_length", form.width);
    gguf_set_val_u32(out, "qwen3.feed_forward_length", form.feed_forward);
    gguf_set_val_u32(out, "qwen3.attention.head_count", form.heads);
    gguf_set_val_u32(out, "qwen3.attention.head_count_kv", form.kv_heads);
    gguf_set_val_u32(out, "qwen3.attention.key_length", form.head_width);
    gguf_set_val_u32(out, "qwen3.attention.value_length", form.head_width);
    gguf_set_val_f32(out, "qwen3.attention.layer_norm_rms_epsilon", 1e-6f);
    gguf_set_val_f32(out, "qwen3.rope.freq_base", 1e6f);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: random_model VOCABULARY.gguf OUT.gguf\n";
        return 2;
    }
    const gguf_ptr vocabulary(gguf_init_from_file(argv[1], {true, nullptr}));
    if (!vocabulary) {
        std::cerr << "random_model: cannot read " << argv[1] << '\n';
        return 1;
    }
    const shape form;
    const gguf_ptr out(gguf_init_empty());
    gguf_set_kv(out.get(), vocabulary.get());
    describe(out.get(), form);
    const std::int64_t words = gguf_find_key(out.get(), "tokenizer.ggml.tokens");
    writer tensors(out.get(), form);
    tensors.add_all(static_cast<std::int64_t>(gguf_get_arr_n(out.get(), words)));
    return gguf_write_to_file(out.get(), argv[2], false) ? 0 : 1;
}
