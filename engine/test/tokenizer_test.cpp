// The tokenizer against the vocabularies and expected ids that llama.cpp's own tests use.
#include "check.h"
#include "support.h"
#include "vocabulary.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace laconic;
using namespace laconic::test;

namespace {

std::string read_all(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(separator, from)) != std::string::npos; from = at + separator.size())
        parts.push_back(text.substr(from, at - from));
    parts.push_back(text.substr(from));
    return parts;
}

tokens ids_in(const std::string& line) {
    std::istringstream numbers(line);
    return {std::istream_iterator<token>(numbers), {}};
}

/// Number of texts whose ids agree; reports the first one that does not.
std::size_t conforming_texts(const std::filesystem::path& gguf) {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    const llama_model_ptr model(llama_model_load_from_file(gguf.c_str(), params));
    if (!model) {
        CHECK(model != nullptr);
        return 0;
    }
    const vocabulary words(llama_model_get_vocab(model.get()), {});
    const auto texts = split(read_all(gguf.string() + ".inp"), "\n__ggml_vocab_test__\n");
    const auto lines = split(read_all(gguf.string() + ".out"), "\n");
    std::size_t good = 0;
    for (std::size_t i = 0; i < texts.size() && i < lines.size(); ++i) {
        const bool same = words.tokenize(texts[i], false) == ids_in(lines[i]);
        if (!same && good == i) std::cout << "  " << gguf.filename() << " text " << i << ": " << texts[i] << "\n";
        good += same;
    }
    CHECK_EQUAL(good, texts.size());
    return good;
}

} // namespace

TEST("every reference vocabulary gives the expected ids") {
    load_backends_once();
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(vocabulary_folder())) {
        if (entry.path().extension() == ".gguf" && std::filesystem::exists(entry.path().string() + ".inp"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::size_t texts = 0;
    for (const auto& file : files)
        texts += conforming_texts(file);
    std::cout << "  " << texts << " texts of " << files.size() << " vocabularies\n";
    CHECK(files.size() >= 10);
    CHECK(texts >= 400);
}

int main() {
    return run_tests();
}
