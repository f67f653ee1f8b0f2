// libllama's context in the profile that makes results independent of company: a KV stream per sequence, flash
// attention, a fixed number of threads.
#pragma once

#include "model.h"
#include "trunk_forest.h"

#include <span>

namespace laconic {

/// Rows of one stream in an ubatch that is no whole block of a prompt: as many as give the same bits as one at a time.
constexpr std::size_t most_text_rows = prompt_block - 1;

struct row {
    token id;
    int position;
    int stream;
    bool wants_logits;
};

class context final : public kv_streams {
public:
    /// Refuses a context that the memory at hand cannot hold.
    context(const model& model, const engine_options& options);

    /// Decodes one ubatch. Preconditions: streams ascend without gaps, with equally many rows each.
    void feed(std::span<const row> rows);
    /// Logits of the row with this index in the last ubatch; writable, valid until the next feed.
    std::span<float> logits(std::size_t row_index);

    void copy(int from, int to, int length) override;
    void cut(int stream, int length) override;

private:
    struct pool_deleter {
        void operator()(ggml_threadpool* pool) const;
    };

    void attach_threads(int threads);

    std::size_t vocabulary_size_;
    std::unique_ptr<ggml_threadpool, pool_deleter> pool_; // outlives handle_
    llama_context_ptr handle_;
    std::unique_ptr<llama_batch, void (*)(llama_batch*)> batch_;
    std::vector<std::uint8_t> state_; // on its way from one stream to another
};

} // namespace laconic
