#include "core/watch.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace understudy::core {

namespace {

constexpr std::string_view active_key = "role/active";
constexpr std::string_view measure_prefix = "detector/";
/// The longest time between two looks at our own clocks: a stall shows only beyond it.
Duration tick_of(const DetectorSettings& detector)
{
    return std::clamp<Duration>(detector.stall_limit, 100ms, 1s);
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

std::string answered_fact_of(const std::string& probe) { return "answered/" + probe; }

/// The agents' port shows a certificate of its own (Central's); it must not pass for the API's.
Facts facts_to_learn(const ProbeSettings& probe, const Outcome& outcome, WallTime now)
{
    if (probe.purpose == Purpose::api && outcome.kind() == OutcomeKind::ok) {
        auto facts = outcome.facts;
        facts.insert_or_assign(
            answered_fact_of(probe.id),
            std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
        return facts;
    }
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
      judged_{now.instant - tick_of(settings_.detector), now.wall},
      promised_wake_(now.instant + tick_of(settings_.detector))
{
    for (const auto& plane : settings_.planes) {
        Plane entry;
        entry.settings = plane;
        entry.verdict_since = now.instant;
        planes_.push_back(std::move(entry));
    }
    for (const auto& entry : recalled)
        recall(entry);
    const bool is_first_start = recorded_active_.empty() && recorded_stranger_.empty();
    if (recorded_active_.empty())
        recorded_active_ = initially_active(settings_);
    if (is_first_start) {
        effects_.emplace_back(Remember{{{std::string(active_key), recorded_active_}}});
        say(Severity::info,
            "first start: " + recorded_active_ + " is recorded as active, as configured");
    }
    configure_probes(now);
    for (auto& [id, probe] : probes_) {
        const auto& target = probe.settings.target;
        if (const auto at = knowledge_.value<std::int64_t>(target, answered_fact_of(id)))
            probe.ok_before = wall_from_unix_seconds(*at);
    }
}

void Watch::recall(const MemoryEntry& entry)
{
    const auto& [key, value] = entry;
    if (key == active_key)
        (is_plane(settings_, value) ? recorded_active_ : recorded_stranger_) = value;
    else if (!key.starts_with(measure_prefix))
        knowledge_.recall(key, value);
    else if (const auto plane = key.substr(measure_prefix.size()); is_plane(settings_, plane))
        plane_named(plane).measure.recall(value);
}

void Watch::configure_probes(Now now)
{
    forget_removed_probes();
    for (const auto& settings : settings_.probes)
        configure_probe(settings, now);
    assign_probes_to_planes();
    exchanges_.set_fresh_for(report_fresh_for(settings_));
}

/// Each judgement goes through them several times.
void Watch::assign_probes_to_planes()
{
    for (auto& plane : planes_) {
        plane.probes.clear();
        for (const auto& [id, probe] : probes_) {
            if (probe.settings.target == plane.settings.name)
                plane.probes.push_back(&probe);
        }
    }
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
    Probe fresh{
        settings, Signal(settings.damping, fresh_for(settings), silence_of(settings.purpose))};
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
    has_news_ = !std::holds_alternative<Woke>(event);
    std::visit([this, now](const auto& e) { apply(e, now); }, event);
    if (has_news_ || is_time_to_judge(now)) {
        judged_ = now;
        tell_changed_signals(now);
        judge_everything(now);
    }
    start_due_probes(now);
    remember_what_is_new(now.instant);
    last_ = now;
    promised_wake_ = wake_at();
    return std::exchange(effects_, {});
}

void Watch::remember_what_is_new(Instant now)
{
    auto unsaved = knowledge_.take_unsaved();
    for (auto& plane : planes_) {
        if (auto figures = plane.measure.take_unsaved(now))
            unsaved.emplace_back(
                std::string(measure_prefix) + plane.settings.name, std::move(*figures));
    }
    if (!unsaved.empty())
        effects_.emplace_back(Remember{std::move(unsaved)});
}

/// Without news only time has passed, which is looked at once in a tick: most of the times that we
/// wake, a probe is due and nothing else. A standstill of ours has been said, and is news.
bool Watch::is_time_to_judge(Now now) const
{
    return now.instant - judged_.instant >= tick_of(settings_.detector) || !effects_.empty();
}

Instant Watch::wake_at() const
{
    const auto next = judged_.instant + tick_of(settings_.detector);
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
        plane.measure.pause();
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
    else if (note_outcome(probe, event.outcome, now))
        has_news_ = !is_calm();
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
    for (auto& plane : planes_)
        plane.settings =
            *std::ranges::find(settings_.planes, plane.settings.name, &PlaneSettings::name);
    configure_probes(now);
    roles_revision_ = 0;
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

void Watch::apply(const ActingTold& event, Now) { acting_ = event.acting; }

void Watch::apply(const RolesMoved& event, Now now)
{
    const auto was = recorded_stranger_.empty() ? recorded_active_ : recorded_stranger_;
    if (!is_plane(settings_, event.active) || event.active == was)
        return;
    say(Severity::warning,
        "the record is changed: " + event.active + " is active, no longer " + was);
    recorded_active_ = event.active;
    recorded_stranger_.clear();
    roles_revision_ = 0;
    effects_.emplace_back(Remember{{{std::string(active_key), recorded_active_}}});
    // What was seen before the move says nothing of who is active after it.
    for (auto& plane : planes_) {
        knowledge_.age(plane.settings.name);
        plane.suspect_since.reset();
        plane.suspect_since_wall.reset();
        plane.failed_since.reset();
        plane.burst_spent = false;
        plane.verdict_since = now.instant;
        plane.measure.abandon();
    }
    knowledge_.age("floating");
    for (auto& [id, probe] : probes_) {
        if (is_plane(settings_, probe.settings.target))
            probe.signal.discard_window();
    }
}

/// Whether it only repeats that all is well.
bool Watch::note_outcome(Probe& probe, const Outcome& outcome, Now now)
{
    bool repeats = outcome.kind() == OutcomeKind::ok && probe.told == SignalState::up &&
                   probe.signal.is_steadily_ok();
    probe.signal.observe(outcome, now.instant);
    observer_.observe_any(probe.settings.id, outcome);
    if (probe.settings.purpose == Purpose::canary)
        observer_.observe_canary(probe.settings.target, outcome);
    if (probe.settings.purpose == Purpose::clients)
        exchanges_.observe(probe.settings.target, outcome, now.instant);
    if (auto facts = facts_to_learn(probe.settings, outcome, now.wall); !facts.empty()) {
        add_last_streamed(facts, now.wall);
        if (is_healthy_active(probe.settings.target))
            add_seen_healthy(facts);
        repeats = !knowledge_.learn(probe.settings.target, facts, now) && repeats;
    }
    return repeats;
}

/// Then what is heard once more that all is well is looked at with the next tick.
bool Watch::is_calm() const
{
    const auto is_well = [](const Plane& plane) {
        return plane.judgement.verdict == Verdict::healthy && !plane.suspect_since;
    };
    return blind_because_.empty() && roles_.conflict.empty() &&
           std::ranges::all_of(planes_, is_well);
}

/// A plane that is only suspect may list nothing any more: what it then says is not what it holds.
bool Watch::is_healthy_active(const std::string& target) const
{
    if (target != roles_.active)
        return false;
    const auto& active = plane_named(target);
    return active.judgement.verdict == Verdict::healthy && !active.suspect_since;
}

/// After every step: a signal that nobody refreshed changes without an outcome.
void Watch::tell_changed_signals(Now now)
{
    for (auto& [id, probe] : probes_)
        tell_if_changed(probe, now);
}

void Watch::tell_if_changed(Probe& probe, Now now)
{
    const auto after = probe.signal.state(now.instant);
    const auto before = std::exchange(probe.told, after);
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

}  // namespace understudy::core
