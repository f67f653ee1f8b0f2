// A caller's piece of work: requests that go in together and whose end is reported once.
#pragma once

#include "laconic/engine.h"

namespace laconic {

struct job {
    std::uint64_t number = 0;
    std::size_t unfinished = 0;
    engine::sample_callback on_sample;
    engine::done_callback on_done;
    job_counters counters;
    double busy_at_start = 0;
    bool aborted = false; // guarded by the scheduler's mutex
};

} // namespace laconic
