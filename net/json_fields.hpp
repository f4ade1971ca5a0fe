/// Typed looks into a JSON document that somebody else wrote: absent and of another type are the
/// same.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

/// What stands at an RFC 6901 pointer; null when nothing does or the pointer is malformed.
const boost::json::value* at(const boost::json::value& document, std::string_view pointer) noexcept;

std::optional<std::int64_t> int_at(const boost::json::value& document, std::string_view pointer);
std::optional<bool> bool_at(const boost::json::value& document, std::string_view pointer);
/// Empty when it is not there.
std::string string_at(const boost::json::value& document, std::string_view pointer);
/// Empty when it is not an array.
const boost::json::array& array_at(const boost::json::value& document, std::string_view pointer);

}  // namespace understudy::net
