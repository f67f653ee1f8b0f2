// Files that are no usable model are refused with a code and a sentence, whatever is wrong with them.
#include "check.h"
#include "support.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace laconic;
using namespace laconic::test;

namespace {

class scratch_file {
public:
    explicit scratch_file(const std::string& contents) {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("laconic-" + std::to_string(reinterpret_cast<std::uintptr_t>(&count)) + "-" + std::to_string(count++) +
                 ".gguf");
        std::ofstream(path_, std::ios::binary) << contents;
    }
    ~scratch_file() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

const std::string& nano_bytes() {
    static const std::string bytes = [] {
        std::ifstream file(nano_path(), std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    return bytes;
}

std::optional<error_code> inspecting(const std::string& path, std::string* message = nullptr) {
    load_backends_once();
    return error_of([&] { inspect_model(path); }, message);
}

std::optional<error_code> opening(const std::string& path) {
    return error_of([&] { engine::open(options_for(path, 1)); });
}

} // namespace

TEST("a good file tells what it is") {
    load_backends_once();
    const model_capabilities nano = inspect_model(nano_path());
    CHECK_EQUAL(nano.arch, "qwen3");
    CHECK_EQUAL(nano.quantization, "Q8_0");
    CHECK_EQUAL(nano.vocabulary_size, 1664u);
    CHECK_EQUAL(nano.file_bytes, nano_bytes().size());
    CHECK(nano.parameters > 3'000'000 && nano.parameters < 4'000'000);
    CHECK(nano.kv_bytes_per_token > 0);
    CHECK(nano.ratio_token);
}

TEST("a vocabulary without the token that ratios stand between says so") {
    load_backends_once();
    std::string bytes = nano_bytes();
    const std::string name = "<|eot_id|>";
    for (auto at = bytes.find(name); at != std::string::npos; at = bytes.find(name, at)) bytes[at + 2] = 'E';
    CHECK(bytes != nano_bytes());
    CHECK(!inspect_model(scratch_file(bytes).path()).ratio_token);
}

TEST("a missing file is model_missing") {
    std::string message;
    CHECK_EQUAL(inspecting("/nowhere/at/all.gguf", &message), error_code::model_missing);
    CHECK(message.find("/nowhere/at/all.gguf") != std::string::npos);
    CHECK_EQUAL(opening("/nowhere/at/all.gguf"), error_code::model_missing);
}

TEST("a folder is model_invalid") {
    CHECK_EQUAL(inspecting(std::filesystem::temp_directory_path().string()), error_code::model_invalid);
}

TEST("a file of another kind is model_invalid") {
    const scratch_file text("This is a text about models, and quite a long one at that.\n");
    std::string message;
    CHECK_EQUAL(inspecting(text.path(), &message), error_code::model_invalid);
    CHECK(message.find("GGUF") != std::string::npos);
    CHECK_EQUAL(opening(text.path()), error_code::model_invalid);
}

TEST("a model cut at any length is model_invalid") {
    const std::size_t size = nano_bytes().size();
    std::vector<std::size_t> lengths{0,  1,  3,  4,  5,  7,  8,        12,       15,
                                     16, 23, 24, 25, 31, 32, size - 1, size - 2, size - 4096};
    for (double length = 40; length < static_cast<double>(size); length *= 1.13)
        lengths.push_back(static_cast<std::size_t>(length));
    for (std::size_t length = 20'000; length < 60'000; length += 997) // around the end of the header
        lengths.push_back(length);
    for (const std::size_t length : lengths) {
        const scratch_file cut(nano_bytes().substr(0, length));
        const auto inspected = inspecting(cut.path());
        const auto opened = opening(cut.path());
        if (inspected != error_code::model_invalid || opened != error_code::model_invalid) {
            std::cout << "  length " << length << "\n";
            CHECK(false);
        }
    }
}

TEST("trailing bytes do no harm") {
    const scratch_file longer(nano_bytes() + std::string(100, 'x'));
    CHECK_EQUAL(inspecting(longer.path()), std::nullopt);
}

TEST("an unknown architecture is model_invalid and the sentence names it") {
    std::string bytes = nano_bytes();
    for (std::size_t at = bytes.find("qwen3"); at < 4096 && at != std::string::npos; at = bytes.find("qwen3", at + 1))
        bytes.replace(at, 5, "qwenX");
    const scratch_file unknown(bytes);
    std::string message;
    CHECK_EQUAL(inspecting(unknown.path(), &message), error_code::model_invalid);
    CHECK(message.find("qwenX") != std::string::npos);
    CHECK_EQUAL(opening(unknown.path()), error_code::model_invalid);
}

TEST("a vocabulary without weights is model_invalid") {
    std::string message;
    CHECK_EQUAL(inspecting(vocabulary_folder() + "/ggml-vocab-gpt-2.gguf", &message), error_code::model_invalid);
    CHECK(message.find("no weights") != std::string::npos);
}

TEST("a context that memory cannot hold is engine_unavailable") {
    engine_options options = options_for(nano_path(), 256);
    options.context_tokens = 1 << 22;
    std::string message;
    CHECK_EQUAL(error_of([&] { engine::open(options); }, &message), error_code::engine_unavailable);
    CHECK(message.find("GiB") != std::string::npos);
}

TEST("options out of range are usage errors") {
    engine_options options = options_for(nano_path(), 0);
    CHECK_EQUAL(error_of([&] { engine::open(options); }), error_code::usage);
    options.streams = 257;
    CHECK_EQUAL(error_of([&] { engine::open(options); }), error_code::usage);
    options.streams = 256;
    options.threads = 2;
    CHECK_EQUAL(error_of([&] { engine::open(options); }), error_code::usage);
    options.threads = 0;
    CHECK_EQUAL(error_of([&] { engine::open(options); }), error_code::usage);
}

TEST("a folder without backends changes nothing once backends are loaded") {
    load_backends_once();
    CHECK_EQUAL(error_of([] { load_backends("/nowhere"); }), std::nullopt);
}

int main() {
    return run_tests();
}
