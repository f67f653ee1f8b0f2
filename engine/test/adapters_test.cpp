// Adapters change the weights as the formula says, and a sample made with them does not depend on its company.
#include "check.h"
#include "lora_file.h"
#include "support.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>

using namespace laconic;
using namespace laconic::test;

namespace {

struct lora_shape {
    std::int64_t rank = 8;
    float alpha = 16;
    float strength = 0.02F; // of B's values; 0: B is zero
    unsigned seed = 7;
    ggml_type type = GGML_TYPE_F32;
    std::string arch = "qwen3";
};

/// Random factors for the queries, the values and the way down of every layer of the nano model.
class random_lora {
public:
    explicit random_lora(const lora_shape& shape) : shape_(shape), random_(shape.seed) {
        gguf_set_val_str(file_.header(), "general.type", "adapter");
        gguf_set_val_str(file_.header(), "general.architecture", shape.arch.c_str());
        gguf_set_val_str(file_.header(), "adapter.type", "lora");
        gguf_set_val_f32(file_.header(), "adapter.lora.alpha", shape.alpha);
        read_weights(nano_path(), [&](const std::string& name, const weight& base) {
            if (name.ends_with("attn_q.weight") || name.ends_with("attn_v.weight") || name.ends_with("ffn_down.weight"))
                adapt(name, base);
        });
        file_.write();
    }

    const std::string& path() const { return file_.path(); }

    /// Adds scale * (alpha / r) * B * A to the weight of that name.
    void merge_into(const std::string& name, double scale, weight& base) const {
        const auto found = factors_.find(name);
        if (found == factors_.end()) return;
        const auto& [a, b] = found->second;
        const auto columns = static_cast<std::size_t>(base.columns), rank = static_cast<std::size_t>(shape_.rank);
        for (std::size_t row = 0; row < static_cast<std::size_t>(base.rows); ++row) {
            for (std::size_t column = 0; column < columns; ++column) {
                double sum = 0;
                for (std::size_t i = 0; i < rank; ++i)
                    sum += static_cast<double>(b[row * rank + i]) * a[i * columns + column];
                base.values[row * columns + column] +=
                    static_cast<float>(scale * shape_.alpha / static_cast<double>(rank) * sum);
            }
        }
    }

private:
    void adapt(const std::string& name, const weight& base) {
        const float length = 1 / std::sqrt(static_cast<float>(base.columns));
        const std::vector<float> a = values(shape_.rank * base.columns, length);
        const std::vector<float> b = values(base.rows * shape_.rank, shape_.strength);
        file_.add(name + ".lora_a", base.columns, a, shape_.type);
        file_.add(name + ".lora_b", shape_.rank, b, shape_.type);
        factors_[name] = {a, b};
    }

    /// Whole sixteenths of `scale` rounded to a power of two, so that every type here holds them exactly.
    std::vector<float> values(std::int64_t count, float scale) {
        const float step = scale == 0 ? 0 : std::exp2(std::round(std::log2(scale))) / 16;
        std::vector<float> made(static_cast<std::size_t>(count));
        for (float& value : made)
            value = step * static_cast<float>(static_cast<int>(random_() % 65) - 32);
        return made;
    }

