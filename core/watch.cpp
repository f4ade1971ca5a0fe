#include "core/watch.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace understudy::core {

namespace {

constexpr std::string_view active_key = "role/active";
/// The longest time between two looks at our own clocks: a stall shows only beyond it.
Duration tick_of(const DetectorSettings& detector)
{
    return std::clamp<Duration>(detector.stall_limit, 100ms, 1s);
}

bool is_evidence(Purpose purpose)
{
    return purpose != Purpose::canary && purpose != Purpose::information;
}

Duration report_fresh_for(const WatchSettings& settings)
{
    Duration longest = 5s;
    for (const auto& probe : settings.probes) {
        if (probe.purpose == Purpose::clients)
            longest = std::max(longest, fresh_for(probe));
    }
    return longest;
}

std::string initially_active(const WatchSettings& settings)
{
    const auto found = std::ranges::find(settings.planes, true, &PlaneSettings::initially_active);
    return found == settings.planes.end() ? settings.planes.front().name : found->name;
}

bool is_plane(const WatchSettings& settings, std::string_view name)
{
    return std::ranges::find(settings.planes, name, &PlaneSettings::name) != settings.planes.end();
}

/// The agents' port shows a certificate of its own (Central's); it must not pass for the API's.
Facts facts_to_learn(const ProbeSettings& probe, const Outcome& outcome)
{
    if (probe.purpose != Purpose::agents)
        return outcome.facts;
    Facts facts;
    for (const auto& [name, value] : outcome.facts)
        facts.emplace(name.starts_with("certificate/") ? "agents/" + name : name, value);
    return facts;
}

std::string milliseconds(Duration duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) +
           " ms";
}

}  // namespace

Watch::Watch(WatchSettings settings, const std::vector<MemoryEntry>& recalled, Now now)
    : settings_(std::move(settings)),
      observer_(settings_.canaries, settings_.detector),
      exchanges_(
          settings_.control_planes,
          settings_.detector.sync_stale,
          settings_.detector.clients_quorum),
      maintenance_(settings_.api_deployments, settings_.detector),
      watching_since_(now.instant),
      last_(now),
      promised_wake_(now.instant + tick_of(settings_.detector))
{
    for (const auto& [key, value] : recalled) {
        if (key == active_key && is_plane(settings_, value))
            recorded_active_ = value;
        else
            knowledge_.recall(key, value);
    }
    if (recorded_active_.empty()) {
        recorded_active_ = initially_active(settings_);
        effects_.emplace_back(Remember{{{std::string(active_key), recorded_active_}}});
        say(Severity::info,
            "first start: " + recorded_active_ + " is recorded as active, as configured");
    }
    for (const auto& plane : settings_.planes) {
        Plane entry;
        entry.settings = plane;
        entry.verdict_since = now.instant;
        planes_.push_back(std::move(entry));
    }
    configure_probes(now);
}

void Watch::configure_probes(Now now)
{
    forget_removed_probes();
    for (const auto& settings : settings_.probes)
        configure_probe(settings, now);
    exchanges_.set_fresh_for(report_fresh_for(settings_));
}

void Watch::forget_removed_probes()
{
    std::erase_if(probes_, [this](const auto& entry) {
        const auto& [id, probe] = entry;
        if (std::ranges::find(settings_.probes, id, &ProbeSettings::id) != settings_.probes.end())
            return false;
        schedule_.remove(id);
        observer_.forget(id);
        knowledge_.age(probe.settings.target);
        if (probe.in_flight)
            leftovers_.insert_or_assign(id, probe.run);
        return true;
    });
}

void Watch::configure_probe(const ProbeSettings& settings, Now now)
{
    schedule_.add(settings, now.instant);
    const auto found = probes_.find(settings.id);
    if (found != probes_.end() && found->second.settings == settings)
        return;
    Probe fresh{settings, Signal(settings.damping, fresh_for(settings))};
    if (found != probes_.end()) {
        fresh.in_flight = found->second.in_flight;
        fresh.run = found->second.run;
        knowledge_.age(found->second.settings.target);
    } else if (const auto leftover = leftovers_.find(settings.id); leftover != leftovers_.end()) {
        // Removed and back before its last run ended: never two at once.
        fresh.in_flight = true;
        fresh.run = leftover->second;
        schedule_.hold_until_finished(settings.id);
        leftovers_.erase(leftover);
    }
    // What is still in flight ran with the old options.
    fresh.tainted = fresh.in_flight;
    probes_.insert_or_assign(settings.id, std::move(fresh));
}

Effects Watch::step(const Event& event, Now now)
{
    check_own_clocks(now);
    std::visit([this, now](const auto& e) { apply(e, now); }, event);
    judge_everything(now);
    start_due_probes(now);
    if (auto unsaved = knowledge_.take_unsaved(); !unsaved.empty())
        effects_.emplace_back(Remember{std::move(unsaved)});
    last_ = now;
    promised_wake_ = wake_at();
    return std::exchange(effects_, {});
}

