#include "model.h"

#include "adapters.h"
#include "backend.h"
#include "ggml-backend.h"
#include "gguf_file.h"
#include "vocabulary.h"

namespace laconic {

namespace {

llama_model_ptr load(const std::string& path, bool vocabulary_only) {
    if (ggml_backend_reg_count() == 0) {
        throw engine_error(error_code::engine_unavailable, "no compute backend is loaded yet");
    }
    llama_model_params params = llama_model_default_params();
    params.vocab_only = vocabulary_only;
    params.load_mode = LLAMA_LOAD_MODE_MMAP;
    take_complaint();
    llama_model_ptr handle(llama_model_load_from_file(path.c_str(), params));
    if (!handle) {
        const std::string why = take_complaint();
        throw engine_error(error_code::model_invalid,
                           path + " cannot be loaded: " + (why.empty() ? "libllama gives no reason" : why));
    }
    return handle;
}

void require_text_generation(const std::string& path, const model_capabilities& capabilities) {
    if (capabilities.vocabulary_size == 0 || capabilities.parameters == 0) {
        throw engine_error(error_code::model_invalid, path + " holds no " +
                                                          (capabilities.parameters == 0 ? "weights" : "vocabulary") +
                                                          ", so it cannot generate text");
    }
}

void require_decoder(const std::string& path, const llama_model* handle) {
    if (llama_model_has_encoder(handle) || !llama_model_has_decoder(handle) || llama_model_is_diffusion(handle)) {
        throw engine_error(error_code::model_invalid,
                           path + " is not a causal language model; only those can be evaluated");
    }
}

sequence_memory memory_of(const llama_model* handle) {
    if (llama_model_is_recurrent(handle)) return sequence_memory::recurrent;
    return llama_model_is_hybrid(handle) ? sequence_memory::hybrid : sequence_memory::attention;
}

bool has_ratio_token(const llama_model* handle) {
    return vocabulary(llama_model_get_vocab(handle), {}).single_token("<|eot_id|>").has_value();
}

} // namespace

model_capabilities inspect_model(const std::string& path) {
    model_capabilities capabilities = read_gguf(path);
    require_text_generation(path, capabilities);
    const llama_model_ptr handle = load(path, true);
    require_decoder(path, handle.get());
    capabilities.memory = memory_of(handle.get());
    capabilities.ratio_token = has_ratio_token(handle.get());
    return capabilities;
}

model load_model(const std::string& path, const std::vector<adapter_file>& adapters) {
    model result{read_gguf(path), nullptr, nullptr};
    require_text_generation(path, result.capabilities);
    result.handle = load(path, false);
    require_decoder(path, result.handle.get());
    result.capabilities.memory = memory_of(result.handle.get());
    result.adapter = load_adapters(result, path, adapters);
    result.capabilities.ratio_token = has_ratio_token(result.handle.get());
    return result;
}

} // namespace laconic
