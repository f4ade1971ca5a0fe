#include "daemon/metrics_families.hpp"

#include <array>

namespace understudy {

using core::EvidenceClass;
using core::Mode;
using core::SignalState;
using core::Verdict;

namespace {

constexpr std::array verdicts{
    Verdict::healthy, Verdict::degraded, Verdict::suspect, Verdict::failed, Verdict::unknown};
constexpr std::array classes{
    EvidenceClass::api, EvidenceClass::agents, EvidenceClass::kubernetes, EvidenceClass::database,
    EvidenceClass::clients};
static_assert(classes.size() == core::evidence_class_count);
constexpr std::array states{
    SignalState::up, SignalState::degraded, SignalState::down, SignalState::unknown};
constexpr std::array modes{Mode::observe, Mode::approve, Mode::automatic};

void add_planes(Families& families, const core::Report& report)
{
    auto active = Family::gauge(
        "plane_active", "1 for the active plane, 0 for the standby; absent while the record and "
                        "the world disagree.");
    auto verdict =
        Family::gauge("plane_verdict", "This observer's verdict: 1 for that which holds.");
    for (const auto& plane : report.planes) {
        if (plane.role != core::Role::unknown)
            active.add({{"plane", plane.name}}, plane.role == core::Role::active ? 1 : 0);
        for (const auto each : verdicts)
            verdict.add(
                {{"plane", plane.name}, {"verdict", core::name_of(each)}},
                plane.judgement.verdict == each ? 1 : 0);
    }
    active.move_to(families);
    verdict.move_to(families);
}

void add_evidence(Families& families, const core::Report& report)
{
    auto family = Family::gauge(
        "evidence", "State of each evidence class: 1 for that which holds; absent when the class "
                    "has no probe.");
    for (const auto& plane : report.planes) {
        for (const auto each : classes) {
            const auto& evidence = plane.evidence[core::index_of(each)];
            if (!evidence.configured)
                continue;
            for (const auto state : states)
                family.add(
                    {{"plane", plane.name},
                     {"class", core::name_of(each)},
                     {"state", core::name_of(state)}},
                    evidence.state == state ? 1 : 0);
        }
    }
    family.move_to(families);
}

void add_conditions(Families& families, const core::Report& report)
{
    auto blind = Family::gauge(
        "observer_blind", "1 while this observer cannot trust what it sees, and gives no verdict.");
    blind.add({}, report.blind_because.empty() ? 0 : 1);
    blind.move_to(families);

    auto gates = Family::gauge(
        "gate_open",
        "1 while the condition holds; every one must hold before a failover may start.");
    for (const auto& gate : report.gates)
        gates.add({{"gate", gate.name}}, gate.open ? 1 : 0);
    gates.move_to(families);

    auto mode = Family::gauge("mode", "What the daemon may do by itself: 1 for the mode it is in.");
    for (const auto each : modes)
        mode.add({{"mode", core::name_of(each)}}, report.mode == each ? 1 : 0);
    mode.move_to(families);
}

void add_standby(Families& families, const core::Report& report)
{
    auto ready = Family::gauge(
        "standby_ready",
        "1 for each condition of a standby fit to take over that was seen to hold.");
    for (const auto& check : report.standby.checks)
        ready.add({{"reason", check.name}}, check.ok ? 1 : 0);
    ready.move_to(families);

    auto lag = Family::gauge(
        "standby_lag_bytes", "WAL that the replica furthest behind has yet to replay; absent when "
                             "a position is unknown.");
    if (report.standby.lag_bytes)
        lag.add({}, static_cast<double>(*report.standby.lag_bytes));
    lag.move_to(families);
}

/// Instants of the judge's own time line, put on the wall clock.
std::optional<core::WallTime> wall_time(std::optional<core::Instant> instant, const core::Now& now)
{
    if (!instant)
        return std::nullopt;
    const auto ago = std::chrono::round<std::chrono::milliseconds>(now.instant - *instant);
    return now.wall - ago;
}

void add_control_planes(Families& families, const core::Report& report)
{
    auto family = Family::gauge(
        "control_plane_last_sync_timestamp_seconds",
        "When the control plane last exchanged configuration, as its own cluster reports.");
    for (const auto& [name, exchange] : report.control_planes)
        family.add({{"control_plane", name}}, wall_time(exchange.exchanged, report.now));
    family.move_to(families);
}

}  // namespace

void add_judgement_families(Families& families, const core::Report& report)
{
    add_planes(families, report);
    add_evidence(families, report);
    add_conditions(families, report);
    add_standby(families, report);
    add_control_planes(families, report);
}

}  // namespace understudy
