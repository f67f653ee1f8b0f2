// Checked reading of JavaScript values. Every function here throws engine_error(usage) with the name of the property
// that is wrong.
#pragma once

#include "laconic/engine.h"

#include <napi.h>

#include <algorithm>
#include <cmath>

namespace laconic::addon {

[[noreturn]] void wrong(const std::string& name, const char* expected);

Napi::Object read_object(const Napi::Value& value, const std::string& name);
Napi::Array read_array(const Napi::Value& value, const std::string& name);
bool read_boolean(const Napi::Value& value, const char* name);
std::string read_string(const Napi::Value& value, const char* name);
double read_number(const Napi::Value& value, const char* name);
tokens read_tokens(const Napi::Value& value, const char* name);
std::vector<float> read_floats(const Napi::Value& value, const char* name);
prompt_text read_pieces(const Napi::Value& value, const char* name);
std::vector<std::string> read_strings(const Napi::Value& value, const char* name);

template <typename Integer>
Integer read_integer(const Napi::Value& value, const char* name) {
    const double number = read_number(value, name);
    constexpr double most = std::min(9007199254740991.0, static_cast<double>(std::numeric_limits<Integer>::max()));
    constexpr double least = std::max(-9007199254740991.0, static_cast<double>(std::numeric_limits<Integer>::min()));
    if (number != std::floor(number) || number < least || number > most) wrong(name, "an integer in range");
    return static_cast<Integer>(number);
}

} // namespace laconic::addon
