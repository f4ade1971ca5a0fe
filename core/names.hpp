/// Names of enumerators that are kept in an array, in order: what is printed, stored and read back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::core {

/// A value from nowhere still has a name, because it is going to be printed.
template <class Enum>
constexpr std::string_view name_in(std::span<const std::string_view> names, Enum value) noexcept
{
    const auto index = static_cast<std::size_t>(value);
    return index < names.size() ? names[index] : "unknown";
}

template <class Enum>
constexpr std::optional<Enum> named_in(
    std::span<const std::string_view> names, std::string_view name) noexcept
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace understudy::core
