// What the world itself shows.
#include "oracle.hpp"

#include <algorithm>

#include "bastion.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::Instant;
using namespace std::chrono_literals;

void Oracle::violate(std::string invariant, std::string what)
{
    if (std::ranges::find(violations_, invariant, &Violation::invariant) != violations_.end())
        return;
    stage_.trace.say(stage_.now, "VIOLATED", invariant + ": " + what);
    violations_.push_back({std::move(invariant), stage_.now, std::move(what)});
}

std::size_t Oracle::number_of(const Bastion& bastion) { return bastion.number(); }

void Oracle::is_misfit(bool is) { misfit_since_ = is ? std::optional(stage_.now) : std::nullopt; }

void Oracle::look()
{
    for (std::size_t plane = 0; plane < plane_count; ++plane)
        look_at(plane);
    look_for_two_actives();
}

/// A recovery that is too short for three probes to see it does not end a plane's suffering.
void Oracle::look_at(std::size_t plane)
{
    constexpr core::Duration too_short_to_see = 50s;
    auto& served = planes_[plane];
    const auto service = stage_.world.service_of(plane, stage_.now);
    if (service == Service::gone && !served.gone_since)
        served.gone_since = stage_.now;
    if (service != Service::gone)
        served.gone_since.reset();
    if (service != Service::good) {
        served.good_since.reset();
        served.suffers_since = served.suffers_since.value_or(stage_.now);
        return;
    }
    served.good_since = served.good_since.value_or(stage_.now);
    if (stage_.now - *served.good_since >= too_short_to_see) {
        served.suffers_since.reset();
        served.is_detected = false;
    }
}

/// Somebody else started it again after we had last looked.
bool Oracle::was_raised_by_others(std::size_t plane) const
{
    return std::ranges::any_of(writers, [&](DeploymentName name) {
        const auto& deployment = stage_.world.planes[plane][name];
        return deployment.runs(stage_.now) && deployment.raised_by_others > deployment.seen_stopped;
    });
}

void Oracle::look_for_two_actives()
{
    const bool both =
        stage_.world.is_active(0, stage_.now) && stage_.world.is_active(1, stage_.now);
    if (!both || std::exchange(overlaps_, true)) {
        overlaps_ = both;
        return;
    }
    if (is_waived_)
        ++stage_.statistics.overlaps_under_waiver;
    else if (was_raised_by_others(0) || was_raised_by_others(1))
        ++stage_.statistics.overlaps_by_others;
    else
        violate("X1", "both planes take writes");
}

void Oracle::says(const Bastion& bastion, std::string_view text)
{
    if (bastion.number() != 0 || !text.starts_with("plane "))
        return;
    auto& reach = stage_.statistics;
    if (text.find("-> unknown (observer_blind") != std::string_view::npos)
        reach.reach(Sometimes::observer_blind);
    if (text.find("-> suspect (clients_contradict") != std::string_view::npos)
        reach.reach(Sometimes::clients_contradicted);
    if (text.find("-> failed (") == std::string_view::npos)
        return;
    for (std::size_t plane = 0; plane < plane_count; ++plane) {
        if (!text.substr(6).starts_with(plane_names[plane] + ":"))
            continue;
        auto& served = planes_[plane];
        if (!served.suffers_since)
            ++stage_.statistics.false_votes;
        else if (
            !std::exchange(served.is_detected, true) && served.gone_since &&
            stage_.measures_detection)
            stage_.statistics.detected.add(stage_.now - *served.gone_since);
    }
}

void Oracle::maintained(std::size_t plane, bool begins)
{
    auto& since = planes_[plane].maintained_since;
    since = begins ? std::optional(stage_.now) : std::nullopt;
    planes_[plane].heard.clear();
}

void Oracle::heard(const std::string& probe, const core::Outcome& outcome)
{
    if (outcome.facts.empty())
        return;
    for (std::size_t plane = 0; plane < plane_names.size(); ++plane) {
        const std::string name = plane_names[plane];
        if (probe == name + "/deployments" || probe == name + "/managementplane")
            planes_[plane].heard.insert(probe);
    }
}

/// Long enough for a bastion to have read it, if it did not stand still meanwhile.
bool Oracle::world_is_held(const Bastion& bastion, std::size_t standby) const
{
    constexpr core::Duration seen_within = 15s;
    return held_since_[standby] && stage_.now - *held_since_[standby] > seen_within &&
           stage_.now - bastion.disturbed_at() > seen_within;
}

void Oracle::hold_in_world(std::size_t plane, bool begins)
{
    held_since_[plane] = begins ? std::optional(stage_.now) : std::nullopt;
}

/// Faults are over, people had their time: whatever was begun has ended, or a human is asked.
void Oracle::close(const Bastion& bastion)
{
    if (!bastion.is_running() || books_[bastion.number()].may_not_act)
        return;
    const auto& book = books_[bastion.number()];
    for (const auto& [epoch, run] : book.runs) {
        if (run.ended_at)
            continue;
        const auto expires = bastion.acting_settings().approval_expires;
        if (!run.is_approved && stage_.now - run.began > expires + 1min)
            violate("D6", "run " + std::to_string(epoch) + " still waits for its approval");
        const bool is_told =
            bastion.fires("UnderstudyNeedsHuman") || bastion.fires("UnderstudyRunHeld") ||
            bastion.fires("UnderstudyRunStuck") || bastion.fires("UnderstudyApprovalNeeded") ||
            bastion.fires("UnderstudyActingImpossible");
        if (!is_told && stage_.now - run.began > 30min)
            violate("X11", "run " + std::to_string(epoch) + " neither goes on nor calls a human");
    }
}

}  // namespace understudy::simulation
