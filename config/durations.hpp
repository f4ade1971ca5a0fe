/// Durations as operators write and read them: a number with a unit.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace understudy::config {

/// `500ms`, `5s`, `1.5s`, `10m`, `1h30m`, `7d`. Units: `ms`, `s`, `m`, `h`, `d`, each at most once
/// and from large to small, at most three decimals. Empty for anything else, a bare number and more
/// than 3650 days included.
std::optional<core::Duration> parse_duration(std::string_view text);

/// A short form that parse_duration() reads back: `250ms`, `1.5s`, `1m30s`, `24h`, `7d`. Rounded to
/// the microsecond below a second, to the millisecond below a minute, to the second from there on.
std::string format_duration(core::Duration duration);

}  // namespace understudy::config