Instant Watch::wake_at() const
{
    const auto next = last_.instant + tick_of(settings_.detector);
    return std::min(next, std::max(last_.instant, schedule_.next_due().value_or(next)));
}

void Watch::check_own_clocks(Now now)
{
    const auto late = now.instant - promised_wake_;
    if (late > settings_.detector.stall_limit) {
        discard_windows(now, "our own event loop stood still for " + milliseconds(late));
        return;
    }
    const Duration boot_passed = now.instant - last_.instant;
    const Duration wall_passed = now.wall - last_.wall;
    const auto jump = wall_passed - boot_passed;
    if (std::chrono::abs(jump) > settings_.detector.clock_jump_limit)
        discard_windows(now, "our wall clock jumped by " + milliseconds(jump));
}

void Watch::discard_windows(Now now, const std::string& why)
{
    say(Severity::warning, why + ": the window is discarded");
    observer_.doubt_ourselves(now.instant, why);
    watching_since_ = now.instant;
    for (auto& [id, probe] : probes_) {
        probe.signal.discard_window();
        probe.tainted = probe.in_flight;
    }
    for (auto& plane : planes_) {
        plane.suspect_since.reset();
        plane.failed_since.reset();
    }
}

void Watch::apply(const Woke&, Now) {}

void Watch::apply(const ProbeFinished& event, Now now)
{
    const auto found = probes_.find(event.id);
    if (found == probes_.end()) {
        leftovers_.erase(event.id);
        return;
    }
    auto& probe = found->second;
    if (!probe.in_flight || probe.run != event.run)
        return;
    schedule_.finished(event.id, now.instant);
    probe.in_flight = false;
    if (std::exchange(probe.tainted, false))
        note_outcome(
            probe, Outcome(Reason::stalled, "we stood still, or were reloaded, while it ran"), now);
    else
        note_outcome(probe, event.outcome, now);
}

bool Watch::has_same_planes(const WatchSettings& settings) const
{
    return settings.planes.size() == planes_.size() &&
           std::ranges::all_of(planes_, [&settings](const Plane& plane) {
               return is_plane(settings, plane.settings.name);
           });
}

void Watch::apply(const Reloaded& event, Now now)
{
    if (!has_same_planes(event.settings)) {
        say(Severity::warning,
            "reload refused, nothing is changed: the planes' names are what the record is about; "
            "restart to change them");
        return;
    }
    settings_ = event.settings;
    const auto& detector = settings_.detector;
    observer_.reconfigure(settings_.canaries, detector);
    exchanges_.reconfigure(settings_.control_planes, detector.sync_stale, detector.clients_quorum);
    maintenance_.reconfigure(settings_.api_deployments, detector);
    for (auto& plane : planes_) {
        const auto fresh =
            std::ranges::find(settings_.planes, plane.settings.name, &PlaneSettings::name);
        if (fresh != settings_.planes.end())
            plane.settings = *fresh;
    }
    configure_probes(now);
    say(Severity::info, "configuration reloaded");
}

void Watch::apply(const StoreFailed& event, Now)
{
    if (store_failure_.empty())
        say(Severity::critical, "the record is no longer durable: " + event.why);
    store_failure_ = event.why;
}

void Watch::apply(const ConnectionBroke& event, Now)
{
    if (event.plane != recorded_active_)
        return;
    say(Severity::info, "the connection held to " + event.plane + " broke: all its probes run now");
    plane_named(event.plane).connection_broke = true;
}

void Watch::note_outcome(Probe& probe, const Outcome& outcome, Now now)
{
    const auto before = probe.signal.state(now.instant);
    probe.signal.observe(outcome, now.instant);
    const auto after = probe.signal.state(now.instant);

    observer_.observe_any(probe.settings.id, outcome);
    if (probe.settings.purpose == Purpose::canary)
        observer_.observe_canary(probe.settings.target, outcome);
    if (probe.settings.purpose == Purpose::clients)
        exchanges_.observe(probe.settings.target, outcome, now.instant);
    if (!outcome.facts.empty())
        knowledge_.learn(probe.settings.target, facts_to_learn(probe.settings, outcome), now);

    if (before == after)
        return;
    const auto severity = after == SignalState::up ? Severity::info : Severity::warning;
    auto text = "signal " + probe.settings.id + ": " + std::string(name_of(before)) + " -> " +
                std::string(name_of(after));
    if (after != SignalState::up) {
        text += " (" + std::string(name_of(probe.signal.reason(now.instant))) + ": " +
                probe.signal.detail(now.instant) + ")";
    }
    say(severity, std::move(text));
}

