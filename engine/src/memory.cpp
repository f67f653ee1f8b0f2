#include "backend.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace laconic {

namespace {

/// A number from a file of /proc or /sys, after `label`; 0 where it is absent or no number ("max").
std::uint64_t number_in(const char* path, std::string_view label) {
    std::ifstream file(path);
    for (std::string word; file >> word;) {
        if (label.empty()) return std::strtoull(word.c_str(), nullptr, 10);
        std::uint64_t value = 0;
        if (word == label && file >> value) return value;
    }
    return 0;
}

} // namespace

std::uint64_t available_memory() {
    const std::uint64_t machine = number_in("/proc/meminfo", "MemAvailable:") * 1024;
    const std::uint64_t limit = number_in("/sys/fs/cgroup/memory.max", "");
    const std::uint64_t used = number_in("/sys/fs/cgroup/memory.current", "");
    const std::uint64_t cached = number_in("/sys/fs/cgroup/memory.stat", "inactive_file");
    if (limit == 0) return machine;
    const std::uint64_t held = used > cached ? used - cached : 0;
    const std::uint64_t container = limit > held ? limit - held : 1;
    return machine == 0 ? container : std::min(machine, container);
}

} // namespace laconic
