#include "core/operation.hpp"

#include <algorithm>
#include <charconv>

namespace understudy::core {

namespace {

struct KindRow {
    OperationKind kind;
    std::string_view name;
    bool has_effect;
};

// clang-format off
constexpr std::array<KindRow, operation_kind_count> kinds{{
    {OperationKind::record,             "record",             true},
    {OperationKind::suspend_cron_job,   "suspend_cron_job",   true},
    {OperationKind::await_jobs,         "await_jobs",         false},
    {OperationKind::compare_content,    "compare_content",    false},
    {OperationKind::rehearse_promotion, "rehearse_promotion", false},
    {OperationKind::scale,              "scale",              true},
    {OperationKind::promote,            "promote",            true},
    {OperationKind::await_primary,      "await_primary",      false},
    {OperationKind::serve,              "serve",              false},
    {OperationKind::switch_name,        "switch_name",        true},
    {OperationKind::resolve_name,       "resolve_name",       false},
    {OperationKind::rejoin,             "rejoin",             true},
    {OperationKind::hook,               "hook",               true},
}};
// clang-format on

constexpr bool each_kind_is_at_its_own_index()
{
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (static_cast<std::size_t>(kinds[i].kind) != i)
            return false;
    }
    return true;
}
static_assert(each_kind_is_at_its_own_index(), "every kind has exactly one row, in order");

constexpr std::array<std::string_view, 3> results{"applied", "refused", "unknown"};

/// Takes a number from the front of `text`, and the `after` behind it.
template <class Number>
bool take(std::string_view& text, Number& number, std::string_view after)
{
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{})
        return false;
    text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
    if (!text.starts_with(after))
        return false;
    text.remove_prefix(after.size());
    return true;
}

}  // namespace

std::string_view name_of(OperationKind kind) noexcept
{
    return kinds[static_cast<std::size_t>(kind)].name;
}

std::optional<OperationKind> operation_kind_named(std::string_view name) noexcept
{
    const auto found = std::ranges::find(kinds, name, &KindRow::name);
    if (found == kinds.end())
        return std::nullopt;
    return found->kind;
}

bool has_effect(OperationKind kind) noexcept
{
    return kinds[static_cast<std::size_t>(kind)].has_effect;
}

std::string text_of(const OperationId& id)
{
    return std::to_string(id.epoch) + "." + std::to_string(id.step) + "." +
           std::to_string(id.index);
}

/// Only what `text_of` writes: what is in the world may be anybody's.
std::optional<OperationId> operation_id_in(std::string_view text)
{
    OperationId id;
    auto rest = text;
    const bool is_whole = take(rest, id.epoch, ".") && take(rest, id.step, ".") &&
                          take(rest, id.index, "") && rest.empty();
    if (!is_whole || text_of(id) != text)
        return std::nullopt;
    return id;
}

std::string Operation::parameter(std::string_view name) const
{
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::string_view name_of(EffectResult result) noexcept
{
    return results[static_cast<std::size_t>(result)];
}

std::optional<EffectResult> effect_result_named(std::string_view name) noexcept
{
    const auto found = std::ranges::find(results, name);
    if (found == results.end())
        return std::nullopt;
    return static_cast<EffectResult>(found - results.begin());
}

}  // namespace understudy::core
