// One loop, compiled for several instruction sets and picked at load time, where the compiler and the platform can.
// Sanitizers instrument the resolvers that run before they are ready, so they get the plain loop.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LACONIC_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LACONIC_SANITIZED 1
#endif

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && !defined(LACONIC_SANITIZED)
#define LACONIC_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define LACONIC_MULTIVERSION
#endif
