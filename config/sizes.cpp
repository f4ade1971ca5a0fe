#include "config/sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace understudy::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t bytes;
};

// From large to small, the plain byte last: every size ends in `B`.
constexpr std::array units{
    Unit{"GiB", std::int64_t{1} << 30}, Unit{"MiB", std::int64_t{1} << 20},
    Unit{"KiB", std::int64_t{1} << 10}, Unit{"B", 1}};

constexpr std::int64_t size_max = std::int64_t{1} << 40;

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text)
{
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = std::ranges::find(units, text, &Unit::name);
    if (unit == units.end() || count > size_max / unit->bytes)
        return std::nullopt;
    return count * unit->bytes;
}

std::string format_size(std::int64_t bytes)
{
    const auto unit = std::ranges::find_if(
        units, [bytes](const Unit& u) { return bytes != 0 && bytes % u.bytes == 0; });
    if (unit == units.end())
        return "0B";
    return fmt::format("{}{}", bytes / unit->bytes, unit->name);
}

}  // namespace understudy::config
