#include "values.h"

namespace laconic::addon {

void wrong(const std::string& name, const char* expected) {
    throw engine_error(error_code::usage, name + " has to be " + expected);
}

Napi::Object read_object(const Napi::Value& value, const std::string& name) {
    if (!value.IsObject()) wrong(name, "an object");
    return value.As<Napi::Object>();
}

Napi::Array read_array(const Napi::Value& value, const std::string& name) {
    if (!value.IsArray()) wrong(name, "an array");
    return value.As<Napi::Array>();
}

bool read_boolean(const Napi::Value& value, const char* name) {
    if (!value.IsBoolean()) wrong(name, "true or false");
    return value.As<Napi::Boolean>().Value();
}

std::string read_string(const Napi::Value& value, const char* name) {
    if (!value.IsString()) wrong(name, "a string");
    return value.As<Napi::String>().Utf8Value();
}

double read_number(const Napi::Value& value, const char* name) {
    if (!value.IsNumber()) wrong(name, "a number");
    return value.As<Napi::Number>().DoubleValue();
}

tokens read_tokens(const Napi::Value& value, const char* name) {
    if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array) {
        const auto array = value.As<Napi::Int32Array>();
        return tokens(array.Data(), array.Data() + array.ElementLength());
    }
    const Napi::Array array = read_array(value, name);
    tokens ids(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i)
        ids[i] = read_integer<token>(array.Get(i), name);
    return ids;
}

std::vector<float> read_floats(const Napi::Value& value, const char* name) {
    const Napi::Array array = read_array(value, name);
    std::vector<float> values(array.Length());
    for (std::uint32_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<float>(read_number(array.Get(i), name));
    return values;
}

prompt_text read_pieces(const Napi::Value& value, const char* name) {
    const Napi::Array array = read_array(value, name);
    prompt_text pieces;
    for (std::uint32_t i = 0; i < array.Length(); ++i) {
        const Napi::Object piece = read_object(array.Get(i), name);
        pieces.push_back({read_string(piece.Get("text"), "text"), read_boolean(piece.Get("special"), "special")});
    }
    return pieces;
}

std::vector<std::string> read_strings(const Napi::Value& value, const char* name) {
    const Napi::Array array = read_array(value, name);
    std::vector<std::string> texts(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i)
        texts[i] = read_string(array.Get(i), name);
    return texts;
}

} // namespace laconic::addon
