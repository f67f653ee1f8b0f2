// Counter-based random numbers: a number depends on its key alone, never on how many were drawn before. So two arms at
// the same position of the same item see the same randomness, whatever else was decoded in between.
#pragma once

#include <cstdint>

namespace laconic {

struct random_key {
    std::uint64_t seed = 0;
    std::uint64_t item = 0;
    std::uint32_t repeat = 0;
    std::uint32_t lane = 0; // below main_lanes: a path of the sample, 0 where it has one; others: probes
    std::uint32_t position = 0;
};

constexpr std::uint32_t main_lanes = 128;

/// The lane of the probe that leaves path `lane` behind its first `at` tokens: one of its own for each such place.
/// Precondition: lane < main_lanes, at < 2^24 (a context has at most 2^22 tokens).
constexpr std::uint32_t probe_lane(std::uint32_t lane, std::uint32_t at) {
    return 0x80000000u | lane << 24 | at;
}

/// Finalizer of MurmurHash3 (public domain): a bijection in which every input bit moves about half of the output bits.
constexpr std::uint32_t mix32(std::uint32_t x) {
    x ^= x >> 16;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    return x ^ (x >> 16);
}

/// SplitMix64's output function (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix64(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/// One position's randomness: a uniform number for every token id.
class random_row {
public:
    explicit constexpr random_row(const random_key& key) {
        std::uint64_t state = mix64(key.seed);
        state = mix64(state ^ key.item);
        state = mix64(state ^ (std::uint64_t{key.repeat} << 32 | key.lane));
        state = mix64(state ^ key.position);
        first_ = static_cast<std::uint32_t>(state);
        second_ = static_cast<std::uint32_t>(state >> 32);
        third_ = static_cast<std::uint32_t>(mix64(state));
    }

    /// The upper 32 bits of the number; plain 32-bit arithmetic, so that a loop over ids vectorises.
    constexpr std::uint32_t upper(std::uint32_t id) const {
        return mix32(mix32((id * 0x9e3779b1u) ^ first_) + second_);
    }

    /// Uniform in (0, 1), 64 bits.
    constexpr double uniform(std::uint32_t id) const {
        const std::uint32_t high = upper(id);
        const std::uint32_t low = mix32(high ^ third_);
        return (static_cast<double>(high) + (static_cast<double>(low) + 0.5) * 0x1p-32) * 0x1p-32;
    }

private:
    std::uint32_t first_ = 0;
    std::uint32_t second_ = 0;
    std::uint32_t third_ = 0;
};

} // namespace laconic
