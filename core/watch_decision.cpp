// What the judge hands to the executor.
#include "core/watch.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace understudy::core {

namespace {

std::string in_words(const Evidence& evidence)
{
    std::string text;
    for (std::size_t i = 0; i < evidence_class_count; ++i) {
        const auto& state = evidence[i];
        text += (text.empty() ? "" : "; ") + std::string(name_of(static_cast<EvidenceClass>(i))) +
                " " + std::string(name_of(state.state));
        if (state.reason != Reason::none)
            text += " (" + std::string(name_of(state.reason)) +
                    (state.detail.empty() ? "" : ": " + state.detail) + ")";
    }
    return text;
}

/// What only says that it is not yet time, which a human may know better.
bool is_doubt(const Gate& gate)
{
    static constexpr std::array<std::string_view, 8> doubts{
        "mode",      "armed",          "below_cap",         "warmed_up",
        "confirmed", "verdict_failed", "no_local_recovery", "no_maintenance"};
    return std::ranges::find(doubts, gate.name) != doubts.end();
}

/// What a run closes by being there, or minds by itself.
bool is_of_runs(const Gate& gate)
{
    static constexpr std::array<std::string_view, 6> of_runs{
        "no_run", "mode", "armed", "below_cap", "not_held", "able_to_act"};
    return std::ranges::find(of_runs, gate.name) != of_runs.end();
}

bool is_binding(const Gate& gate) { return !is_doubt(gate) && !may_be_accepted(gate.name); }

template <class Counts>
std::string list(const std::vector<Gate>& closed, const Counts& counts)
{
    std::string text;
    for (const auto& gate : closed) {
        if (counts(gate))
            text += (text.empty() ? "" : ", ") + gate.name + " (" + gate.value + ")";
    }
    return text;
}

/// The class says nothing for the plane: it is down, or nobody there answers at all.
bool is_silent(const ClassState& state)
{
    if (!state.configured || state.state == SignalState::down)
        return true;
    return state.state == SignalState::unknown && testimony_of(state.reason) == Testimony::silence;
}

}  // namespace

Decision Watch::decision(Now now) const
{
    const auto& active = plane_named(roles_.active);
    Decision decision;
    decision.old_plane = roles_.active;
    decision.new_plane = roles_.standby;
    decision.reason = std::string(name_of(active.judgement.verdict)) + " (" +
                      std::string(active.judgement.reason) +
                      "): " + std::string(active.judgement.why);
    decision.evidence = in_words(active.evidence);
    decision.failed_at = active.failed_since_wall.value_or(now.wall);
    decision.loss = standby_.loss;
    decision.last_seen = last_seen_of(knowledge_, roles_.active);
    decision.evidence += "; " + in_words(decision.last_seen);
    decision.suspected_at = active.suspect_since_wall.value_or(decision.failed_at);
    return decision;
}

std::optional<Decision> Watch::due(Now now) const
{
    if (settings_.mode == Mode::observe || !gates_.all_open_but("not_held"))
        return std::nullopt;
    return decision(now);
}

std::string Watch::closed_for(std::string_view verb) const
{
    return list(gates_.closed(gate_input(standby_)), [verb](const Gate& gate) {
        if (verb == "rearm")
            return gate.name.starts_with("standby_") || gate.name == "roles_known";
        return verb == "failover" ? is_binding(gate) : gate.name != "no_run";
    });
}

bool Watch::serves(const Plane& plane, Now) const
{
    return plane.evidence[index_of(EvidenceClass::api)].state == SignalState::up;
}

bool Watch::two_active(Now now) const
{
    // A standby that says it stands by answers readers at most.
    return serves(plane_named(roles_.active), now) && serves(plane_named(roles_.standby), now) &&
           standby_claim_ != Claim::standby;
}

/// Darkness is positive: nothing of the plane answers us, every control plane says through its own
/// cluster that it lost the plane, and we are not blind.
bool Watch::is_dark(const Plane& plane, Now now) const
{
    const auto& clients = plane.evidence[index_of(EvidenceClass::clients)];
    const bool everybody_lost_it = !settings_.control_planes.empty() &&
                                   clients.state == SignalState::down &&
                                   exchanges_.all_lost(now.instant);
    return everybody_lost_it && !observer_.is_blind(now.instant) &&
           std::ranges::all_of(plane.evidence, is_silent);
}

run_event::Picture Watch::picture(Now now) const
{
    const auto& active = plane_named(roles_.active);
    run_event::Picture picture;
    picture.active = recorded_active_;
    // Right after a promotion the failures of the start are still counted against its signal; what
    // is owed to the plane cannot wait until they are forgotten.
    const auto api = active.evidence[index_of(EvidenceClass::api)].state;
    picture.active_serves =
        api == SignalState::up || (api == SignalState::degraded && api_answered_last(active));
    picture.name_elsewhere = name_elsewhere_;
    picture.dark = is_dark(active, now);
    picture.two_active = two_active(now);
    const bool is_warm =
        has_judged() && now.instant - watching_since_ >= settings_.detector.warm_up;
    if (is_warm)
        picture.loss = standby_.loss;
    picture.run = acting_.run;
    if (acting_.run != 0) {
        const auto closed = gates_.closed(gate_input(standby_));
        picture.closed = list(closed, std::not_fn(is_of_runs));
        picture.closed_asked =
            list(closed, [](const Gate& gate) { return !is_of_runs(gate) && is_binding(gate); });
        const bool is_confirming =
            active.failed_since && now.instant - *active.failed_since < settings_.detector.confirm;
        picture.settled = is_warm && !observer_.is_blind(now.instant) && !is_confirming;
    }
    return picture;
}

}  // namespace understudy::core
