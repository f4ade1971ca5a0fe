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

/// Turns the library's tree into ours. The library bounds nesting generously; this does so for the
/// recursion here and in everything that walks the result.
class Conversion {
public:
    Table table_of(const toml::table& nodes)
    {
        const Descent descent(*this);
        Table result;
        result.entries.reserve(nodes.size());
        for (const auto& [key, node] : nodes)
            result.entries.push_back(
                {std::string(key.str()), position_of(key.source()), value_of(node)});
        std::ranges::stable_sort(result.entries, {}, &Entry::at);
        return result;
    }

    /// The first value that was left out because it stood too deep.
    const std::optional<Position>& too_deep() const noexcept { return too_deep_; }

private:
    struct Descent {
        explicit Descent(Conversion& conversion) : depth(conversion.depth_) { ++depth; }
        Descent(const Descent&) = delete;
        Descent& operator=(const Descent&) = delete;
        ~Descent() { --depth; }
        int& depth;
    };

    Array array_of(const toml::array& nodes)
    {
        const Descent descent(*this);
        Array result;
        result.reserve(nodes.size());
        for (const auto& node : nodes)
            result.push_back(value_of(node));
        return result;
    }

    Value value_of(const toml::node& node)
    {
        const auto at = position_of(node.source());
        if (depth_ >= depth_max && !node.is_value()) {
            too_deep_ = too_deep_.value_or(at);
            return {at, DateOrTime{}};
        }
        if (const auto* table = node.as_table())
            return {at, table_of(*table)};
        if (const auto* array = node.as_array())
            return {at, array_of(*array)};
        return {at, scalar_of(node)};
    }

    static decltype(Value::data) scalar_of(const toml::node& node)
    {
        if (const auto* text = node.as_string())
            return text->get();
        if (const auto* number = node.as_integer())
            return number->get();
        if (const auto* number = node.as_floating_point())
            return number->get();
        if (const auto* flag = node.as_boolean())
            return flag->get();
        return DateOrTime{};
    }

    static constexpr int depth_max = 16;  // the deepest setting is nested half as deep

    int depth_ = 0;
    std::optional<Position> too_deep_;
};

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
        Conversion conversion;
        auto table = conversion.table_of(toml::parse(text));
        if (!conversion.too_deep())
            return table;
        report.add(*conversion.too_deep(), "values are nested too deep");
        return std::nullopt;
    } catch (const toml::parse_error& error) {
        report.add(
            position_of(error.source()), fmt::format("not valid TOML: {}", error.description()));
        return std::nullopt;
    }
}

}  // namespace understudy::config
