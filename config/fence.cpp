#include "config/fence.hpp"

#include "config/calendar_date.hpp"
#include "config/objects.hpp"
#include "config/order.hpp"
#include "config/run_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;
using core::WhenUnfenceable;

bool needs_waiver(WhenUnfenceable policy)
{
    return policy == WhenUnfenceable::proceed_if_dark || policy == WhenUnfenceable::proceed;
}

core::Waiver read_waiver(Section& section)
{
    core::Waiver waiver;
    section.read("by", waiver.by);
    section.read("why", waiver.why);
    section.read("when", waiver.when);
    section.reject_unknown();
    return waiver;
}

void require_signed(Section& section, const core::Waiver& waiver)
{
    section.require("by", "name the person who decided this");
    section.require("why", "write why two active planes are the smaller risk here");
    section.require("when", "write the date of the decision, such as \"2026-11-30\"");
    if (!waiver.when.empty() && !is_date(waiver.when))
        section.complain(
            "when", fmt::format("is {}: write a date such as \"2026-11-30\"", shown(waiver.when)));
}

/// A policy that may end in two actives is a person's decision, and the person's name stands there.
void check_waiver(
    Section& fence, Section& section, WhenUnfenceable policy, const core::Waiver& waiver)
{
    const bool given = fence.has("waiver");
    if (given && needs_waiver(policy))
        require_signed(section, waiver);
    else if (given)
        fence.complain(
            "waiver", fmt::format(
                          "waives nothing, because when_unfenceable is \"{}\": remove it",
                          core::name_of(policy)));
    else if (needs_waiver(policy))
        fence.complain(
            "when_unfenceable",
            fmt::format(
                "is \"{}\", which may leave two active planes: write [fence.waiver] with by, why "
                "and when",
                core::name_of(policy)));
}

void read_deployments(Section& section, core::ActingSettings& settings)
{
    read_objects(section, "deployments", settings.writers);
    if (settings.writers.empty())
        section.complain("deployments", "is empty: whoever writes must be fenced");
    read_objects(section, "connection_holders", settings.connection_holders);
    for (const auto& name : settings.connection_holders) {
        if (std::ranges::count(settings.writers, name) > 0)
            section.complain(
                "connection_holders",
                fmt::format(
                    "names {}, which deployments names as well: it is fenced before", shown(name)));
    }
}

/// Empty: what stands there is no policy, and is reported.
std::optional<WhenUnfenceable> read_policy(Section& section)
{
    using Policy = std::optional<WhenUnfenceable>;
    constexpr std::array policies{
        Choice<Policy>{"wait-for-human", WhenUnfenceable::wait_for_human},
        Choice<Policy>{"refuse", WhenUnfenceable::refuse},
        Choice<Policy>{"proceed-if-dark", WhenUnfenceable::proceed_if_dark},
        Choice<Policy>{"proceed", WhenUnfenceable::proceed}};
    Policy policy;
    if (!section.has("when_unfenceable"))
        policy = WhenUnfenceable::wait_for_human;
    section.read_choice<Policy>("when_unfenceable", policy, policies);
    return policy;
}

void read_unfenceable(Section& section, core::ActingSettings& settings)
{
    section.read("dark_for", settings.dark_for, Range<Duration>{1s, 24h});
    const auto policy = read_policy(section);
    auto waiver = section.table_or_empty("waiver");
    settings.waiver = read_waiver(waiver);
    if (!policy)
        return;
    settings.when_unfenceable = *policy;
    check_waiver(section, waiver, *policy, settings.waiver);
}

}  // namespace

void read_fence(Section& root, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("fence");
    read_deployments(section, settings);
    read_unfenceable(section, settings);
    section.read("stable_for", settings.fence_stable_for, stable_range);
    section.read("deadline", settings.fence_deadline, deadline_range);
    check_step_deadline(section, settings.fence_deadline, settings.effect);
    check_order(
        section, {"deadline", settings.fence_deadline, "stable_for", settings.fence_stable_for,
                  false, "the writers must be seen gone for so long before the step gives up"});
    section.reject_unknown();
}

}  // namespace understudy::config
