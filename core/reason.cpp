#include "core/reason.hpp"

#include <algorithm>
#include <array>

namespace understudy::core {

namespace {

// clang-format off
constexpr std::array<ReasonRow, reason_count> table{{
    {Reason::none,                "none",                Testimony::statement},

    {Reason::status,              "status",              Testimony::statement},
    {Reason::body,                "body",                Testimony::statement},
    {Reason::json,                "json",                Testimony::statement},
    {Reason::header,              "header",              Testimony::statement},
    {Reason::protocol,            "protocol",            Testimony::statement},
    {Reason::not_available,       "not_available",       Testimony::statement},
    {Reason::no_primary,          "no_primary",          Testimony::statement},
    {Reason::in_recovery,         "in_recovery",         Testimony::statement},
    {Reason::read_only,           "read_only",           Testimony::statement},
    {Reason::sql,                 "sql",                 Testimony::statement},
    {Reason::field,               "field",               Testimony::statement},
    {Reason::missing,             "missing",             Testimony::statement},
    {Reason::stale,               "stale",               Testimony::statement},
    {Reason::wrong_answer,        "wrong_answer",        Testimony::statement},
    {Reason::check_failed,        "check_failed",        Testimony::statement},

    {Reason::connect_refused,     "connect_refused",     Testimony::silence},
    {Reason::connect_reset,       "connect_reset",       Testimony::silence},
    {Reason::connect_timeout,     "connect_timeout",     Testimony::silence},
    {Reason::timeout,             "timeout",             Testimony::silence},
    {Reason::host_unreachable,    "host_unreachable",    Testimony::silence},

    {Reason::credentials,         "credentials",         Testimony::ourselves},
    {Reason::credentials_expired, "credentials_expired", Testimony::ourselves},
    {Reason::rate_limited,        "rate_limited",        Testimony::ourselves},
    {Reason::tls_verify,          "tls_verify",          Testimony::ourselves},
    {Reason::tls_expired,         "tls_expired",         Testimony::ourselves},
    {Reason::resolver,            "resolver",            Testimony::ourselves},
    {Reason::no_route,            "no_route",            Testimony::ourselves},
    {Reason::local_limit,         "local_limit",         Testimony::ourselves},
    {Reason::unreachable_witness, "unreachable_witness", Testimony::ourselves},
    {Reason::check_unknown,       "check_unknown",       Testimony::ourselves},
    {Reason::stalled,             "stalled",             Testimony::ourselves},
    {Reason::cancelled,           "cancelled",           Testimony::ourselves},
    {Reason::internal,            "internal",            Testimony::ourselves},
}};
// clang-format on

constexpr bool each_row_is_at_its_own_index()
{
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].reason) != i || table[i].name.empty())
            return false;
    }
    return true;
}
static_assert(each_row_is_at_its_own_index(), "every reason has exactly one row, in order");

}  // namespace

const ReasonRow& row_of(Reason reason) noexcept { return table[static_cast<std::size_t>(reason)]; }

std::string_view name_of(Reason reason) noexcept { return row_of(reason).name; }

std::optional<Reason> reason_named(std::string_view name) noexcept
{
    const auto found = std::ranges::find(table, name, &ReasonRow::name);
    if (found == table.end())
        return std::nullopt;
    return found->reason;
}

Testimony testimony_of(Reason reason) noexcept { return row_of(reason).testimony; }

OutcomeKind kind_of(Reason reason) noexcept
{
    if (reason == Reason::none)
        return OutcomeKind::ok;
    return testimony_of(reason) == Testimony::ourselves ? OutcomeKind::inconclusive
                                                        : OutcomeKind::failed;
}

}  // namespace understudy::core
