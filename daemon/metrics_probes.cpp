#include "daemon/metrics_families.hpp"

#include <array>

namespace understudy {

using core::OutcomeKind;
using core::Reason;
using core::SignalState;

namespace {

constexpr std::array states{
    SignalState::up, SignalState::degraded, SignalState::down, SignalState::unknown};

Labels labels_of(const ProbeCounterTable::value_type& entry)
{
    return {{"probe", entry.first}, {"target", entry.second.target}};
}

Labels with(Labels labels, std::string_view name, std::string_view value)
{
    labels.push_back({name, value});
    return labels;
}

/// One family with at most one sample a probe.
template <class Add>
void add_one_each(Families& families, const ProbeCounterTable& probes, Family family, Add add)
{
    for (const auto& entry : probes)
        add(family, labels_of(entry), entry.second);
    family.move_to(families);
}

void add_results(Families& families, const ProbeCounterTable& probes)
{
    add_one_each(
        families, probes,
        Family::gauge(
            "probe_up",
            "1 when the last run was ok, 0 when it was evidence against the target; absent when it "
            "was inconclusive or there was none."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            if (probe.last_run_at && probe.last_kind != OutcomeKind::inconclusive)
                family.add(labels, probe.last_kind == OutcomeKind::ok ? 1 : 0);
        });
    add_one_each(
        families, probes, Family::counter("probe_runs_total", "Runs of the probe that ended."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            family.add(labels, static_cast<double>(probe.runs));
        });
    add_one_each(
        families, probes,
        Family::counter(
            "probe_failures_total",
            "Runs that were not ok, by reason; every reason is there from the start."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            // From 0 on: a rate or an increase does not see a series begin.
            for (std::size_t i = 0; i < probe.failures.size(); ++i) {
                const auto reason = static_cast<Reason>(i);
                if (reason != Reason::none)
                    family.add(
                        with(labels, "reason", core::name_of(reason)),
                        static_cast<double>(probe.failures[i]));
            }
        });
}

void add_durations(Families& families, const ProbeCounterTable& probes)
{
    add_one_each(
        families, probes,
        Family::histogram("probe_duration_seconds", "How long the runs of the probe took."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            family.add(labels, probe.durations);
        });
    add_one_each(
        families, probes,
        Family::gauge(
            "probe_phase_duration_seconds",
            "Phases of the last run, which add up to its duration; a phase that did not run is "
            "absent."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            for (const auto& phase : probe.last_phases)
                family.add(
                    with(labels, "phase", core::name_of(phase.phase)), seconds_of(phase.took));
        });
}

void add_times(Families& families, const ProbeCounterTable& probes)
{
    add_one_each(
        families, probes,
        Family::gauge(
            "probe_last_run_timestamp_seconds",
            "When the last run ended; absent before the first."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            family.add(labels, probe.last_run_at);
        });
    add_one_each(
        families, probes,
        Family::gauge(
            "probe_last_success_timestamp_seconds",
            "When a run was last ok; absent when none was since the start."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            family.add(labels, probe.last_success_at);
        });
    add_one_each(
        families, probes,
        Family::gauge(
            "probe_cert_not_after_timestamp_seconds",
            "When the certificate last seen expires: the leaf, and the earliest of its verified "
            "chain."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            if (probe.leaf_not_after)
                family.add(
                    with(labels, "role", "leaf"), static_cast<double>(*probe.leaf_not_after));
            if (probe.chain_not_after)
                family.add(
                    with(labels, "role", "chain"), static_cast<double>(*probe.chain_not_after));
        });
}

void add_states(Families& families, const std::vector<core::SignalReport>& signals)
{
    auto family = Family::gauge("probe_state", "The damped state of the probe: 1 for that it has.");
    auto skipped = Family::counter(
        "probe_skipped_total", "Runs not started because the one before had not ended.");
    for (const auto& signal : signals) {
        const Labels labels{{"probe", signal.id}, {"target", signal.target}};
        for (const auto state : states)
            family.add(with(labels, "state", core::name_of(state)), signal.state == state ? 1 : 0);
        skipped.add(with(labels, "reason", "overrun"), static_cast<double>(signal.overruns));
    }
    family.move_to(families);
    skipped.move_to(families);
}

}  // namespace

void add_probe_families(
    Families& families, const ProbeCounterTable& probes, const core::Report& report)
{
    add_results(families, probes);
    add_states(families, report.signals);
    add_one_each(
        families, probes,
        Family::counter("probe_state_changes_total", "Changes of the damped state."),
        [](Family& family, const Labels& labels, const ProbeCounters& probe) {
            family.add(labels, static_cast<double>(probe.state_changes));
        });
    add_durations(families, probes);
    add_times(families, probes);
}

}  // namespace understudy