    lora_shape shape_;
    std::mt19937 random_;
    std::map<std::string, std::pair<std::vector<float>, std::vector<float>>> factors_;
    scratch_gguf file_;
};

engine_options adapted(const std::vector<adapter_file>& adapters, int streams, const std::string& model = nano_path()) {
    engine_options options = options_for(model, streams);
    options.adapters = adapters;
    return options;
}

/// Greedy and sampled, prompts of one and of several blocks, arms that share a prompt.
std::vector<request> some_requests() {
    std::vector<request> requests;
    for (int i = 0; i < 10; ++i) {
        request made = make_request(i);
        made.sampling.temperature = i % 2 == 0 ? 0 : 0.8;
        made.sampling.max_tokens = 60;
        for (int more = 0; more < i % 4; ++more)
            made.prompt[1].text += " Then: " + question(i + more) + " " + question(i + 20 + more);
        requests.push_back(made);
    }
    request again = requests[2];
    again.id = 20;
    again.how = nowait_technique{{300, 301, 302, 439, 612, 630}, true};
    requests.push_back(again);
    return requests;
}

std::map<int, generation> run_with(const engine_options& options) {
    return run(*engine::open(options), some_requests());
}

void check_same(const std::map<int, generation>& left, const std::map<int, generation>& right) {
    CHECK_EQUAL(left.size(), right.size());
    for (const auto& [id, made] : left)
        check_identical(made, right.at(id));
}

int changed(const std::map<int, generation>& left, const std::map<int, generation>& right) {
    return static_cast<int>(std::count_if(left.begin(), left.end(), [&](const auto& sample) {
        return all_ids(sample.second) != all_ids(right.at(sample.first));
    }));
}

/// The nano model with adapters worked into its weights, its matrices of that type.
std::unique_ptr<scratch_gguf> merged(const std::vector<std::pair<const random_lora*, double>>& adapters,
                                     ggml_type type = GGML_TYPE_F32) {
    auto file = std::make_unique<scratch_gguf>();
    const gguf_context_ptr nano(gguf_init_from_file(nano_path().c_str(), {.no_alloc = true, .ctx = nullptr}));
    gguf_set_kv(file->header(), nano.get());
    read_weights(nano_path(), [&](const std::string& name, weight base) {
        for (const auto& [adapter, scale] : adapters)
            adapter->merge_into(name, scale, base);
        file->add(name, base.columns, base.values, base.rows > 1 ? type : GGML_TYPE_F32);
    });
    file->write();
    return file;
}

std::vector<float> states_with(const engine_options& options) {
    const auto opened = engine::open(options);
    return opened->states(chat(question(3)), opened->tokenize("<think>\nFirst, 34 + 38 = 72. Then 72 - 5 = 67.", true));
}

/// Length of the difference as a share of the first one's.
double distance(const std::vector<float>& left, const std::vector<float>& right) {
    CHECK_EQUAL(left.size(), right.size());
    double apart = 0, length = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        apart += (left[i] - right[i]) * (left[i] - right[i]);
        length += left[i] * left[i];
    }
    return std::sqrt(apart / length);
}

} // namespace

TEST("an adapter whose B is zero, and one of scale 0, leave every sample as it is") {
    const random_lora zero({.strength = 0});
    const random_lora strong({.strength = 0.05F});
    const auto plain = run_with(options_for(nano_path(), 4));
    check_same(plain, run_with(adapted({{zero.path(), 1}}, 4)));
    check_same(plain, run_with(adapted({{strong.path(), 0}}, 4)));
    CHECK(changed(plain, run_with(adapted({{strong.path(), 1}}, 4))) >= 8);
}

TEST("states are those of a model with scale * (alpha / r) * B * A worked into its weights") {
    const random_lora one({}), other({.rank = 3, .alpha = 2, .strength = 0.05F, .seed = 11});
    const auto base = merged({});
    const std::vector<float> plain = states_with(options_for(base->path(), 1));
    const auto compare = [&](const std::vector<adapter_file>& added, const scratch_gguf& worked_in) {
        const std::vector<float> found = states_with(adapted(added, 1, base->path()));
        const double error = distance(found, states_with(options_for(worked_in.path(), 1)));
        const double effect = distance(plain, found);
        std::cout << "  off by " << error << ", the adapters' effect is " << effect << "\n";
        CHECK(error < 1e-3 && effect > 0.02); // the KV cache has 16 bits
    };
    compare({{one.path(), 1}}, *merged({{&one, 1}}));
    compare({{one.path(), -0.5}}, *merged({{&one, -0.5}}));
    compare({{one.path(), 1}, {other.path(), 2}}, *merged({{&one, 1}, {&other, 2}}));
    const std::vector<float> both = states_with(adapted({{one.path(), 1}, {other.path(), 2}}, 1, base->path()));
    CHECK(distance(both, states_with(adapted({{one.path(), 1}}, 1, base->path()))) > 0.02);
}

