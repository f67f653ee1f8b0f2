// What a C++ programmer writes on llama.cpp: greedy decoding of N sequences in one batch, with a thread pool that lives
// as long as the program and a context like the engine's (a KV stream per sequence, flash attention).
//
// Talks in lines: a command on stdin, one line of answer on stdout. Token ids are separated by commas, prompts by
// semicolons.
//   tokenize TEXT       ids of the text, control tokens recognised, nothing added
//   eog                 ids that end a generation
//   open SEQUENCES CELLS
//   decode TOKENS PROMPTS   that many tokens after each prompt, ends of generation ignored
//   prefill PROMPT          the prompt and one token
//   bandwidth               bytes per second that one thread reads from memory
#include "ggml-backend.h"
#include "llama.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using tokens = std::vector<llama_token>;

template <auto Free> struct freed_by {
    template <typename T> void operator()(T* value) const { Free(value); }
};
using model_ptr = std::unique_ptr<llama_model, freed_by<llama_model_free>>;
using context_ptr = std::unique_ptr<llama_context, freed_by<llama_free>>;

template <typename Function> Function cpu_function(const char* name) {
    const ggml_backend_reg_t cpu = ggml_backend_dev_backend_reg(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
    return reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(cpu, name));
}

/// Index of the largest value, the first of equals. The lanes are independent, so that compilers use vectors.
llama_token argmax(const float* values, int count) {
    constexpr int lanes = 16;
    std::array<float, lanes> best;
    best.fill(values[0]);
    int i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane)
            best[lane] = values[i + lane] > best[lane] ? values[i + lane] : best[lane];
    }
    float largest = *std::max_element(best.begin(), best.end());
    for (; i < count; ++i)
        largest = std::max(largest, values[i]);
    return static_cast<llama_token>(std::find(values, values + count, largest) - values);
}

double bandwidth() {
    const std::vector<std::uint64_t> words(std::size_t{32} << 20, 1); // 256 MiB, larger than caches
    double best = 0;
    std::uint64_t seen = 0;
    for (int turn = 0; turn < 4; ++turn) {
        const auto start = std::chrono::steady_clock::now();
        std::array<std::uint64_t, 8> sums{};
        for (std::size_t i = 0; i < words.size(); i += sums.size()) {
            for (std::size_t lane = 0; lane < sums.size(); ++lane)
                sums[lane] += words[i + lane];
        }
        seen += std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        best = std::max(best, static_cast<double>(words.size() * sizeof words[0]) / seconds);
    }
    return seen == 0 ? 0 : best; // the sum is used, so that it is computed
}

class loop {
public:
    loop(const std::string& model_path, int threads) : threads_(threads), batch_(llama_batch_init(batch_rows, 0, 1)) {
        model_.reset(llama_model_load_from_file(model_path.c_str(), llama_model_default_params()));
        if (!model_) throw std::runtime_error("cannot load " + model_path);
        ggml_threadpool_params params = ggml_threadpool_params_default(threads);
        if (threads > 1) pool_ = cpu_function<ggml_threadpool* (*)(ggml_threadpool_params*)>("ggml_threadpool_new")(&params);
    }

    ~loop() {
        llama_batch_free(batch_);
        context_.reset();
        if (pool_ != nullptr) cpu_function<void (*)(ggml_threadpool*)>("ggml_threadpool_free")(pool_);
    }

    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    tokens tokenize(const std::string& text) const {
        tokens ids(text.size() + 8);
        const int count = llama_tokenize(vocab(), text.data(), static_cast<int>(text.size()), ids.data(),
                                         static_cast<int>(ids.size()), false, true);
        ids.resize(static_cast<std::size_t>(std::max(count, 0)));
        return ids;
    }

    tokens ends_of_generation() const {
        tokens ids;
        for (llama_token id = 0; id < llama_vocab_n_tokens(vocab()); ++id) {
            if (llama_vocab_is_eog(vocab(), id)) ids.push_back(id);
        }
        return ids;
    }

    void open(int sequences, int cells) {
        context_.reset();
        llama_context_params params = llama_context_default_params();
        params.n_seq_max = static_cast<std::uint32_t>(sequences);
        params.n_ctx = static_cast<std::uint32_t>(sequences * cells);
        params.n_batch = params.n_ubatch = batch_rows;
        params.n_threads = params.n_threads_batch = threads_;
        params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
        params.kv_unified = false;
        params.no_perf = true;
        context_.reset(llama_init_from_model(model_.get(), params));
        if (!context_) throw std::runtime_error("cannot make a context");
        if (pool_ != nullptr) llama_attach_threadpool(context_.get(), pool_, nullptr);
    }

