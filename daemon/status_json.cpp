#include "daemon/status_json.hpp"

#include "core/maintenance.hpp"
#include "daemon/json_values.hpp"
#include "daemon/runs_json.hpp"

#include <boost/json/array.hpp>

namespace understudy {

namespace json = boost::json;

namespace {

/// A moment of the monotonic time line as wall time, by the distance to now.
json::value wall_of(core::Instant instant, core::Now now)
{
    const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now.instant - instant);
    return json::value(rfc3339(now.wall - age));
}

json::value wall_of(std::optional<core::Instant> instant, core::Now now)
{
    return instant ? wall_of(*instant, now) : json::value(nullptr);
}

json::value age_ms(std::optional<core::Instant> instant, core::Now now)
{
    if (!instant)
        return nullptr;
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.instant - *instant).count();
}

json::object evidence_json(const core::Evidence& evidence)
{
    json::object result;
    for (std::size_t i = 0; i < core::evidence_class_count; ++i) {
        const auto& state = evidence[i];
        result[core::name_of(static_cast<core::EvidenceClass>(i))] = {
            {"state", name_text(state.state)},
            {"reason", name_text(state.reason)},
            {"detail", state.detail},
            {"configured", state.configured}};
    }
    return result;
}

json::array holdings_json(const std::vector<core::Holding>& holdings, core::Now now)
{
    json::array result;
    for (const auto& holding : holdings)
        result.push_back({{"what", holding.what}, {"until", wall_of(holding.until, now)}});
    return result;
}

json::object plane_json(const core::PlaneReport& plane, core::Now now)
{
    const auto& judgement = plane.judgement;
    return {
        {"name", plane.name},
        {"host", plane.host},
        {"role", name_text(plane.role)},
        {"verdict", name_text(judgement.verdict)},
        {"kind", name_text(judgement.kind)},
        {"reason", json::string(judgement.reason.data(), judgement.reason.size())},
        {"why", json::string(judgement.why.data(), judgement.why.size())},
        {"detail", judgement.detail},
        {"verdict_since", wall_of(plane.verdict_since, now)},
        {"suspect_since", wall_of(plane.suspect_since, now)},
        {"failed_since", wall_of(plane.failed_since, now)},
        {"bursting", plane.bursting},
        {"evidence", evidence_json(plane.evidence)},
        {"maintenance", holdings_json(plane.maintenance, now)},
        {"local_recovery", holdings_json(plane.local_recovery, now)}};
}

json::object signal_json(const core::SignalReport& signal, core::Now now)
{
    return {
        {"id", signal.id},
        {"target", signal.target},
        {"purpose", name_text(signal.purpose)},
        {"state", name_text(signal.state)},
        {"reason", name_text(signal.reason)},
        {"detail", signal.detail},
        {"since", wall_of(signal.since, now)},
        {"last_run_age_ms", age_ms(signal.last_observed, now)},
        {"last_ok_age_ms", age_ms(signal.last_ok, now)},
        {"overruns", signal.overruns}};
}

json::object control_plane_json(
    const std::string& name, const core::ExchangeReport& report, core::Now now)
{
    return {
        {"name", name},
        {"last_exchange", wall_of(report.exchanged, now)},
        {"last_exchange_age_ms", age_ms(report.exchanged, now)},
        {"read_age_ms", age_ms(report.read, now)},
        {"peer", or_null(report.peer)},
        {"reason", name_text(report.reason)},
        {"detail", report.detail}};
}

json::object standby_json(const core::Report& report)
{
    json::array checks;
    for (const auto& check : report.standby.checks) {
        checks.push_back(
            {{"name", json::string(check.name.data(), check.name.size())},
             {"ok", check.ok},
             {"value", check.value},
             {"threshold", check.threshold}});
    }
    json::value lag = nullptr;
    if (report.standby.lag_bytes)
        lag = *report.standby.lag_bytes;
    return {
        {"plane", report.roles.standby},
        {"ready", report.standby.ready()},
        {"lag_bytes", lag},
        {"checks", std::move(checks)}};
}

json::array gates_json(const core::Report& report)
{
    json::array result;
    for (const auto& gate : report.gates) {
        result.push_back(
            {{"name", gate.name},
             {"open", gate.open},
             {"value", gate.value},
             {"threshold", gate.threshold},
             {"since", wall_of(gate.since, report.now)}});
    }
    return result;
}

json::array alerts_json(const core::Report& report)
{
    json::array result;
    for (const auto& firing : report.alerts) {
        result.push_back(
            {{"name", firing.alert.name},
             {"subject", firing.alert.subject},
             {"severity", name_text(firing.alert.severity)},
             {"summary", firing.alert.summary},
             {"description", firing.alert.description},
             {"starts_at", rfc3339(firing.starts_at)}});
    }
    return result;
}

json::object head_json(const core::Report& report)
{
    return {
        {"observer", report.observer},
        {"time", rfc3339(report.now.wall)},
        {"mode", name_text(report.mode)},
        {"variant", name_text(report.variant)},
        {"blind", or_null(report.blind_because)},
        {"canary_domains_seen", report.canary_domains_seen},
        {"canary_domains", report.canary_domains},
        {"roles",
         {{"active", report.roles.active},
          {"standby", report.roles.standby},
          {"conflict", or_null(report.roles.conflict)}}},
        {"floating", {{"name", report.floating_name}, {"answer", or_null(report.floating_answer)}}},
        {"would_fail_over", report.would_fail_over}};
}

}  // namespace

json::object status_json(const core::Report& report)
{
    auto result = head_json(report);
    json::array planes;
    for (const auto& plane : report.planes)
        planes.push_back(plane_json(plane, report.now));
    json::array signals;
    for (const auto& signal : report.signals)
        signals.push_back(signal_json(signal, report.now));
    json::array control_planes;
    for (const auto& [name, exchange] : report.control_planes)
        control_planes.push_back(control_plane_json(name, exchange, report.now));

    result["planes"] = std::move(planes);
    result["signals"] = std::move(signals);
    result["control_planes"] = std::move(control_planes);
    result["standby"] = standby_json(report);
    result["gates"] = gates_json(report);
    result["alerts"] = alerts_json(report);
    return result;
}

json::object status_json(const core::Report& report, const core::RunsReport& runs)
{
    auto result = status_json(report);
    result["acting"] = acting_json(report.mode, runs);
    return result;
}

json::object why_json(const core::Report& report)
{
    auto result = head_json(report);
    json::array missing;
    for (const auto& gate : report.gates) {
        if (!gate.open)
            missing.push_back(json::value(gate.name));
    }
    result["gates"] = gates_json(report);
    result["missing"] = std::move(missing);
    for (const auto& plane : report.planes) {
        if (plane.name == report.roles.active)
            result["active"] = plane_json(plane, report.now);
    }
    return result;
}

}  // namespace understudy
