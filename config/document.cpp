#include "config/document.hpp"

#include "config/key_depth.hpp"

#include <fmt/format.h>
// The compiled library of Debian, not the header-only form.
#define TOML_HEADER_ONLY 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>

namespace understudy::config {

namespace {

Position position_of(const toml::source_region& region) noexcept
{
    const auto& begin = region.begin;
    return {std::max(1, static_cast<int>(begin.line)), std::max(1, static_cast<int>(begin.column))};
}

Value value_of(const toml::node& node);

Array array_of(const toml::array& nodes)
{
    Array result;
    result.reserve(nodes.size());
    for (const auto& node : nodes)
        result.push_back(value_of(node));
    return result;
}

Table table_of(const toml::table& nodes)
{
    Table result;
    result.entries.reserve(nodes.size());
    for (const auto& [key, node] : nodes)
        result.entries.push_back(
            {std::string(key.str()), position_of(key.source()), value_of(node)});
    std::ranges::stable_sort(result.entries, {}, &Entry::at);
    return result;
}

Value value_of(const toml::node& node)
{
    const auto at = position_of(node.source());
    if (const auto* table = node.as_table())
        return {at, table_of(*table)};
    if (const auto* array = node.as_array())
        return {at, array_of(*array)};
    if (const auto* text = node.as_string())
        return {at, text->get()};
    if (const auto* number = node.as_integer())
        return {at, number->get()};
    if (const auto* number = node.as_floating_point())
        return {at, number->get()};
    if (const auto* flag = node.as_boolean())
        return {at, flag->get()};
    return {at, DateOrTime{}};
}

}  // namespace

const Entry* Table::find(std::string_view key) const noexcept
{
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &*found;
}

std::string_view type_of(const Value& value) noexcept
{
    constexpr std::array<std::string_view, 7> names{
        "a boolean", "an integer", "a float", "a string", "a date or time", "an array", "a table"};
    static_assert(std::variant_size_v<decltype(Value::data)> == names.size());
    return names.at(value.data.index());
}

std::optional<Table> parse(std::string_view text, Report& report)
{
    if (text.size() > file_bytes_max) {
        report.add({}, "the file is larger than 1MiB: is it the right file?");
        return std::nullopt;
    }
    if (const auto deep = find_deep_key(text)) {
        report.add(
            *deep, fmt::format(
                       "more than {} dots in the keys of one line: keys are nested too deep",
                       key_dots_max));
        return std::nullopt;
    }
    try {
        return table_of(toml::parse(text));
    } catch (const toml::parse_error& error) {
        report.add(
            position_of(error.source()), fmt::format("not valid TOML: {}", error.description()));
        return std::nullopt;
    }
}

}  // namespace understudy::config