    void decode(int count, const std::vector<tokens>& prompts) {
        llama_memory_clear(llama_get_memory(context_.get()), false);
        tokens last = prefill(prompts);
        int position = static_cast<int>(prompts.front().size());
        const int vocabulary = llama_vocab_n_tokens(vocab());
        for (int made = 1; made < count; ++made, ++position) {
            batch_.n_tokens = 0;
            for (std::size_t i = 0; i < last.size(); ++i)
                add(last[i], position, static_cast<llama_seq_id>(i), true);
            feed();
            for (std::size_t i = 0; i < last.size(); ++i)
                last[i] = argmax(llama_get_logits_ith(context_.get(), static_cast<std::int32_t>(i)), vocabulary);
        }
    }

private:
    static constexpr int batch_rows = 512;

    const llama_vocab* vocab() const { return llama_model_get_vocab(model_.get()); }

    /// Prompts of one length, as many as fit into a batch; the first token after each.
    tokens prefill(const std::vector<tokens>& prompts) {
        tokens first;
        const std::size_t together = std::max<std::size_t>(1, batch_rows / prompts.front().size());
        for (std::size_t from = 0; from < prompts.size(); from += together) {
            const std::size_t to = std::min(prompts.size(), from + together);
            batch_.n_tokens = 0;
            std::vector<std::int32_t> rows;
            for (std::size_t i = from; i < to; ++i) {
                for (std::size_t at = 0; at < prompts[i].size(); ++at)
                    add(prompts[i][at], static_cast<int>(at), static_cast<llama_seq_id>(i), at + 1 == prompts[i].size());
                rows.push_back(batch_.n_tokens - 1);
            }
            feed();
            for (const std::int32_t row : rows)
                first.push_back(argmax(llama_get_logits_ith(context_.get(), row), llama_vocab_n_tokens(vocab())));
        }
        return first;
    }

    void add(llama_token id, int position, llama_seq_id sequence, bool wants_logits) {
        const int row = batch_.n_tokens++;
        batch_.token[row] = id;
        batch_.pos[row] = position;
        batch_.n_seq_id[row] = 1;
        batch_.seq_id[row][0] = sequence;
        batch_.logits[row] = wants_logits;
    }

    void feed() {
        if (llama_decode(context_.get(), batch_) != 0) throw std::runtime_error("llama_decode failed");
    }

    int threads_;
    ggml_threadpool* pool_ = nullptr;
    model_ptr model_;
    context_ptr context_;
    llama_batch batch_;
};

std::vector<tokens> parse_prompts(const std::string& text) {
    std::vector<tokens> prompts;
    std::istringstream all(text);
    for (std::string one; std::getline(all, one, ';');) {
        std::istringstream ids(one);
        prompts.emplace_back();
        for (std::string id; std::getline(ids, id, ',');)
            prompts.back().push_back(std::stoi(id));
    }
    return prompts;
}

std::string join(const tokens& ids) {
    std::string text;
    for (const llama_token id : ids)
        text += (text.empty() ? "" : ",") + std::to_string(id);
    return text;
}

std::string answer(loop& loop, const std::string& line) {
    std::istringstream words(line);
    std::string command, rest;
    words >> command;
    if (command == "tokenize") return join(loop.tokenize(line.substr(command.size() + 1)));
    if (command == "eog") return join(loop.ends_of_generation());
    if (command == "bandwidth") return std::to_string(bandwidth());
    if (command == "open") {
        int sequences = 0, cells = 0;
        words >> sequences >> cells;
        loop.open(sequences, cells);
        return "ok";
    }
    int count = 1;
    if (command == "decode") words >> count;
    words >> rest;
    if (command != "decode" && command != "prefill") throw std::runtime_error("unknown command " + command);
    loop.decode(count, parse_prompts(rest));
    return "ok";
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: llama_loop LIBRARIES MODEL THREADS\n";
        return 2;
    }
    try {
        llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
        ggml_backend_load_all_from_path(argv[1]);
        llama_backend_init();
        loop loop(argv[2], std::stoi(argv[3]));
        std::cout << "ready" << std::endl;
        for (std::string line; std::getline(std::cin, line);)
            std::cout << answer(loop, line) << std::endl;
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "llama_loop: " << error.what() << '\n';
        return 1;
    }
}