void Watch::update_suspicion(Plane& plane, Now now)
{
    bool failing = false;
    bool clear = true;
    for (const auto& [id, probe] : probes_) {
        if (probe.settings.target != plane.settings.name || probe.settings.purpose != Purpose::api)
            continue;
        failing = failing || probe.signal.has_recent_failure();
        clear = clear && probe.signal.is_steadily_ok();
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
    for (const auto& [id, probe] : probes_) {
        if (probe.settings.target != plane.settings.name || !is_evidence(probe.settings.purpose))
            continue;
        const auto failures = probe.signal.failures_in_a_row();
        first_failure = first_failure || failures == 1;
        const bool counting_up = failures > 0 && failures < probe.settings.damping.fall;
        // One that is only ever inconclusive has nothing to settle.
        const bool counting_down =
            probe.signal.successes_in_a_row() > 0 && !probe.signal.is_steadily_ok();
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

Evidence Watch::evidence_of(const Plane& plane, Now now) const
{
    Evidence evidence;
    for (std::size_t i = 0; i < evidence_class_count; ++i) {
        const auto evidence_class = static_cast<EvidenceClass>(i);
        if (evidence_class == EvidenceClass::clients) {
            if (plane.settings.name == recorded_active_)
                evidence[i] = exchanges_.evidence(now.instant);
            continue;
        }
        std::vector<SignalView> views;
        for (const auto& [id, probe] : probes_) {
            if (probe.settings.target != plane.settings.name ||
                probe.settings.purpose != static_cast<Purpose>(i))
                continue;
            views.push_back(
                {id, probe.signal.state(now.instant), probe.signal.reason(now.instant),
                 probe.signal.detail(now.instant)});
        }
        evidence[i] = combine(evidence_class, views);
    }
    return evidence;
}

CredentialTrial Watch::credential_trial(const Plane& plane, Now now) const
{
    CredentialTrial trial;
    for (const auto& [id, probe] : probes_) {
        if (probe.settings.target != plane.settings.name || probe.settings.purpose != Purpose::api)
            continue;
        const auto& signal = probe.signal;
        const bool is_refused = signal.state(now.instant) == SignalState::unknown &&
                                signal.last_reason() == Reason::credentials;
        if (!is_refused)
            continue;
        trial.refused_now = true;
        const auto worked = signal.last_ok();
        trial.worked_recently =
            trial.worked_recently ||
            (worked && now.instant - *worked <= settings_.detector.credentials_worked);
    }
    // What once counted counts for as long as it lasts: "minutes ago" is about its beginning.
    trial.worked_recently = trial.worked_recently || plane.refusal_counts;
    return trial;
}

bool Watch::kubernetes_answers(const std::string& plane, Instant now) const
{
    return std::ranges::any_of(probes_, [&](const auto& entry) {
        const auto& probe = entry.second;
        if (probe.settings.target != plane || probe.settings.purpose != Purpose::kubernetes)
            return false;
        const auto state = probe.signal.state(now);
        const bool spoke = state == SignalState::up ||
                           testimony_of(probe.signal.reason(now)) == Testimony::statement;
        return state != SignalState::unknown && spoke;
    });
}

bool Watch::api_answered_last(const Plane& plane) const
{
    return std::ranges::any_of(probes_, [&plane](const auto& entry) {
        const auto& probe = entry.second;
        return probe.settings.target == plane.settings.name &&
               probe.settings.purpose == Purpose::api && probe.signal.last_ok() &&
               probe.signal.last_ok() == probe.signal.last_observed();
    });
}

std::string Watch::floating_answer() const
{
    const auto* seen = knowledge_.find("floating", "dns/answer");
    if (seen == nullptr || !seen->at)
        return {};
    const auto* text = std::get_if<std::string>(&seen->value);
    return text != nullptr ? *text : std::string{};
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
    roles_ = judge_roles(settings_, recorded_active_, knowledge_, floating_answer());
    if (roles_.conflict != last_conflict_) {
        say(roles_.conflict.empty() ? Severity::info : Severity::critical,
            roles_.conflict.empty() ? "roles agree again: " + roles_.active + " is active"
                                    : "role conflict: " + roles_.conflict);
        last_conflict_ = roles_.conflict;
    }
    const auto blind = observer_.blind_because(now.instant);
    if (blind.empty() == was_blind_) {
        was_blind_ = !blind.empty();
        say(was_blind_ ? Severity::warning : Severity::info,
            was_blind_ ? "observer blind: " + blind : "observer sighted again");
    }
    for (auto& plane : planes_)
        maintenance_.update(plane.settings.name, knowledge_, now);

    auto& active = plane_named(roles_.active);
    auto& standby = plane_named(roles_.standby);
    update_suspicion(active, now);
    update_burst(active, now);
    judge_active(active, now);
    judge_standby_plane(standby, now);
    evaluate_gates(now);
    evaluate_alerts(now);
}

void Watch::judge_active(Plane& plane, Now now)
{
    plane.evidence = evidence_of(plane, now);
    plane.refusal_counts = weigh_refused_credentials(plane.evidence, credential_trial(plane, now));
    if (!has_judged())
        return;
    VerdictInput input;
    input.evidence = plane.evidence;
    input.observer_blind = observer_.is_blind(now.instant);
    input.maintenance = !maintenance_.maintenance(plane.settings.name, now).empty();
    if (plane.suspect_since)
        input.clients = exchanges_.say(*plane.suspect_since, now.instant);
    auto judgement = judge(input);
    if (input.observer_blind)
        judgement.detail = observer_.blind_because(now.instant);
    if (judgement.reason == "maintenance")
        judgement.detail = maintenance_.maintenance(plane.settings.name, now).front().what;
    set_judgement(plane, std::move(judgement), now);
}

void Watch::judge_standby_plane(Plane& plane, Now now)
{
    plane.evidence = evidence_of(plane, now);
    const auto& active = plane_named(roles_.active);
    standby_ = judge_standby(
        {settings_, knowledge_, roles_.active, roles_.standby,
         kubernetes_answers(plane.settings.name, now.instant), active.suspect_since_wall, now});
    if (!has_judged())
        return;
    Judgement judgement;
    const auto* unmet = standby_.first_unmet();
    if (observer_.is_blind(now.instant)) {
        judgement = {
            Verdict::unknown, FailureKind::none, "observer_blind",
            "we cannot judge others while we cannot trust ourselves",
            observer_.blind_because(now.instant)};
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
    if (judgement.verdict == Verdict::failed && !plane.failed_since)
        plane.failed_since = now.instant;
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

void Watch::evaluate_gates(Now now)
{
    const auto& active = plane_named(roles_.active);
    const auto maintenance = maintenance_.maintenance(roles_.active, now);
    const auto recovery = maintenance_.local_recovery(roles_.active, now);
    std::optional<Duration> failed_for;
    // Damping keeps `failed` for a moment after the API answered; no run may start in that moment.
    if (active.failed_since && !api_answered_last(active))
        failed_for = now.instant - *active.failed_since;
    gates_.evaluate(
        {settings_.mode, roles_, observer_.blind_because(now.instant),
         now.instant - watching_since_, active.judgement, failed_for, maintenance, recovery,
         standby_, shared_fault(),
         claim_of(roles_.standby, knowledge_, settings_.variant) == Claim::active, store_failure_,
         settings_.detector, now.instant});

    const bool would = gates_.all_open_but("mode");
    if (would && !would_fail_over_ && settings_.mode == Mode::observe) {
        say(Severity::critical, "would fail over now from " + roles_.active + " to " +
                                    roles_.standby + ": " + std::string(active.judgement.why) +
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

void Watch::start_due_probes(Now now)
{
    for (auto& due : schedule_.take_due(now.instant)) {
        auto& probe = probes_.at(due.id);
        probe.run = next_run_++;
        probe.in_flight = true;
        probe.tainted = false;
        effects_.emplace_back(StartProbe{due.id, probe.run, now.instant - due.due});
    }
}

Watch::Plane& Watch::plane_named(const std::string& name)
{
    return const_cast<Plane&>(std::as_const(*this).plane_named(name));
}

const Watch::Plane& Watch::plane_named(const std::string& name) const
{
    const auto found = std::ranges::find_if(
        planes_, [&name](const Plane& plane) { return plane.settings.name == name; });
    return found == planes_.end() ? planes_.front() : *found;
}

void Watch::say(Severity severity, std::string text)
{
    effects_.emplace_back(Say{severity, std::move(text)});
}

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
    report.floating_answer = floating_answer();
    for (const auto& plane : planes_) {
        const auto& name = plane.settings.name;
        auto role = name == roles_.active ? Role::active : Role::standby;
        if (!roles_.conflict.empty())
            role = Role::unknown;
        report.planes.push_back(
            {name, plane.settings.host, role, plane.judgement, plane.verdict_since, plane.evidence,
             plane.suspect_since, plane.failed_since, plane.burst_since.has_value(),
             maintenance_.maintenance(name, now), maintenance_.local_recovery(name, now)});
    }
    for (const auto& [id, probe] : probes_) {
        const auto& signal = probe.signal;
        report.signals.push_back(
            {id, probe.settings.target, probe.settings.purpose, signal.state(now.instant),
             signal.reason(now.instant), signal.detail(now.instant), signal.since(now.instant),
             signal.last_observed(), signal.last_ok(), schedule_.overruns(id)});
    }
    report.control_planes = exchanges_.reports();
    report.gates = gates_.all();
    report.standby = standby_;
    report.alerts = alerts_.firing();
    report.would_fail_over = would_fail_over_;
    return report;
}

}  // namespace understudy::core
