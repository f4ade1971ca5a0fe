#include "core/record.hpp"

#include "core/record_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace understudy::core {

namespace {

/// Raised when the lines of any kind change: a text with another number was written by another
/// version, and is not guessed at.
constexpr std::uint32_t format = 2;

constexpr auto kind_count = std::variant_size_v<RecordBody>;
/// In the order of RecordBody's alternatives.
constexpr std::array<std::string_view, kind_count> kinds{
    "opened",          "run_created",     "run_changed",      "intent",     "effect_ended",
    "operation_ended", "step_began",      "roles_swapped",    "hold_set",   "hold_released",
    "armed",           "obligation_owed", "obligation_ended", "step_ended", "took_over",
    "taken_up",        "approved"};

template <std::size_t... kind>
RecordBody empty_body(std::size_t wanted, std::index_sequence<kind...>)
{
    RecordBody body;
    ((kind == wanted ? void(body.emplace<kind>()) : void()), ...);
    return body;
}

std::optional<RecordBody> empty_body_named(std::string_view name)
{
    const auto found = std::ranges::find(kinds, name);
    if (found == kinds.end())
        return std::nullopt;
    const auto kind = static_cast<std::size_t>(found - kinds.begin());
    return empty_body(kind, std::make_index_sequence<kind_count>());
}

/// Reads the lines that all kinds begin with; what follows is the body's.
std::optional<Record> read_head(FieldReader& fields)
{
    std::uint32_t version = 0;
    fields("format", version);
    if (version != format)
        return std::nullopt;
    Record record;
    std::string kind;
    fields("kind", kind)("at", record.at);
    auto body = empty_body_named(kind);
    if (fields.failed() || !body)
        return std::nullopt;
    record.body = std::move(*body);
    return record;
}

}  // namespace

std::string_view kind_of(const RecordBody& body) noexcept { return kinds.at(body.index()); }

std::string encode(const Record& record)
{
    FieldWriter fields;
    fields("format", format)("kind", std::string(kind_of(record.body)))("at", record.at);
    std::visit([&fields](const auto& body) { describe(fields, body); }, record.body);
    return fields.text();
}

std::optional<Record> decode_record(std::string_view text)
{
    FieldReader fields(text);
    auto record = read_head(fields);
    if (!record)
        return std::nullopt;
    std::visit([&fields](auto& body) { describe(fields, body); }, record->body);
    if (!fields.is_complete() || encode(*record) != text)
        return std::nullopt;
    return record;
}

}  // namespace understudy::core
