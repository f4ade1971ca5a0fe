/// Single values as the text behind the `=` of a canonical line, and back.
///
/// `from_text` answers false for what it cannot be. It may accept a text that `to_text` would not
/// have written (`007`): whoever decodes a whole text compares it with its own encoding.
#pragma once

#include "core/plan.hpp"
#include "core/run_machine.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace understudy::core {

/// One line, whatever the bytes: `\\`, `\n`, and `\xNN` for other control characters.
std::string to_text(const std::string& value);
std::string to_text(std::same_as<bool> auto value) { return value ? "true" : "false"; }
std::string to_text(std::uint32_t value);
std::string to_text(std::uint64_t value);
std::string to_text(Duration value);  ///< `8000000000ns`
std::string to_text(Instant value);   ///< Nanoseconds since boot: `8000000000ns`
std::string to_text(WallTime value);  ///< Since 1970: `1790000000123ms`
std::string to_text(const OperationId& value);
template <class Enumerator>
requires std::is_enum_v<Enumerator> std::string to_text(Enumerator value)
{
    return std::string(name_of(value));
}

bool from_text(std::string_view text, std::string& value);
bool from_text(std::string_view text, bool& value);
bool from_text(std::string_view text, std::uint32_t& value);
bool from_text(std::string_view text, std::uint64_t& value);
bool from_text(std::string_view text, Duration& value);
bool from_text(std::string_view text, Instant& value);
bool from_text(std::string_view text, WallTime& value);
bool from_text(std::string_view text, OperationId& value);
bool from_text(std::string_view text, OperationKind& value);
bool from_text(std::string_view text, EffectResult& value);
bool from_text(std::string_view text, RunKind& value);
bool from_text(std::string_view text, RunState& value);
bool from_text(std::string_view text, Variant& value);
bool from_text(std::string_view text, OnFailure& value);
bool from_text(std::string_view text, WhenUnfenceable& value);

/// Written on one line; anything else is made of several.
template <class T>
concept Scalar = requires(std::string_view text, T& value)
{
    from_text(text, value);
};

}  // namespace understudy::core
