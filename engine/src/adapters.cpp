#include "adapters.h"

#include "backend.h"
#include "ggml-cpp.h"
#include "low_rank.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <unistd.h>

namespace laconic {

namespace {

/// ggml multiplies float matrices by blocked kernels where several rows are computed at once, and by dot products where
/// one is: other sums, so that a sample would depend on its company. The blocked kernels take only shapes that are
/// multiples of 4, in the number of outputs as in the number of inputs, so a rank that is none stays with the dot
/// products in both factors. A row of zeros adds nothing.
void pad_rank(low_rank& update) {
    const auto columns = static_cast<std::size_t>(update.columns);
    const std::size_t rank = update.a.size() / columns;
    if (rank % 4 != 0) return;
    update.a.resize((rank + 1) * columns, 0.0F);
    update.b.resize((rank + 1) * static_cast<std::size_t>(update.rows), 0.0F);
}

/// The sum as a GGUF file of what libllama looks for and nothing else.
class adapter_writer {
public:
    adapter_writer(const updates& sum, const std::string& arch)
        : file_(gguf_init_empty()),
          tensors_(ggml_init({.mem_size = bytes_for(sum), .mem_buffer = nullptr, .no_alloc = false})) {
        if (!tensors_) throw engine_error(error_code::engine_unavailable, "there is no memory for the adapters");
        gguf_set_val_str(file_.get(), "general.type", "adapter");
        gguf_set_val_str(file_.get(), "general.architecture", arch.c_str());
        gguf_set_val_str(file_.get(), "adapter.type", "lora");
        gguf_set_val_f32(file_.get(), "adapter.lora.alpha", 0); // libllama then multiplies by the scale alone
        for (const auto& [weight, update] : sum)
            add(weight, update);
    }

    void write(std::FILE* to) const {
        if (!gguf_write_to_file_ptr(file_.get(), to, false) || std::fflush(to) != 0)
            throw engine_error(error_code::engine_unavailable,
                               std::string("the adapters could not be written for libllama: ") + std::strerror(errno));
    }

private:
    static std::size_t bytes_for(const updates& sum) {
        std::size_t bytes = 0;
        for (const auto& [weight, update] : sum)
            bytes += (update.a.size() + update.b.size()) * sizeof(float) + 2 * (ggml_tensor_overhead() + 64);
        return bytes;
    }

    void add(const std::string& weight, const low_rank& update) {
        const auto rank = static_cast<std::int64_t>(update.a.size()) / update.columns;
        ggml_tensor* const a = ggml_new_tensor_2d(tensors_.get(), GGML_TYPE_F32, update.columns, rank);
        std::memcpy(a->data, update.a.data(), ggml_nbytes(a));
        ggml_tensor* const b = ggml_new_tensor_2d(tensors_.get(), GGML_TYPE_F32, rank, update.rows);
        auto* to = static_cast<float*>(b->data);
        for (std::int64_t row = 0; row < update.rows; ++row)
            for (std::int64_t i = 0; i < rank; ++i)
                *to++ = update.b[static_cast<std::size_t>(i * update.rows + row)];
        ggml_set_name(a, (weight + std::string(suffix_a)).c_str());
        ggml_set_name(b, (weight + std::string(suffix_b)).c_str());
        gguf_add_tensor(file_.get(), a);
        gguf_add_tensor(file_.get(), b);
    }

    gguf_context_ptr file_;
    ggml_context_ptr tensors_;
};

/// A file of this process only, which is gone with this object.
class passing_file {
public:
    passing_file() {
        std::string name = (std::filesystem::temp_directory_path() / "laconic-adapters-XXXXXX").string();
        const int descriptor = mkstemp(name.data());
        if (descriptor >= 0) file_ = {fdopen(descriptor, "wb"), &std::fclose};
        if (!file_)
            throw engine_error(error_code::engine_unavailable,
                               "no file can be made in the temporary folder: " + std::string(std::strerror(errno)));
        path_ = name;
    }
    passing_file(const passing_file&) = delete;
    passing_file& operator=(const passing_file&) = delete;
    ~passing_file() { std::remove(path_.c_str()); }

    std::FILE* stream() const { return file_.get(); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, &std::fclose};
};

} // namespace

/// libllama adds up several adapters in the order of their addresses, which no two processes share; it is given one.
llama_adapter_lora_ptr load_adapters(const model& base, const std::string& model_path,
                                     const std::vector<adapter_file>& adapters) {
    if (adapters.empty()) return nullptr;
    const std::string& arch = base.capabilities.arch;
    updates sum = read_updates(model_path, arch, adapters);
    if (sum.empty()) return nullptr;
    for (auto& [weight, update] : sum)
        pad_rank(update);
    const passing_file file;
    adapter_writer(sum, arch).write(file.stream());
    take_complaint();
    llama_adapter_lora_ptr loaded(llama_adapter_lora_init(base.handle.get(), file.path().c_str()));
    if (!loaded) {
        throw engine_error(error_code::model_invalid,
                           adapters.front().path + " cannot be added to the model: " + take_complaint());
    }
    return loaded;
}

} // namespace laconic
