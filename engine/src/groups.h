// Which requests can start as one trunk.
#pragma once

#include "laconic/engine.h"

namespace laconic {

/// Requests with the same prompt, randomness and sampling, in the order of their first members. How long a sample may
/// become is each arm's own affair. Without `sharing` every request stands alone.
std::vector<std::vector<request>> group_requests(std::vector<request> requests, bool sharing);

} // namespace laconic
