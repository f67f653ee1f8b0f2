#pragma once

#include "laconic/engine.h"

namespace laconic {

/// The first error that libllama logged since the last call; empty where there was none.
std::string take_complaint();

/// Bytes that can still be allocated without swapping; 0 where the platform does not say.
std::uint64_t available_memory();

} // namespace laconic
