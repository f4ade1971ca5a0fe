// What people are told of runs: the set that should fire is computed afresh at every step.
#include "core/runs.hpp"
#include "core/ways_on.hpp"

#include <algorithm>
#include <array>

namespace understudy::core {

namespace {

constexpr Duration held_back_for = 5s;

std::string join(const std::vector<std::string>& items)
{
    std::string text;
    for (const auto& item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string title(const Run& run)
{
    return "Run " + std::to_string(run.epoch()) + ", " + std::string(name_of(run.plan().kind)) +
           " from " + run.plan().old_plane + " to " + run.plan().new_plane;
}

/// What decided.
std::string evidence(const Run& run)
{
    return run.created.evidence.empty() ? "" : " Evidence: " + run.created.evidence + ".";
}

/// An alert is told once, at the beginning: it says what will hold later as well.
std::string how_to_stop(const Run& run)
{
    const auto number = std::to_string(run.epoch());
    if (run.plan().kind == RunKind::undo)
        return {};
    return " To stop it: `understudy abort " + number +
           "` while nothing was changed; before the promotion `understudy hold --for 2h --reason "
           "TEXT`, then `understudy undo " +
           number + " --reason TEXT`.";
}

/// Control planes by their names, then the rest.
std::string missing_in_words(const Run& run)
{
    std::vector<std::string> control_planes;
    std::vector<std::string> others;
    for (const auto& name : run.missing())
        (name.find('/') == std::string::npos ? control_planes : others).push_back(name);
    std::string text;
    if (!control_planes.empty())
        text += "Control planes that did not come: " + join(control_planes) + ". ";
    if (!others.empty())
        text += "Missing: " + join(others) + ". ";
    return text;
}

/// Who took which loss upon himself; empty when nothing is lost.
std::string acceptance(const Run& run)
{
    const auto& loss = run.plan().loss;
    if (loss.empty())
        return {};
    return " " + run.created.by + " accepted to lose " + in_words(loss) + ": " +
           run.created.accepted + ".";
}

/// A step that takes this much longer than it should is worth a look.
Duration stuck_after(const Step& step)
{
    return std::max<Duration>(30s, step.delay + 3 * step.expected);
}

Duration since(WallTime then, Now now) { return now.wall - then; }

}  // namespace

bool Runs::is_alert_of_runs(std::string_view name) noexcept
{
    static constexpr std::array<std::string_view, 13> names{
        "UnderstudyApprovalNeeded",   "UnderstudyRunStarted",   "UnderstudyNeedsHuman",
        "UnderstudyRunHeld",          "UnderstudyRunStuck",     "UnderstudyRunDone",
        "UnderstudyRunDegraded",      "UnderstudyRunUndone",    "UnderstudyFenceOwed",
        "UnderstudyControlPlaneOwed", "UnderstudyHoldExpiring", "UnderstudyHeldBack",
        "UnderstudyActingImpossible"};
    return std::ranges::find(names, name) != names.end();
}

std::vector<Alert> Runs::wanted_alerts(Now now) const
{
    std::vector<Alert> alerts;
    if (const auto* run = ledger_.open_run(); run != nullptr)
        add_run_alerts(alerts, *run, now);
    else
        add_ended_alerts(alerts);
    add_approval_alerts(alerts);
    add_own_alerts(alerts, now);
    return alerts;
}

void Runs::add_run_alerts(std::vector<Alert>& alerts, const Run& run, Now now) const
{
    const auto subject = std::to_string(run.epoch());
    if (run.state == RunState::awaiting_approval) {
        alerts.push_back(
            {"UnderstudyApprovalNeeded", subject, Severity::critical,
             title(run) + " waits for approval",
             run.created.reason + "." + evidence(run) + " Look at `understudy show " + subject +
                 "`, then `understudy approve " + subject + " --plan " + run.created.plan_hash +
                 "` or `understudy abort " + subject + "`. It expires by itself."});
        return;
    }
    alerts.push_back(
        {"UnderstudyRunStarted", subject, Severity::critical, title(run) + " is under way",
         "By " + run.created.by + ": " + run.created.reason + ". `understudy show " + subject +
             " --watch` shows it." + evidence(run) + acceptance(run) + how_to_stop(run)});
    if (run.state == RunState::parked)
        alerts.push_back(
            {"UnderstudyNeedsHuman", subject, Severity::critical, title(run) + " needs a human",
             run.why + ways_on(run)});
    if (run.state == RunState::held)
        alerts.push_back(
            {"UnderstudyRunHeld", subject, Severity::critical,
             title(run) + " stands still for a hold", hold_in_words(now)});
    const auto cursor = run.cursor();
    if (run.state != RunState::running || cursor >= run.steps.size() || !run.steps[cursor].began_at)
        return;
    const auto& step = run.plan().steps[cursor];
    if (since(*run.steps[cursor].began_at, now) > stuck_after(step))
        alerts.push_back(
            {"UnderstudyRunStuck", subject + "/" + step.name, Severity::critical,
             title(run) + ": step " + step.name + " takes longer than it should",
             "It goes on until its deadline. " + by_hand(run)});
}

/// The last run's end is told until people arm again: that is when they have taken note.
void Runs::add_ended_alerts(std::vector<Alert>& alerts) const
{
    if (ledger_.runs().empty() || ledger_.is_armed())
        return;
    const auto& run = ledger_.runs().back();
    const auto subject = std::to_string(run.epoch());
    if (run.state == RunState::done)
        alerts.push_back(
            {"UnderstudyRunDone", subject, Severity::info, title(run) + " is done",
             "Every control plane was seen at " + run.plan().new_plane +
                 ". There is no standby until " + run.plan().old_plane +
                 " is rebuilt: `understudy show " + subject + "` says how." + acceptance(run)});
    if (run.state == RunState::degraded)
        alerts.push_back(
            {"UnderstudyRunDegraded", subject, Severity::critical,
             title(run) + " is over, and something is missing",
             missing_in_words(run) + "`understudy show " + subject +
                 "` says what was tried and what to do by hand." + acceptance(run)});
    if (run.state == RunState::undone)
        alerts.push_back(
            {"UnderstudyRunUndone", subject, Severity::warning, title(run) + " was undone",
             "What it had changed is restored."});
}

/// Of a run that is under way, or of what it left owed: something waits for a human's word alone.
void Runs::add_approval_alerts(std::vector<Alert>& alerts) const
{
    std::map<std::uint64_t, std::vector<std::string>> waiting;
    const auto consider = [&waiting](const Execution& execution) {
        if (!execution.has_ended() && execution.assessment().needs_approval)
            waiting[execution.id().epoch].push_back(execution.operation().target);
    };
    std::ranges::for_each(present_.operations, consider);
    for (const auto& [id, owed] : owed_)
        consider(owed.operation);
    for (const auto& [epoch, names] : waiting) {
        const auto* run = ledger_.find_run(epoch);
        const auto number = std::to_string(epoch);
        if (run == nullptr || !run->approved_by.empty())
            continue;
        alerts.push_back(
            {"UnderstudyApprovalNeeded", number, Severity::critical,
             title(*run) + " may delete refused tokens, with your word",
             "The new plane refuses the tokens of " + join(names) +
                 ", and their operator keeps them. With `understudy approve " + number +
                 " --plan " + run->created.plan_hash +
                 "` they are deleted, in one control plane first, and made anew by the operator."});
    }
}

void Runs::add_own_alerts(std::vector<Alert>& alerts, Now now) const
{
    for (const auto& [id, obligation] : ledger_.obligations()) {
        const auto& owed = obligation.owed;
        const bool is_fence = owed.operation.kind == OperationKind::scale;
        alerts.push_back(
            {is_fence ? "UnderstudyFenceOwed" : "UnderstudyControlPlaneOwed",
             owed.operation.target + "/" + owed.operation.object, Severity::critical,
             is_fence ? "Plane " + owed.operation.target + " is not fenced"
                      : "Control plane " + owed.operation.target + " has not come over",
             owed.why + ". It is tried again and again. By hand: " + owed.operation.command});
    }
    if (ledger_.is_held(now.wall)) {
        const auto left = ledger_.hold()->until - now.wall;
        if (left < 10min)
            alerts.push_back(
                {"UnderstudyHoldExpiring", settings_.instance, Severity::warning,
                 "The hold ends within 10 minutes", hold_in_words(now)});
    }
    if (held_back_at_ && now.instant - *held_back_at_ < held_back_for)
        alerts.push_back(
            {"UnderstudyHeldBack", settings_.instance, Severity::critical,
             "A failover would have started, but for a hold", hold_in_words(now)});
    if (!impossible_.empty() && settings_.mode != Mode::observe)
        alerts.push_back(
            {"UnderstudyActingImpossible", settings_.instance, Severity::critical,
             "Understudy cannot act", impossible_});
    if (!foreign_.empty())
        alerts.push_back(
            {"UnderstudyActingImpossible", settings_.instance, Severity::critical,
             "The world's record is not ours", foreign_});
    else if (has_no_room_ && impossible_.empty() && settings_.mode != Mode::observe)
        alerts.push_back(
            {"UnderstudyActingImpossible", settings_.instance, Severity::critical,
             "The journal has no room for a run", no_room_});
}

}  // namespace understudy::core
