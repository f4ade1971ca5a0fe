#include "core/watch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace understudy::core {

namespace {

bool is_evidence(Purpose purpose)
{
    return purpose != Purpose::canary && purpose != Purpose::information;
}

}  // namespace

void Watch::update_suspicion(Plane& plane, Now now)
{
    bool failing = false;
    bool clear = true;
    for (const auto* probe : plane.probes) {
        if (probe->settings.purpose != Purpose::api)
            continue;
        failing = failing || probe->signal.has_recent_failure();
        clear = clear && probe->signal.is_steadily_ok();
    }
    if (failing && !plane.suspect_since) {
        plane.suspect_since = now.instant;
        plane.suspect_since_wall = plane.suspect_since_wall.value_or(now.wall);
    } else if (clear && !failing) {
        plane.suspect_since.reset();
        plane.suspect_since_wall.reset();
    }
}

void Watch::update_burst(Plane& plane, Now now)
{
    bool unsettled = false;
    bool first_failure = false;
    for (const auto* probe : plane.probes) {
        if (!is_evidence(probe->settings.purpose))
            continue;
        const auto& signal = probe->signal;
        // A witness that falls silent is no evidence, but a first suspicion.
        const auto failures = std::max(signal.failures_in_a_row(), signal.silences_in_a_row());
        first_failure = first_failure || failures == 1;
        const bool counting_up = failures > 0 && failures < probe->settings.damping.fall;
        // One that is only ever inconclusive has nothing to settle.
        const bool counting_down = signal.successes_in_a_row() > 0 && !signal.is_steadily_ok();
        unsettled = unsettled || counting_up || counting_down;
    }
    const bool is_spent =
        plane.burst_since && now.instant - *plane.burst_since > settings_.detector.burst_max;
    plane.burst_spent = unsettled && (plane.burst_spent || is_spent);

    const bool is_first_suspicion = std::exchange(plane.connection_broke, false) || first_failure;
    if (is_first_suspicion && !plane.burst_since && !plane.burst_spent) {
        plane.burst_since = now.instant;
        set_pace(plane, true, now);
    } else if (plane.burst_since && (!unsettled || is_spent)) {
        plane.burst_since.reset();
        set_pace(plane, false, now);
    }
}

/// A suspicion is settled by the plane's own probes, its clients and what tells whether we see.
void Watch::set_pace(const Plane& plane, bool burst, Now now)
{
    std::vector<std::string> targets{plane.settings.name};
    targets.insert(targets.end(), settings_.control_planes.begin(), settings_.control_planes.end());
    for (const auto& canary : settings_.canaries)
        targets.push_back(canary.name);
    for (const auto& target : targets) {
        if (burst)
            schedule_.burst(target, now.instant);
        else
            schedule_.calm(target, now.instant);
    }
}

}  // namespace understudy::core