TEST("factors of 16 bits are added as those of 32 are") {
    const auto states = [](ggml_type type) {
        const random_lora lora({.type = type});
        return states_with(adapted({{lora.path(), 1}}, 1));
    };
    const std::vector<float> exact = states(GGML_TYPE_F32);
    CHECK(states(GGML_TYPE_F16) == exact);
    CHECK(states(GGML_TYPE_BF16) == exact);
}

TEST("a sample is the same on 1, 4 and 16 streams, and with its neighbours in another order") {
    for (const std::int64_t rank : {1, 8, 16}) {
        const random_lora lora({.rank = rank, .strength = 0.05F});
        const auto together = run_with(adapted({{lora.path(), 1}}, 16));
        check_same(together, run_with(adapted({{lora.path(), 1}}, 1)));
        check_same(together, run_with(adapted({{lora.path(), 1}}, 4)));
        auto requests = some_requests();
        std::reverse(requests.begin(), requests.end());
        check_same(together, run(*engine::open(adapted({{lora.path(), 1}}, 3)), requests));
    }
}

TEST("the same holds for weights that are repacked, and with several threads") {
    const random_lora lora({.strength = 0.05F});
    const auto repacked = merged({}, GGML_TYPE_Q4_0);
    for (const int threads : {1, 2}) {
        const auto with = [&](int streams) {
            engine_options options = adapted({{lora.path(), 1}}, streams, repacked->path());
            options.threads = threads;
            return options;
        };
        const auto together = run_with(with(16));
        check_same(together, run_with(with(1)));
        check_same(together, run_with(with(4)));
    }
}

TEST("prompts are shared among the requests of an engine with adapters, and no sample depends on it") {
    const random_lora lora({.strength = 0.05F});
    engine_options options = adapted({{lora.path(), 1}}, 4);
    job_counters shared;
    const auto together = run(*engine::open(options), some_requests(), &shared);
    CHECK(shared.prefill_shared_tokens > 0);
    options.sharing = false;
    job_counters apart;
    check_same(together, run(*engine::open(options), some_requests(), &apart));
    CHECK_EQUAL(apart.prefill_shared_tokens, 0u);
}

TEST("a text that is known is read with the adapters, in the same bits whole and token by token") {
    const random_lora lora({.strength = 0.05F});
    const auto opened = engine::open(adapted({{lora.path(), 1}}, 1));
    const prompt_text prompt = chat(question(3));
    const tokens ids = opened->tokenize("<think>\nFirst, 34 + 38 = 72. Then 72 - 5 = 67.", true);
    const auto whole = opened->log_probs(prompt, ids, 0);
    const auto stepwise = engine::open(adapted({{lora.path(), 1}}, 1));
    for (std::size_t count = 1; count <= ids.size(); ++count)
        CHECK_EQUAL(stepwise->log_probs(prompt, {ids.begin(), ids.begin() + count}, count - 1).front(),
                    whole[count - 1]);
    CHECK(whole != engine::open(options_for(nano_path(), 1))->log_probs(prompt, ids, 0));
}

TEST("engines with and without adapters are open side by side") {
    const random_lora lora({.strength = 0.05F});
    const auto plain_alone = run_with(options_for(nano_path(), 2));
    const auto adapted_alone = run_with(adapted({{lora.path(), 1}}, 2));
    const auto plain = engine::open(options_for(nano_path(), 2));
    const auto with = engine::open(adapted({{lora.path(), 1}}, 2));
    check_same(plain_alone, run(*plain, some_requests()));
    check_same(adapted_alone, run(*with, some_requests()));
    check_same(plain_alone, run(*plain, some_requests()));
}

