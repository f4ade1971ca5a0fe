/// A TOML file as a plain tree with positions. The TOML library stays behind this header.
#pragma once

#include "config/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace understudy::config {

struct Value;
struct Entry;

using Array = std::vector<Value>;

/// Entries in the order of the file.
struct Table {
    std::vector<Entry> entries;

    const Entry* find(std::string_view key) const noexcept;
};

/// TOML has dates and times; no setting is one.
struct DateOrTime {};

struct Value {
    Position at;
    std::variant<bool, std::int64_t, double, std::string, DateOrTime, Array, Table> data;

    const Table* table() const noexcept { return std::get_if<Table>(&data); }
    const Array* array() const noexcept { return std::get_if<Array>(&data); }
};

struct Entry {
    std::string key;
    Position at;
    Value value;
};

/// What the value is, for messages: `a string`, `an integer`.
std::string_view type_of(const Value& value) noexcept;

/// The tree of a TOML 1.0 text. A text that is not TOML, too large or nested too deep is reported,
/// and nothing is returned: after a syntax error the rest would be guesses.
std::optional<Table> parse(std::string_view text, Report& report);

/// The largest file that is read.
inline constexpr std::size_t file_bytes_max = 1024 * 1024;

}  // namespace understudy::config
