#include "context.h"

#include "backend.h"
#include "ggml-backend.h"

#include <algorithm>

namespace laconic {

namespace {

ggml_backend_reg_t cpu_backend() {
    return ggml_backend_dev_backend_reg(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
}

/// The CPU backend is loaded at run time, so its functions are looked up by name.
template <typename Function>
Function cpu_function(const char* name) {
    return reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(cpu_backend(), name));
}

std::string gibibytes(std::uint64_t bytes) {
    const std::uint64_t tenths = bytes * 10 / (std::uint64_t{1} << 30);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

/// Linux hands out memory it does not have and kills the process when the cache is cleared, so ask first.
void require_memory(const model& model, const engine_options& options) {
    const std::uint64_t needed = model.capabilities.kv_bytes_per_token *
                                 static_cast<std::uint64_t>(options.context_tokens) *
                                 static_cast<std::uint64_t>(options.streams);
    const std::uint64_t available = available_memory();
    if (available == 0 || needed < available) return;
    throw engine_error(error_code::engine_unavailable,
                       std::to_string(options.streams) + " streams of " + std::to_string(options.context_tokens) +
                           " tokens need " + gibibytes(needed) + " for their KV cache, but only " +
                           gibibytes(available) + " are free; use fewer streams or a smaller maxTokens");
}

llama_context_params profile(const engine_options& options) {
    // One stream more where a lone row needs a dummy beside it (see scheduler::decode).
    const int streams = options.threads > 1 ? options.streams + 1 : options.streams;
    llama_context_params params = llama_context_default_params();
    params.n_seq_max = static_cast<std::uint32_t>(streams);
    params.n_ctx = static_cast<std::uint32_t>(streams) * static_cast<std::uint32_t>(options.context_tokens);
    params.n_batch = std::max(params.n_seq_max, static_cast<std::uint32_t>(prompt_block));
    params.n_ubatch = params.n_batch;
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    params.kv_unified = false;
    params.no_perf = true;
    return params;
}

/// libllama's form of a direction: the layers behind each other from layer 1 on.
std::vector<float> control_vector(const model& model, const steering& steering, std::size_t width) {
    const int layers = llama_model_n_layer(model.handle.get());
    if (steering.direction.size() != width || steering.first_layer < 1 ||
        steering.last_layer < steering.first_layer || steering.last_layer >= layers) {
        throw engine_error(error_code::usage, "a steering direction has to have " + std::to_string(width) +
                                                  " values and act on layers from 1 to " + std::to_string(layers - 1));
    }
    std::vector<float> values;
    for (int layer = 1; layer < layers; ++layer)
        values.insert(values.end(), steering.direction.begin(), steering.direction.end());
    return values;
}

} // namespace

void context::pool_deleter::operator()(ggml_threadpool* pool) const {
    cpu_function<void (*)(ggml_threadpool*)>("ggml_threadpool_free")(pool);
}

context::context(const model& model, const engine_options& options, bool keeps_states)
    : vocabulary_size_(static_cast<std::size_t>(llama_vocab_n_tokens(model.vocab()))),
      width_(static_cast<std::size_t>(llama_model_n_embd(model.handle.get()))), keeps_states_(keeps_states),
      batch_(nullptr, nullptr) {
    require_memory(model, options);
    if (options.progress && options.progress->direction.size() != width_) {
        throw engine_error(error_code::usage, "a progress probe has to have " + std::to_string(width_) + " values");
    }
    if (options.steering) {
        control_vector_ = control_vector(model, *options.steering, width_);
        first_steered_ = options.steering->first_layer;
        last_steered_ = options.steering->last_layer;
    }
    const llama_context_params params = profile(options);
    take_complaint();
    handle_.reset(llama_init_from_model(model.handle.get(), params));
    if (!handle_) {
        throw engine_error(error_code::engine_unavailable,
                           "cannot make a context for " + options.model_path + ": " + take_complaint());
    }
    if (options.threads > 1) attach_threads(options.threads);
    if (model.adapter) set_adapter(model.adapter.get());
    batch_ = {new llama_batch(llama_batch_init(static_cast<std::int32_t>(params.n_batch), 0, 1)),
              [](llama_batch* batch) {
                  llama_batch_free(*batch);
                  delete batch;
              }};
}

void context::attach_threads(int threads) {
    ggml_threadpool_params params = ggml_threadpool_params_default(threads);
    pool_.reset(cpu_function<ggml_threadpool* (*)(ggml_threadpool_params*)>("ggml_threadpool_new")(&params));
    llama_attach_threadpool(handle_.get(), pool_.get(), nullptr);
}

void context::set_adapter(llama_adapter_lora* adapter) {
    float scale = 1;
    if (llama_set_adapters_lora(handle_.get(), &adapter, 1, &scale) != 0) {
        throw engine_error(error_code::engine_unavailable, "libllama could not set an adapter: " + take_complaint());
    }
}

void context::enter(passage next) {
    if (next == passage_) return;
    passage_ = next;
    const bool in_sample = next == passage::sample;
    if (keeps_states_) llama_set_embeddings(handle_.get(), in_sample);
    if (control_vector_.empty()) return;
    const float* const values = in_sample ? control_vector_.data() : nullptr;
    if (llama_set_adapter_cvec(handle_.get(), values, control_vector_.size(), static_cast<std::int32_t>(width_),
                               first_steered_, last_steered_) != 0) {
        throw engine_error(error_code::engine_died, "libllama could not set a control vector: " + take_complaint());
    }
}

void context::feed(std::span<const row> rows, passage of) {
    enter(of);
    llama_batch& batch = *batch_;
    batch.n_tokens = static_cast<std::int32_t>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        batch.token[i] = rows[i].id;
        batch.pos[i] = rows[i].position;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = rows[i].stream;
        batch.logits[i] = rows[i].wants_logits;
    }
    const std::int32_t status = llama_decode(handle_.get(), batch);
    if (status != 0) {
        throw engine_error(error_code::engine_died, "libllama could not decode a batch (status " +
                                                        std::to_string(status) + "): " + take_complaint());
    }
}

std::span<float> context::logits(std::size_t row_index) {
    float* const values = llama_get_logits_ith(handle_.get(), static_cast<std::int32_t>(row_index));
    if (values == nullptr) throw engine_error(error_code::engine_died, "libllama gave no logits for a decoded row");
    return {values, vocabulary_size_};
}

std::span<const float> context::state(std::size_t row_index) const {
    const float* const values = llama_get_embeddings_ith(handle_.get(), static_cast<std::int32_t>(row_index));
    if (values == nullptr) throw engine_error(error_code::engine_died, "libllama gave no state for a decoded row");
    return {values, width_};
}

/// By way of a saved state, which has the size of what the stream holds; llama_memory_seq_cp copies a stream whole.
/// Measured on the reference model with 342 tokens held: 0.4 ms against 1.4, 2.1, 3.5 and 11 ms with streams of 1k, 2k,
/// 4k and 16k cells.
void context::copy(int from, int to, int length) {
    cut(to, 0);
    const std::size_t size = llama_state_seq_get_size(handle_.get(), from);
    if (state_.size() < size) state_.resize(size);
    if (llama_state_seq_get_data(handle_.get(), state_.data(), size, from) != size ||
        llama_state_seq_set_data(handle_.get(), state_.data(), size, to) != size) {
        throw engine_error(error_code::engine_died, "libllama could not copy a sequence: " + take_complaint());
    }
    cut(to, length);
}

void context::cut(int stream, int length) {
    if (!llama_memory_seq_rm(llama_get_memory(handle_.get()), stream, length, -1)) {
        throw engine_error(error_code::engine_died, "libllama could not shorten a sequence");
    }
}

} // namespace laconic