TEST("what is no adapter for the model is refused with a sentence") {
    std::string message;
    const auto refused = [&](const std::string& path, const std::string& part) {
        const auto code = error_of([&] { static_cast<void>(engine::open(adapted({{path, 1}}, 1))); }, &message);
        CHECK_EQUAL(code.value_or(error_code::engine_died), error_code::model_invalid);
        CHECK(message.find(path) != std::string::npos);
        if (message.find(part) == std::string::npos) CHECK_EQUAL(message, part);
    };
    refused(nano_path(), "general.type is not \"adapter\"");
    refused(random_lora({.arch = "llama"}).path(), "for the architecture \"llama\", the model's is qwen3");
    refused(random_lora({.alpha = 0}).path(), "adapter.lora.alpha is no number above 0");
    const auto written = [&](const std::function<void(scratch_gguf&)>& fill, const std::string& part) {
        scratch_gguf file;
        gguf_set_val_str(file.header(), "general.type", "adapter");
        gguf_set_val_str(file.header(), "general.architecture", "qwen3");
        gguf_set_val_str(file.header(), "adapter.type", "lora");
        gguf_set_val_f32(file.header(), "adapter.lora.alpha", 16);
        fill(file);
        file.write();
        refused(file.path(), part);
    };
    const std::string name = "blk.0.attn_q.weight";
    const auto pair = [](scratch_gguf& file, const std::string& of, std::int64_t columns, std::int64_t rows) {
        file.add(of + ".lora_a", columns, std::vector<float>(static_cast<std::size_t>(2 * columns), 0.01F));
        file.add(of + ".lora_b", 2, std::vector<float>(static_cast<std::size_t>(2 * rows), 0.01F));
    };
    written([](scratch_gguf&) {}, "it adapts nothing");
    written([&](scratch_gguf& file) { file.add(name + ".lora_a", 64, std::vector<float>(128)); }, "is missing");
    written([&](scratch_gguf& file) { file.add(name + ".scales", 64, std::vector<float>(128)); }, "is no factor");
    written([&](scratch_gguf& file) { pair(file, "blk.99.attn_q.weight", 64, 64); }, "does not have");
    written([&](scratch_gguf& file) { pair(file, name, 63, 64); }, "the model has it as");
    written([&](scratch_gguf& file) { pair(file, "output_norm.weight", 64, 1); }, "no matrix");
    written([&](scratch_gguf& file) { pair(file, "token_embd.weight", 64, 64); }, "token embeddings");
    written([&](scratch_gguf& file) { gguf_set_val_u32(file.header(), "adapter.lora.alpha", 16); }, "alpha");
    written([&](scratch_gguf& file) { gguf_set_val_u32(file.header(), "general.type", 1); }, "general.type");
    const random_lora lora({});
    std::filesystem::resize_file(lora.path(), std::filesystem::file_size(lora.path()) / 2);
    refused(lora.path(), "damaged or cut short");
    CHECK(error_of([] { static_cast<void>(engine::open(adapted({{"/nowhere.gguf", 1}}, 1))); }) ==
          error_code::model_missing);
}

TEST("a value that is no number is refused") {
    scratch_gguf file;
    gguf_set_val_str(file.header(), "general.type", "adapter");
    gguf_set_val_str(file.header(), "general.architecture", "qwen3");
    gguf_set_val_str(file.header(), "adapter.type", "lora");
    gguf_set_val_f32(file.header(), "adapter.lora.alpha", 1);
    read_weights(nano_path(), [&](const std::string& name, const weight& base) {
        if (name != "blk.0.attn_q.weight") return;
        file.add(name + ".lora_a", base.columns, std::vector<float>(static_cast<std::size_t>(base.columns), NAN));
        file.add(name + ".lora_b", 1, std::vector<float>(static_cast<std::size_t>(base.rows), 1));
    });
    file.write();
    std::string message;
    CHECK(error_of([&] { static_cast<void>(engine::open(adapted({{file.path(), 1}}, 1))); }, &message) ==
          error_code::model_invalid);
    CHECK(message.find("no finite number") != std::string::npos);
}

TEST("scales and numbers of adapters out of range are usage errors") {
    const random_lora lora({});
    const auto code = [&](const std::vector<adapter_file>& adapters) {
        return error_of([&] { static_cast<void>(engine::open(adapted(adapters, 1))); });
    };
    CHECK(code({{lora.path(), 10.5}}) == error_code::usage);
    CHECK(code({{lora.path(), NAN}}) == error_code::usage);
    CHECK(code(std::vector<adapter_file>(9, {lora.path(), 1})) == error_code::usage);
    CHECK(code(std::vector<adapter_file>(8, {lora.path(), 0.1})) == std::nullopt);
}

int main() {
    load_backends_once();
    return run_tests();
}
