#include "daemon/metrics.hpp"

#include "daemon/metrics_families.hpp"

#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>

namespace understudy {

using core::Outcome;
using core::Reason;

namespace {

bool is_known(const ProbeCounterTable& probes, const core::ProbeSettings& settings)
{
    const auto found = probes.find(settings.id);
    return found != probes.end() && found->second.target == settings.target &&
           found->second.fingerprint == settings.fingerprint;
}

ProbeCounters counters_for(const core::ProbeSettings& settings)
{
    ProbeCounters counters;
    counters.target = settings.target;
    counters.fingerprint = settings.fingerprint;
    return counters;
}

void note_certificates(ProbeCounters& probe, const core::Facts& facts)
{
    const auto leaf = core::find_fact<std::int64_t>(facts, "certificate/not_after");
    const auto chain = core::find_fact<std::int64_t>(facts, "certificate/chain_not_after");
    // A chain belongs to its leaf: a new leaf whose chain does not verify has none.
    if (leaf)
        probe.chain_not_after = chain;
    if (leaf)
        probe.leaf_not_after = leaf;
}

}  // namespace

Metrics::Metrics(std::string version, core::WallTime started_at)
{
    process_.version = std::move(version);
    process_.started_at = started_at;
    process_.reload_success_at = started_at;
}

void Metrics::configure(const std::vector<core::ProbeSettings>& probes)
{
    ProbeCounterTable configured;
    for (const auto& settings : probes) {
        if (is_known(probes_, settings))
            configured.insert(probes_.extract(settings.id));
        else
            configured.insert_or_assign(settings.id, counters_for(settings));
    }
    probes_ = std::move(configured);
}

void Metrics::probe_finished(
    const std::string& id, const Outcome& outcome, core::Duration lag, core::WallTime at)
{
    const auto found = probes_.find(id);
    if (found == probes_.end())
        return;
    auto& probe = found->second;
    process_.scheduler_lag.observe(lag);
    ++probe.runs;
    probe.durations.observe(outcome.took);
    probe.last_phases = outcome.phases;
    probe.last_kind = outcome.kind();
    probe.last_run_at = at;
    if (outcome.reason == Reason::none)
        probe.last_success_at = at;
    else
        ++probe.failures[static_cast<std::size_t>(outcome.reason)];
    note_certificates(probe, outcome.facts);
}

void Metrics::note_states(const std::vector<core::SignalReport>& signals)
{
    for (const auto& signal : signals) {
        const auto found = probes_.find(signal.id);
        if (found == probes_.end())
            continue;
        auto& probe = found->second;
        if (probe.last_state && *probe.last_state != signal.state)
            ++probe.state_changes;
        probe.last_state = signal.state;
    }
}

void Metrics::config_reloaded(bool successful, core::WallTime at)
{
    process_.reload_successful = successful;
    if (successful)
        process_.reload_success_at = at;
}

std::string Metrics::render(const core::Report& report, const MetricsInput& input)
{
    note_states(report.signals);
    Families families;
    add_process_families(families, process_, input);
    add_judgement_families(families, report);
    add_detector_families(families, report);
    if (input.runs)
        add_run_families(families, *input.runs, report);
    add_probe_families(families, probes_, report);
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return std::move(out).str();
}

}  // namespace understudy
