// libllama's process-wide state: backends and its log.
#include "backend.h"

#include "ggml-backend.h"
#include "llama.h"

#include <mutex>
#include <utility>

#if defined(__linux__)
#include <link.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif

namespace laconic {

namespace {

std::mutex log_mutex;
std::string first_complaint;

/// libllama reports causes in its log only; the first error line since the last question, which names the cause, is
/// kept for the sentence that the user gets.
void keep_errors(ggml_log_level level, const char* text, void*) {
    if (level != GGML_LOG_LEVEL_ERROR) return;
    std::string line = text;
    while (!line.empty() && (line.back() == '\n' || line.back() == ' '))
        line.pop_back();
    constexpr std::string_view prefix = "error loading model: ";
    if (const std::size_t at = line.find(prefix); at != std::string::npos) line.erase(0, at + prefix.size());
    const std::lock_guard lock(log_mutex);
    if (first_complaint.empty()) first_complaint = std::move(line);
}

/// The part of ".../libggml-cpu-icelake.so" that names the variant; empty for other libraries.
std::string variant_in(std::string_view library) {
    constexpr std::string_view mark = "libggml-cpu-";
    const std::size_t at = library.rfind(mark);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = library.substr(at + mark.size());
    return std::string(rest.substr(0, rest.find('.')));
}

std::string cpu_variant() {
    std::string found;
#if defined(__linux__)
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* out) {
            const std::string variant = variant_in(info->dlpi_name);
            if (!variant.empty()) *static_cast<std::string*>(out) = variant;
            return 0;
        },
        &found);
#elif defined(__APPLE__)
    for (std::uint32_t i = 0; i < _dyld_image_count(); ++i) {
        const std::string variant = variant_in(_dyld_get_image_name(i));
        if (!variant.empty()) found = variant;
    }
#endif
    return found.empty() ? "generic" : found;
}

} // namespace

backend_info load_backends(const std::string& library_directory) {
    static std::mutex once;
    const std::lock_guard lock(once);
    if (ggml_backend_reg_count() == 0) {
        llama_log_set(keep_errors, nullptr);
        ggml_backend_load_all_from_path(library_directory.c_str());
        llama_backend_init();
    }
    if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr) {
        throw engine_error(error_code::engine_unavailable,
                           "no compute backend for this processor was found in " + library_directory);
    }
    return {llama_version(), cpu_variant()};
}

std::string take_complaint() {
    const std::lock_guard lock(log_mutex);
    return std::exchange(first_complaint, {});
}

} // namespace laconic
