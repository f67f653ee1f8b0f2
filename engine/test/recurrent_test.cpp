// Models whose past is a state: it cannot be shortened, so nothing may be shared.
#include "check.h"
#include "ggml-cpp.h"
#include "support.h"

#include <cstdio>
#include <filesystem>
#include <random>

using namespace laconic;
using namespace laconic::test;

namespace {

constexpr std::int64_t width = 64, inner = 128, kernel = 4, state = 16, rank = 4;

/// A Mamba model of two layers with random weights and the nano model's tokenizer.
class random_mamba {
public:
    random_mamba()
        : nano_(gguf_init_from_file(nano_path().c_str(), {.no_alloc = true, .ctx = nullptr})), file_(gguf_init_empty()),
          tensors_(ggml_init({.mem_size = std::size_t{64} << 20, .mem_buffer = nullptr, .no_alloc = false})) {
        gguf_set_kv(file_.get(), nano_.get());
        set_metadata();
        const auto words = gguf_get_arr_n(nano_.get(), gguf_find_key(nano_.get(), "tokenizer.ggml.tokens"));
        add("token_embd.weight", 0.5F, width, static_cast<std::int64_t>(words));
        add("output_norm.weight", 1, width);
        add_layer("blk.0.");
        add_layer("blk.1.");
        gguf_write_to_file(file_.get(), path().c_str(), false);
    }
    ~random_mamba() { std::filesystem::remove(path()); }

    std::string path() const {
        return (std::filesystem::temp_directory_path() / ("laconic-mamba-" + std::to_string(id_) + ".gguf")).string();
    }

private:
    void set_metadata() {
        gguf_set_val_str(file_.get(), "general.architecture", "mamba");
        gguf_set_val_u32(file_.get(), "mamba.context_length", 2048);
        gguf_set_val_u32(file_.get(), "mamba.embedding_length", width);
        gguf_set_val_u32(file_.get(), "mamba.block_count", 2);
        gguf_set_val_u32(file_.get(), "mamba.ssm.conv_kernel", kernel);
        gguf_set_val_u32(file_.get(), "mamba.ssm.inner_size", inner);
        gguf_set_val_u32(file_.get(), "mamba.ssm.state_size", state);
        gguf_set_val_u32(file_.get(), "mamba.ssm.time_step_rank", rank);
        gguf_set_val_f32(file_.get(), "mamba.attention.layer_norm_rms_epsilon", 1e-5F);
    }

    void add_layer(const std::string& layer) {
        add(layer + "attn_norm.weight", 1, width);
        add(layer + "ssm_in.weight", 0.1F, width, 2 * inner);
        add(layer + "ssm_conv1d.weight", 0.3F, kernel, inner);
        add(layer + "ssm_conv1d.bias", 0.1F, inner);
        add(layer + "ssm_x.weight", 0.1F, inner, rank + 2 * state);
        add(layer + "ssm_dt.weight", 0.3F, rank, inner);
        add(layer + "ssm_dt.bias", 0.1F, inner);
        add(layer + "ssm_a", -1, state, inner);
        add(layer + "ssm_d", 0.5F, inner);
        add(layer + "ssm_out.weight", 0.1F, inner, width);
    }

    /// Norms and decays keep their sign; everything else is centred on zero.
    void add(const std::string& name, float scale, std::int64_t columns, std::int64_t rows = 1) {
        ggml_tensor* const tensor = rows == 1 ? ggml_new_tensor_1d(tensors_.get(), GGML_TYPE_F32, columns)
                                              : ggml_new_tensor_2d(tensors_.get(), GGML_TYPE_F32, columns, rows);
        ggml_set_name(tensor, name.c_str());
        const bool one_sided = scale == 1 || scale == -1;
        auto* const values = static_cast<float*>(tensor->data);
        for (std::int64_t i = 0; i < columns * rows; ++i)
            values[i] = scale * (one_sided ? 1 + 0.1F * noise_(random_) : noise_(random_));
        gguf_add_tensor(file_.get(), tensor);
    }

    const unsigned id_ = std::random_device{}();
    std::mt19937 random_{7};
    std::normal_distribution<float> noise_;
    gguf_context_ptr nano_, file_;
    ggml_context_ptr tensors_;
};

/// Arms that agree for a while and then part, on items whose prompts begin alike.
std::vector<request> sweep() {
    std::vector<request> requests;
    for (int item = 0; item < 6; ++item) {
        const technique arms[] = {baseline_technique{}, budget_of(8), no_thinking(), nowait_technique{{10, 11, 12}}};
        for (const technique& how : arms) {
            request made = make_request(item, how);
            made.id = static_cast<int>(requests.size());
            made.sampling.max_tokens = 24;
            requests.push_back(made);
        }
    }
    return requests;
}

} // namespace

TEST("says of a recurrent model that its past is a state") {
    load_backends_once();
    const random_mamba mamba;
    CHECK(inspect_model(mamba.path()).memory == sequence_memory::recurrent);
    CHECK(inspect_model(nano_path()).memory == sequence_memory::attention);
}

TEST("shares nothing on a recurrent model, so no sequence is ever shortened") {
    load_backends_once();
    const random_mamba mamba;
    for (const int streams : {1, 3}) {
        const auto opened = engine::open(options_for(mamba.path(), streams));
        job_counters counters;
        const auto samples = run(*opened, sweep(), &counters);
        CHECK_EQUAL(samples.size(), sweep().size());
        CHECK_EQUAL(counters.prefill_shared_tokens, 0u);
        std::uint64_t prompts = 0, delivered_tokens = 0;
        for (const auto& [id, made] : samples) {
            CHECK_EQUAL(made.stop_detail.value_or(""), std::string());
            prompts += static_cast<std::uint64_t>(made.ledger.prompt);
            delivered_tokens += static_cast<std::uint64_t>(delivered(made.ledger));
        }
        CHECK_EQUAL(counters.prefill_tokens, prompts);
        CHECK(counters.decoded_tokens + 2 * samples.size() >= delivered_tokens);
    }
}

TEST("refuses to probe a recurrent model") {
    load_backends_once();
    const random_mamba mamba;
    const auto opened = engine::open(options_for(mamba.path(), 1));
    deer_technique deer;
    deer.probe = deer.closing = {{"x", false}};
    CHECK_EQUAL(error_of([&] { run(*opened, {make_request(0, deer)}); }), error_code::usage);
}

TEST("reads a text on a recurrent model from its beginning every time") {
    load_backends_once();
    const random_mamba mamba;
    const auto opened = engine::open(options_for(mamba.path(), 1));
    tokens ids(100), others;
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<token>(300 + 7 * i);
    others.assign(ids.begin(), ids.begin() + 90);
    const auto first = opened->log_probs(chat(question(1)), ids, 0);
    CHECK_EQUAL(first.size(), ids.size());
    const auto shorter = opened->log_probs(chat(question(1)), others, 0);
    CHECK(shorter != first);
    CHECK(opened->log_probs(chat(question(1)), ids, 0) == first);
}

int main() {
    return run_tests();
}
