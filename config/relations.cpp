#include "config/relations.hpp"

#include "config/durations.hpp"

#include <fmt/format.h>

namespace understudy::config {

namespace {

using core::Purpose;

bool is_class_of_plane(Purpose purpose)
{
    return purpose == Purpose::api || purpose == Purpose::agents ||
           purpose == Purpose::kubernetes || purpose == Purpose::database;
}

/// Warming up ends when every signal of a plane has had the time to go down.
void check_warm_up(Report& report, const PlacedProbe& placed, core::Duration warm_up)
{
    const auto& settings = placed.probe.settings;
    const core::Duration falling = settings.damping.fall * settings.interval;
    if (is_class_of_plane(settings.purpose) && falling > warm_up)
        report.add(
            placed.at, fmt::format(
                           "{}: fall * interval ({}) is longer than detector.warm_up ({}): the "
                           "judge would speak before this signal can; raise warm_up",
                           settings.id, format_duration(falling), format_duration(warm_up)));
}

/// An exchange that is read less often than it turns stale would be stale by our own doing.
void check_exchange(Report& report, const PlacedProbe& placed, core::Duration sync_stale)
{
    const auto& settings = placed.probe.settings;
    const auto round = settings.interval + settings.timeout;
    if (settings.purpose == Purpose::clients && round >= sync_stale)
        report.add(
            placed.at, fmt::format(
                           "{}: interval + timeout ({}) must be shorter than detector.sync_stale "
                           "({}): lower the interval or raise sync_stale",
                           settings.id, format_duration(round), format_duration(sync_stale)));
}

/// A position that is always too old is never known, and the standby never ready.
void check_position(Report& report, const PlacedProbe& placed, core::Duration age_max)
{
    const auto& settings = placed.probe.settings;
    const auto round = settings.interval + settings.timeout;
    const auto* postgres = std::get_if<probes::PostgresProbe::Options>(&placed.probe.options);
    if (postgres != nullptr && !postgres->tells_content && round >= age_max)
        report.add(
            placed.at, fmt::format(
                           "{}: interval + timeout ({}) must be shorter than "
                           "standby.position_age_max ({}): lower the interval or raise "
                           "position_age_max",
                           settings.id, format_duration(round), format_duration(age_max)));
}

}  // namespace

void check_relations(
    Section& detector, const core::WatchSettings& watch, const std::vector<PlacedProbe>& probes)
{
    auto& report = detector.loading().report;
    for (const auto& placed : probes) {
        check_warm_up(report, placed, watch.detector.warm_up);
        check_exchange(report, placed, watch.detector.sync_stale);
        check_position(report, placed, watch.standby.position_age_max);
    }
    const auto all = static_cast<int>(watch.control_planes.size());
    if (watch.detector.clients_quorum > all)
        detector.complain(
            "clients_quorum", fmt::format(
                                  "({}) is more than the {} control planes that are configured",
                                  watch.detector.clients_quorum, all));
}

}  // namespace understudy::config
