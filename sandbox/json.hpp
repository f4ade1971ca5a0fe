/// Reading and changing JSON documents by pointer (RFC 6901).
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::sandbox {

namespace json = boost::json;

/// The unescaped reference tokens of a pointer; throws std::invalid_argument when it is not one.
std::vector<std::string> pointer_tokens(std::string_view pointer);

/// The value at `pointer`; null when there is none.
const json::value* find_at(const json::value& document, std::string_view pointer);

/// The value at `pointer` when it is there and of that type, else `otherwise`.
std::string text_at(
    const json::value& document, std::string_view pointer, std::string_view otherwise = {});
std::int64_t integer_at(
    const json::value& document, std::string_view pointer, std::int64_t otherwise = 0);
bool boolean_at(const json::value& document, std::string_view pointer, bool otherwise = false);

/// Sets the value at `pointer` and creates the objects on the way to it. For documents of objects:
/// a list on the way is replaced.
void set_at(json::value& document, std::string_view pointer, json::value value);

/// Removes the member at `pointer`, if it is there.
void remove_at(json::value& document, std::string_view pointer);

/// Base64 (RFC 4648, with padding), as Kubernetes stores Secrets.
std::string base64(std::string_view bytes);

/// The bytes of Base64 in either alphabet (RFC 4648, 4 and 5), with or without padding; empty when
/// it is something else.
std::string from_base64(std::string_view text);

}  // namespace understudy::sandbox
