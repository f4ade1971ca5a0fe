/// What Prometheus scrapes, in its text format 0.0.4. docs/metrics.md lists every series.
///
/// Two sources: counters kept here and advanced by events, and a core::Report read at scrape time.
/// Nothing is registered once and for all, so the series of a target that a reload removed vanish
/// with it. What is not known is absent: a zero would be a statement.
#pragma once

#include "core/report.hpp"
#include "core/runs.hpp"
#include "daemon/delivery_counters.hpp"
#include "daemon/histogram.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy {

/// What one probe has done since the process started.
struct ProbeCounters {
    std::string target;
    std::string fingerprint;
    std::uint64_t runs = 0;
    std::array<std::uint64_t, core::reason_count> failures{};  ///< By Reason; `none` stays 0.
    std::uint64_t state_changes = 0;
    std::optional<core::SignalState> last_state;
    Histogram durations;
    std::vector<core::PhaseTime> last_phases;
    core::OutcomeKind last_kind = core::OutcomeKind::inconclusive;
    std::optional<core::WallTime> last_run_at;
    std::optional<core::WallTime> last_success_at;
    /// Last seen; kept while the target is away, because the date stays true.
    std::optional<std::int64_t> leaf_not_after;
    std::optional<std::int64_t> chain_not_after;
};

/// By probe id.
using ProbeCounterTable = std::map<std::string, ProbeCounters, std::less<>>;

/// What the process tells about itself.
struct ProcessCounters {
    std::string version;
    Histogram scheduler_lag;
    bool reload_successful = true;
    core::WallTime reload_success_at{};
    std::optional<core::WallTime> watchdog_kicked_at;
    core::WallTime started_at{};
};

/// What others count, read at scrape time.
struct MetricsInput {
    int probes_in_flight = 0;
    std::uint64_t log_lines_dropped = 0;
    NotifierCounters notifications;
    std::optional<HeartbeatCounters> heartbeat;  ///< Empty when none is configured.
    std::optional<core::RunsReport> runs;        ///< Empty until the journal was read.
};

class Metrics {
public:
    /// The start counts as the first successful load of the configuration.
    Metrics(std::string version, core::WallTime started_at);

    /// At the start and after each reload. A probe that is new, or was changed, starts from zero;
    /// one that is no longer there is forgotten.
    void configure(const std::vector<core::ProbeSettings>& probes);
    /// `lag` is how late the probe started. An id that is not configured is ignored: it is that of
    /// a run which a reload overtook.
    void probe_finished(
        const std::string& id, const core::Outcome& outcome, core::Duration lag, core::WallTime at);
    /// Counts the changes since the last call. Rendering calls it too; call it after every step of
    /// the judge and none is missed.
    void note_states(const std::vector<core::SignalReport>& signals);
    void config_reloaded(bool successful, core::WallTime at);
    /// After each full turn of the decision loop, with or without a watchdog to tell.
    void watchdog_kicked(core::WallTime at) { process_.watchdog_kicked_at = at; }

    std::string render(const core::Report& report, const MetricsInput& input);

    /// Goes with what `render` returns.
    static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

private:
    ProbeCounterTable probes_;
    ProcessCounters process_;
};

}  // namespace understudy
