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

/// What the rows of an ubatch belong to: only what follows the prompt is steered, and only there are states kept.
enum class passage { prompt, sample };

class context final : public kv_streams {
public:
    /// Refuses a context that the memory at hand cannot hold, and a direction that does not fit the model.
    context(const model& model, const engine_options& options, bool keeps_states);

    /// Decodes one ubatch. Preconditions: streams ascend without gaps, with equally many rows each. Where the passage
    /// changes, libllama lays the graph of a steered context out anew.
    void feed(std::span<const row> rows, passage of);
    /// Logits of the row with this index in the last ubatch; writable, valid until the next feed.
    std::span<float> logits(std::size_t row_index);
    /// Last-layer state (width) of the row, behind the final norm. Preconditions: states are kept, and the row is of a
    /// sample; valid until the next feed.
    std::span<const float> state(std::size_t row_index) const;

    void copy(int from, int to, int length) override;
    void cut(int stream, int length) override;

private:
    struct pool_deleter {
        void operator()(ggml_threadpool* pool) const;
    };

    void attach_threads(int threads);
    void set_adapter(llama_adapter_lora* adapter);
    void enter(passage next);

    std::size_t vocabulary_size_;
    std::size_t width_;
    std::vector<float> control_vector_; // (layers - 1, width) from layer 1 on; empty: nothing is steered
    int first_steered_ = 0;
    int last_steered_ = 0;
    bool keeps_states_;
    passage passage_ = passage::prompt;
    std::unique_ptr<ggml_threadpool, pool_deleter> pool_; // outlives handle_
    llama_context_ptr handle_;
    std::unique_ptr<llama_batch, void (*)(llama_batch*)> batch_;
    std::vector<std::uint8_t> state_; // on its way from one stream to another
};

} // namespace laconic
