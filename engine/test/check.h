// A test program in one header: TEST defines a case, CHECK and CHECK_EQUAL report and go on, run_tests runs them all.
#pragma once

#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace laconic::test {

struct test_case {
    const char* name;
    std::function<void()> body;
};

inline std::vector<test_case>& all_cases() {
    static std::vector<test_case> cases;
    return cases;
}

inline int& failures_in_case() {
    static int failures = 0;
    return failures;
}

struct registration {
    registration(const char* name, std::function<void()> body) { all_cases().push_back({name, std::move(body)}); }
};

inline void report(const char* file, int line, const std::string& what) {
    ++failures_in_case();
    std::cout << "  " << file << ":" << line << ": " << what << "\n";
}

template <typename Value>
std::string shown(const Value& value) {
    std::ostringstream out;
    if constexpr (requires { out << value; }) {
        out << value;
    } else if constexpr (requires { value.begin(); }) {
        for (const auto& part : value)
            out << shown(part) << " ";
    } else if constexpr (requires { static_cast<int>(value); }) {
        out << static_cast<int>(value);
    } else {
        out << "(value)";
    }
    return out.str();
}

template <typename Left, typename Right>
void check_equal(const Left& left, const Right& right, const char* text, const char* file, int line) {
    if (!(left == right)) report(file, line, std::string(text) + ": " + shown(left) + " is not " + shown(right));
}

/// Runs every case of the program; the last line is read by engine/build.mjs.
inline int run_tests() {
    int passed = 0, failed = 0;
    for (const test_case& test : all_cases()) {
        failures_in_case() = 0;
        try {
            test.body();
        } catch (const std::exception& error) {
            report(test.name, 0, std::string("threw: ") + error.what());
        }
        const bool good = failures_in_case() == 0;
        std::cout << (good ? "passed  " : "FAILED  ") << test.name << std::endl;
        ++(good ? passed : failed);
    }
    std::cout << "cases: " << passed << " passed, " << failed << " failed" << std::endl;
    return failed == 0 ? 0 : 1;
}

} // namespace laconic::test

#define LACONIC_JOIN_(a, b) a##b
#define LACONIC_JOIN(a, b) LACONIC_JOIN_(a, b)
#define TEST(name)                                                                                                     \
    static void LACONIC_JOIN(test_, __LINE__)();                                                                       \
    static const laconic::test::registration LACONIC_JOIN(registered_, __LINE__)(name, LACONIC_JOIN(test_, __LINE__)); \
    static void LACONIC_JOIN(test_, __LINE__)()
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) laconic::test::report(__FILE__, __LINE__, #condition);                                       \
    } while (false)
#define CHECK_EQUAL(left, right) laconic::test::check_equal((left), (right), #left " == " #right, __FILE__, __LINE__)
