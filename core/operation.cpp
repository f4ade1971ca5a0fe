#include "core/operation.hpp"

#include "core/names.hpp"

#include <charconv>

namespace understudy::core {

namespace {

constexpr std::array<std::string_view, operation_kind_count> kinds{
    "record",       "suspend_cron_job", "await_jobs",    "compare_content", "rehearse_promotion",
    "scale",        "promote",          "await_primary", "serve",           "switch_name",
    "resolve_name", "rejoin",           "hook"};

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

std::string_view name_of(OperationKind kind) noexcept { return name_in(kinds, kind); }

std::optional<OperationKind> operation_kind_named(std::string_view name) noexcept
{
    return named_in<OperationKind>(kinds, name);
}

bool has_effect(OperationKind kind) noexcept
{
    switch (kind) {
    case OperationKind::record:
    case OperationKind::suspend_cron_job:
    case OperationKind::scale:
    case OperationKind::promote:
    case OperationKind::switch_name:
    case OperationKind::rejoin:
    case OperationKind::hook: return true;
    case OperationKind::await_jobs:
    case OperationKind::compare_content:
    case OperationKind::rehearse_promotion:
    case OperationKind::await_primary:
    case OperationKind::serve:
    case OperationKind::resolve_name: break;
    }
    return false;
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

std::string_view name_of(EffectResult result) noexcept { return name_in(results, result); }

std::optional<EffectResult> effect_result_named(std::string_view name) noexcept
{
    return named_in<EffectResult>(results, name);
}

}  // namespace understudy::core
