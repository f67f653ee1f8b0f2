// The simplest possible decoding with libllama: one sequence, one token at a time but for whole blocks of the prompt.
// What the engine is compared with.
#pragma once

#include "model.h"
#include "trunk_forest.h"

#include <algorithm>
#include <limits>

namespace laconic::test {

struct plain_result {
    tokens ids;                                                  // end of generation included
    float smallest_gap = std::numeric_limits<float>::infinity(); // between the two largest logits, over all steps
};

inline llama_context_ptr plain_context(const model& model, int context_tokens) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<std::uint32_t>(context_tokens);
    params.n_seq_max = 1;
    params.n_threads = params.n_threads_batch = 1;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.kv_unified = false;
    return llama_context_ptr(llama_init_from_model(model.handle.get(), params));
}

inline plain_result decode_plainly(const model& model, const tokens& prompt, int max_tokens, int context_tokens) {
    const llama_context_ptr context = plain_context(model, context_tokens);
    const int vocabulary = llama_vocab_n_tokens(model.vocab());

    plain_result result;
    tokens next = prompt;
    for (int step = 0; step < max_tokens; ++step) {
        for (std::size_t at = 0; at < next.size();) {
            const std::size_t count = next.size() - at < prompt_block ? 1 : prompt_block;
            if (llama_decode(context.get(), llama_batch_get_one(&next[at], static_cast<std::int32_t>(count))) != 0)
                throw std::runtime_error("decode failed");
            at += count;
        }
        const float* logits = llama_get_logits_ith(context.get(), -1);
        const float* best = std::max_element(logits, logits + vocabulary);
        float second = -std::numeric_limits<float>::infinity();
        for (const float* logit = logits; logit != logits + vocabulary; ++logit) {
            if (logit != best) second = std::max(second, *logit);
        }
        result.smallest_gap = std::min(result.smallest_gap, *best - second);
        next = {static_cast<token>(best - logits)};
        result.ids.push_back(next.front());
        if (llama_vocab_is_eog(model.vocab(), next.front())) break;
    }
    return result;
}

/// Feeds a text that is known, one token at a time but for the whole blocks of its first `prompt` tokens; `look` gets
/// the position of what was fed last and the logits behind it.
template <typename Look>
void decode_known(const model& model, const tokens& text, std::size_t prompt, Look look) {
    const llama_context_ptr context = plain_context(model, static_cast<int>(text.size()) + 1);
    tokens left = text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t count = at + prompt_block <= prompt ? prompt_block : 1;
        if (llama_decode(context.get(), llama_batch_get_one(&left[at], static_cast<std::int32_t>(count))) != 0)
            throw std::runtime_error("decode failed");
        at += count;
        look(at - 1, llama_get_logits_ith(context.get(), -1));
    }
}

} // namespace laconic::test
