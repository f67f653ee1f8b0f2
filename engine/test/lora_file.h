// Adapters and models that a test writes.
#pragma once

#include "ggml-cpp.h"

#include <cstring>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace laconic::test {

/// A GGUF file in the making, gone with this object.
class scratch_gguf {
public:
    explicit scratch_gguf(std::size_t room = std::size_t{64} << 20)
        : file_(gguf_init_empty()), tensors_(ggml_init({.mem_size = room, .mem_buffer = nullptr, .no_alloc = false})),
          path_(
              (std::filesystem::temp_directory_path() / ("laconic-" + std::to_string(std::random_device{}()) + ".gguf"))
                  .string()) {}
    scratch_gguf(const scratch_gguf&) = delete;
    scratch_gguf& operator=(const scratch_gguf&) = delete;
    ~scratch_gguf() { std::filesystem::remove(path_); }

    gguf_context* header() { return file_.get(); }
    const std::string& path() const { return path_; }

    /// (rows, columns); values row by row.
    void add(const std::string& name, std::int64_t columns, const std::vector<float>& values,
             ggml_type type = GGML_TYPE_F32) {
        const auto rows = static_cast<std::int64_t>(values.size()) / columns;
        ggml_tensor* const tensor = rows == 1 ? ggml_new_tensor_1d(tensors_.get(), type, columns)
                                              : ggml_new_tensor_2d(tensors_.get(), type, columns, rows);
        ggml_set_name(tensor, name.c_str());
        if (type == GGML_TYPE_F32) {
            std::memcpy(tensor->data, values.data(), values.size() * sizeof(float));
        } else {
            ggml_get_type_traits(type)->from_float_ref(values.data(), tensor->data,
                                                       static_cast<std::int64_t>(values.size()));
        }
        gguf_add_tensor(file_.get(), tensor);
    }

    void write() { gguf_write_to_file(file_.get(), path_.c_str(), false); }

private:
    gguf_context_ptr file_;
    ggml_context_ptr tensors_;
    std::string path_;
};

/// A weight of a model as floats, (rows, columns).
struct weight {
    std::int64_t columns = 0, rows = 0;
    std::vector<float> values;
};

/// Every tensor of a file, in its order; `look` gets name and values.
inline void read_weights(const std::string& path, const std::function<void(const std::string&, weight)>& look) {
    ggml_context* held = nullptr;
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {.no_alloc = false, .ctx = &held}));
    const ggml_context_ptr tensors(held);
    for (std::int64_t i = 0; i < gguf_get_n_tensors(file.get()); ++i) {
        const ggml_tensor* const tensor = ggml_get_tensor(held, gguf_get_tensor_name(file.get(), i));
        weight read{tensor->ne[0], tensor->ne[1], std::vector<float>(static_cast<std::size_t>(ggml_nelements(tensor)))};
        if (tensor->type == GGML_TYPE_F32) {
            std::memcpy(read.values.data(), tensor->data, ggml_nbytes(tensor));
        } else {
            ggml_get_type_traits(tensor->type)->to_float(tensor->data, read.values.data(), ggml_nelements(tensor));
        }
        look(tensor->name, std::move(read));
    }
}

} // namespace laconic::test
