#include "core/plan.hpp"

#include "core/plan_fields.hpp"

#include <algorithm>
#include <array>

namespace understudy::core {

namespace {

template <class Enumerator, std::size_t count>
std::optional<Enumerator> find_named(
    const std::array<Enumerator, count>& all, std::string_view name) noexcept
{
    const auto found =
        std::ranges::find_if(all, [name](Enumerator value) { return name_of(value) == name; });
    if (found == all.end())
        return std::nullopt;
    return *found;
}

}  // namespace

std::string_view name_of(RunKind kind) noexcept
{
    switch (kind) {
    case RunKind::failover: return "failover";
    case RunKind::undo: return "undo";
    }
    return "unknown";
}

std::optional<RunKind> run_kind_named(std::string_view name) noexcept
{
    constexpr std::array all{RunKind::failover, RunKind::undo};
    return find_named(all, name);
}

std::string_view name_of(OnFailure policy) noexcept
{
    switch (policy) {
    case OnFailure::park: return "park";
    case OnFailure::tolerate: return "tolerate";
    case OnFailure::skip: return "skip";
    case OnFailure::fence: return "fence";
    }
    return "unknown";
}

std::optional<OnFailure> on_failure_named(std::string_view name) noexcept
{
    constexpr std::array all{
        OnFailure::park, OnFailure::tolerate, OnFailure::skip, OnFailure::fence};
    return find_named(all, name);
}

std::string_view name_of(WhenUnfenceable policy) noexcept
{
    switch (policy) {
    case WhenUnfenceable::wait_for_human: return "wait-for-human";
    case WhenUnfenceable::refuse: return "refuse";
    case WhenUnfenceable::proceed_if_dark: return "proceed-if-dark";
    case WhenUnfenceable::proceed: return "proceed";
    }
    return "unknown";
}

std::optional<WhenUnfenceable> when_unfenceable_named(std::string_view name) noexcept
{
    constexpr std::array all{
        WhenUnfenceable::wait_for_human, WhenUnfenceable::refuse, WhenUnfenceable::proceed_if_dark,
        WhenUnfenceable::proceed};
    return find_named(all, name);
}

std::string canonical_text(const Plan& plan)
{
    FieldWriter fields;
    describe(fields, plan);
    return fields.text();
}

std::optional<Plan> plan_in(std::string_view canonical)
{
    FieldReader fields(canonical);
    Plan plan;
    describe(fields, plan);
    if (!fields.is_complete() || canonical_text(plan) != canonical)
        return std::nullopt;
    return plan;
}

std::string hash_of(const Plan& plan, Hash hash)
{
    constexpr std::size_t digits = 16;
    return hash(canonical_text(plan)).substr(0, digits);
}

}  // namespace understudy::core
