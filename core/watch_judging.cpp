#include "core/watch.hpp"

#include <algorithm>
#include <utility>

namespace understudy::core {

namespace {

/// Beside a writable primary, an instance in recovery is what it should be: a replica.
void leave_out_replicas(std::vector<SignalView>& views)
{
    const bool has_primary = std::ranges::any_of(
        views, [](const SignalView& view) { return view.state == SignalState::up; });
    if (has_primary)
        std::erase_if(
            views, [](const SignalView& view) { return view.reason == Reason::in_recovery; });
}

}  // namespace

SignalView Watch::view_of(const Probe& probe, Now now)
{
    const auto& signal = probe.signal;
    return {
        probe.settings.id, signal.state(now.instant), signal.reason(now.instant),
        signal.detail(now.instant)};
}

/// The class of the clients is what the control planes say, through clusters of their own.
Evidence Watch::evidence_of(const Plane& plane, Now now) const
{
    Evidence evidence;
    std::vector<SignalView> views;
    views.reserve(plane.probes.size());
    for (std::size_t i = 0; i < evidence.size(); ++i) {
        views.clear();
        for (const auto* probe : plane.probes) {
            if (static_cast<std::size_t>(probe->settings.purpose) == i)
                views.push_back(view_of(*probe, now));
        }
        if (i == index_of(EvidenceClass::database))
            leave_out_replicas(views);
        if (i != index_of(EvidenceClass::clients))
            evidence[i] = combine(views);
    }
    if (plane.settings.name == recorded_active_)
        evidence[index_of(EvidenceClass::clients)] = exchanges_.evidence(now.instant);
    return evidence;
}

bool Watch::has_worked_recently(const Probe& probe, Now now) const
{
    const auto limit = settings_.detector.credentials_worked;
    if (const auto worked = probe.signal.last_ok())
        return now.instant - *worked <= limit;
    return probe.ok_before && *probe.ok_before <= now.wall && now.wall - *probe.ok_before <= limit;
}

CredentialTrial Watch::credential_trial(const Plane& plane, Now now) const
{
    CredentialTrial trial;
    for (const auto* probe : plane.probes) {
        if (probe->settings.purpose != Purpose::api)
            continue;
        const auto& signal = probe->signal;
        const bool is_refused = signal.state(now.instant) == SignalState::unknown &&
                                signal.last_reason() == Reason::credentials;
        if (!is_refused)
            continue;
        trial.refused_now = true;
        trial.worked_recently = trial.worked_recently || has_worked_recently(*probe, now);
    }
    // What once counted counts for as long as it lasts: "minutes ago" is about its beginning.
    trial.worked_recently = trial.worked_recently || plane.refusal_counts;
    return trial;
}

bool Watch::kubernetes_answers(const Plane& plane, Instant now)
{
    return std::ranges::any_of(plane.probes, [now](const Probe* probe) {
        return probe->settings.purpose == Purpose::kubernetes &&
               probe->signal.state(now) != SignalState::unknown;
    });
}

bool Watch::api_answered_last(const Plane& plane)
{
    return std::ranges::any_of(plane.probes, [](const Probe* probe) {
        return probe->settings.purpose == Purpose::api && probe->signal.last_ok() &&
               probe->signal.last_ok() == probe->signal.last_observed();
    });
}

/// Holds until the next outcome.
std::string_view Watch::floating_answer() const
{
    const auto* seen = knowledge_.find("floating", "dns/answer");
    if (seen == nullptr || !seen->at)
        return {};
    const auto* text = std::get_if<std::string>(&seen->value);
    return text != nullptr ? std::string_view(*text) : std::string_view{};
}

std::string Watch::shared_fault() const
{
    const auto reason_of = [this](const std::string& plane) {
        return plane_named(plane).evidence[index_of(EvidenceClass::api)].reason;
    };
    const auto active = reason_of(roles_.active);
    const bool is_shareable = active == Reason::tls_expired || active == Reason::tls_verify ||
                              active == Reason::rate_limited;
    if (is_shareable && active == reason_of(roles_.standby))
        return "both planes: " + std::string(name_of(active));
    return {};
}

bool Watch::has_judged() const
{
    return std::ranges::any_of(
        probes_, [](const auto& entry) { return entry.second.signal.last_observed().has_value(); });
}

void Watch::judge_everything(Now now)
{
    if (roles_revision_ != knowledge_.revision())
        judge_roles_anew();
    judge_ourselves(now);
    for (auto& plane : planes_)
        maintenance_.update(plane.settings.name, knowledge_, now);

    auto& active = plane_named(roles_.active);
    auto& standby = plane_named(roles_.standby);
    update_suspicion(active, now);
    update_burst(active, now);
    judge_active(active, now);
    judge_standby_plane(standby, now);
    evaluate_gates();
    evaluate_alerts(now);
}

/// They rest on the record, the settings and facts that do not move all the time.
void Watch::judge_roles_anew()
{
    roles_revision_ = knowledge_.revision();
    const auto answer = floating_answer();
    roles_ = judge_roles(settings_, recorded_active_, knowledge_, answer);
    if (!recorded_stranger_.empty())
        roles_.conflict = conflict_with_stranger(recorded_stranger_);
    standby_claim_ = claim_of(roles_.standby, knowledge_, settings_.variant);
    name_elsewhere_ = !answer.empty() && points_to(settings_, answer) != recorded_active_;
    exchanges_.set_other_plane(plane_named(roles_.standby).settings);
    if (roles_.conflict != last_conflict_) {
        say(roles_.conflict.empty() ? Severity::info : Severity::critical,
            roles_.conflict.empty() ? "roles agree again: " + roles_.active + " is active"
                                    : "role conflict: " + roles_.conflict);
        last_conflict_ = roles_.conflict;
    }
}

void Watch::judge_ourselves(Now now)
{
    auto blind = observer_.blind_because(now.instant);
    if (blind.empty() != blind_because_.empty())
        say(blind.empty() ? Severity::info : Severity::warning,
            blind.empty() ? "observer sighted again" : "observer blind: " + blind);
    blind_because_ = std::move(blind);
}

void Watch::judge_active(Plane& plane, Now now)
{
    plane.evidence = evidence_of(plane, now);
    plane.refusal_counts = weigh_refused_credentials(plane.evidence, credential_trial(plane, now));
    if (!has_judged())
        return;
    VerdictInput input;
    input.evidence = plane.evidence;
    input.observer_blind = !blind_because_.empty();
    input.maintenance = !maintenance_.maintenance(plane.settings.name, now.instant).empty();
    if (plane.suspect_since)
        input.clients = exchanges_.say(*plane.suspect_since, now.instant);
    auto judgement = judge(input);
    if (input.observer_blind)
        judgement.detail = blind_because_;
    if (judgement.reason == "maintenance")
        judgement.detail = maintenance_.maintenance(plane.settings.name, now.instant).front().what;
    set_judgement(plane, std::move(judgement), now);
    plane.measure.observe(plane.judgement, plane.suspect_since, now);
}

StandbyReport Watch::judge_standby_now(bool in_words, Now now) const
{
    const auto& plane = plane_named(roles_.standby);
    return judge_standby(
        {settings_, knowledge_, roles_.active, roles_.standby,
         kubernetes_answers(plane, now.instant), plane_named(roles_.active).suspect_since_wall, now,
         in_words});
}

void Watch::judge_standby_plane(Plane& plane, Now now)
{
    plane.evidence = evidence_of(plane, now);
    standby_ = judge_standby_now(false, now);
    if (!has_judged())
        return;
    Judgement judgement;
    const auto* unmet = standby_.first_unmet();
    if (!blind_because_.empty()) {
        judgement = {
            Verdict::unknown, FailureKind::none, "observer_blind",
            "we cannot judge others while we cannot trust ourselves", blind_because_};
    } else if (unmet == nullptr) {
        judgement = {
            Verdict::healthy,
            FailureKind::none,
            "standby_ready",
            "every condition for taking over holds",
            {}};
    } else if (unmet->name == "reachable") {
        judgement = {
            Verdict::unknown, FailureKind::none, "standby_unreachable",
            "the standby's Kubernetes API cannot be read", unmet->value};
    } else {
        judgement = {
            Verdict::degraded, FailureKind::none, "standby_not_ready",
            "a condition for taking over does not hold",
            std::string(unmet->name) + ": " + unmet->value + ", must be: " + unmet->threshold};
    }
    set_judgement(plane, std::move(judgement), now);
}

void Watch::set_judgement(Plane& plane, Judgement judgement, Now now)
{
    const bool changed =
        judgement.verdict != plane.judgement.verdict || judgement.reason != plane.judgement.reason;
    if (judgement.verdict != plane.judgement.verdict)
        plane.verdict_since = now.instant;
    if (judgement.verdict == Verdict::failed && !plane.failed_since) {
        plane.failed_since = now.instant;
        plane.failed_since_wall = now.wall;
    }
    if (judgement.verdict != Verdict::failed)
        plane.failed_since.reset();
    if (changed) {
        const auto severity = judgement.verdict == Verdict::healthy  ? Severity::info
                              : judgement.verdict == Verdict::failed ? Severity::critical
                                                                     : Severity::warning;
        say(severity, "plane " + plane.settings.name + ": " +
                          std::string(name_of(plane.judgement.verdict)) + " -> " +
                          std::string(name_of(judgement.verdict)) + " (" +
                          std::string(judgement.reason) + ": " + std::string(judgement.why) +
                          (judgement.detail.empty() ? "" : "; " + judgement.detail) + ")");
    }
    plane.judgement = std::move(judgement);
}

/// What was judged last.
GateInput Watch::gate_input(const StandbyReport& standby) const
{
    const auto& active = plane_named(roles_.active);
    std::optional<Duration> failed_for;
    // Damping keeps `failed` for a moment after the API answered; no run may start in that moment.
    if (active.failed_since && !api_answered_last(active))
        failed_for = judged_.instant - *active.failed_since;
    return {
        settings_.mode,
        acting_,
        roles_,
        blind_because_,
        judged_.instant - watching_since_,
        active.judgement,
        failed_for,
        maintenance_.maintenance(roles_.active, judged_.instant),
        maintenance_.local_recovery(roles_.active, judged_.instant),
        standby,
        shared_fault(),
        standby_claim_ == Claim::active,
        store_failure_,
        settings_.detector,
        judged_.instant};
}

void Watch::evaluate_gates()
{
    gates_.evaluate(gate_input(standby_));
    const bool would = settings_.mode == Mode::observe && gates_.all_open_but("mode");
    if (would && !would_fail_over_) {
        say(Severity::critical, "would fail over now from " + roles_.active + " to " +
                                    roles_.standby + ": " +
                                    std::string(plane_named(roles_.active).judgement.why) +
                                    "; mode is observe, so nothing is done");
    }
    would_fail_over_ = would;
}

void Watch::evaluate_alerts(Now now)
{
    if (!has_judged())
        return;
    const bool may_resolve = now.instant - watching_since_ >= settings_.detector.warm_up;
    for (auto& change : alerts_.update(wanted_alerts(now), may_resolve, now))
        effects_.emplace_back(std::move(change));
}

}  // namespace understudy::core
