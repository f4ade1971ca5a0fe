#include "core/watch.hpp"

namespace understudy::core {

Report Watch::report(Now now) const
{
    Report report;
    report.now = now;
    report.observer = settings_.observer;
    report.mode = settings_.mode;
    report.variant = settings_.variant;
    report.blind_because = observer_.blind_because(now.instant);
    report.canary_domains_seen = observer_.domains_seen();
    report.canary_domains = observer_.domains();
    report.roles = roles_;
    report.floating_name = settings_.floating_name;
    report.floating_answer = std::string(floating_answer());
    for (const auto& plane : planes_) {
        const auto& name = plane.settings.name;
        auto role = name == roles_.active ? Role::active : Role::standby;
        if (!roles_.conflict.empty())
            role = Role::unknown;
        report.planes.push_back(
            {name, plane.settings.host, role, plane.judgement, plane.verdict_since, plane.evidence,
             plane.suspect_since, plane.failed_since, plane.burst_since.has_value(),
             maintenance_.maintenance(name, now.instant),
             maintenance_.local_recovery(name, now.instant), plane.measure.figures()});
    }
    for (const auto& [id, probe] : probes_) {
        const auto& signal = probe.signal;
        report.signals.push_back(
            {id, probe.settings.target, probe.settings.purpose, signal.state(now.instant),
             signal.reason(now.instant), signal.detail(now.instant), signal.since(now.instant),
             signal.last_observed(), signal.last_ok(), schedule_.overruns(id)});
    }
    report.control_planes = exchanges_.reports();
    if (!standby_.checks.empty())
        report.standby = judge_standby_now(true, judged_);
    report.gates = gates_.all(gate_input(report.standby));
    report.alerts = alerts_.firing();
    report.would_fail_over = would_fail_over_;
    return report;
}

}  // namespace understudy::core
