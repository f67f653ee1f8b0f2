// What adapters add to a model's weights, before libllama is asked.
#pragma once

#include "laconic/engine.h"

#include <map>

namespace laconic {

/// What adapter files append to the name of a weight for its two factors.
constexpr std::string_view suffix_a = ".lora_a", suffix_b = ".lora_b";

/// What is added to one weight, with all factors taken into b.
struct low_rank {
    std::int64_t columns = 0, rows = 0; // of the weight
    std::vector<float> a;               // (rank, columns)
    std::vector<float> b;               // (rank, rows), that is B transposed
};

/// By the name of the weight.
using updates = std::map<std::string, low_rank>;

/// The sum of all adapters of a scale other than 0, checked against the model's file. Throws as load_adapters does.
updates read_updates(const std::string& model_path, const std::string& arch, const std::vector<adapter_file>& adapters);

} // namespace laconic
