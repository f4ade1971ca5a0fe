/// A guard in front of the TOML parser. The library bounds the nesting of values, but not that of
/// dotted keys (`a.a.a.a = 1`): each dot is a table inside a table, and freeing some ten thousand
/// of them overflows the stack. No setting needs more than a few.
#pragma once

#include "config/problem.hpp"

#include <optional>
#include <string_view>

namespace understudy::config {

inline constexpr int key_dots_max = 16;

/// The first place where one line holds more than `key_dots_max` dots outside strings and comments.
std::optional<Position> find_deep_key(std::string_view text) noexcept;

}  // namespace understudy::config
