/// Sizes as operators write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::config {

/// `512B`, `64KiB`, `16MiB`, `2GiB`: a whole number with a unit. Empty for anything else, a bare
/// number and anything above 1024GiB included.
std::optional<std::int64_t> parse_size(std::string_view text);

/// In the largest unit that holds it exactly: `64KiB`, `1000B`.
std::string format_size(std::int64_t bytes);

}  // namespace understudy::config
