#include "core/watch.hpp"

#include <array>

namespace understudy::core {

namespace {

std::string join(const std::vector<std::string>& items)
{
    std::string text;
    for (const auto& item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string in_words(const Judgement& judgement)
{
    auto text = std::string(judgement.why);
    if (!judgement.detail.empty())
        text += ". " + judgement.detail;
    return text;
}

/// Longer than a start or one stall keeps us from judging.
Duration long_enough(const WatchSettings& settings) { return 2 * settings.detector.warm_up; }

/// What a person is told of a verdict of the active plane; `healthy` tells nothing.
struct VerdictAlert {
    Verdict verdict;
    const char* name;
    Severity severity;
    const char* summary;
    bool held;  ///< Usual for moments, at a start or after a stall: raised only when it lasts.
};
constexpr std::array verdict_alerts{
    VerdictAlert{
        Verdict::degraded, "UnderstudyPlaneDegraded", Severity::warning, "is degraded", false},
    VerdictAlert{
        Verdict::suspect, "UnderstudyPlaneSuspect", Severity::warning, "is suspect", false},
    VerdictAlert{Verdict::failed, "UnderstudyPlaneFailed", Severity::critical, "has failed", false},
    VerdictAlert{
        Verdict::unknown, "UnderstudyPlaneUnknown", Severity::warning, "cannot be judged", true},
};

}  // namespace

std::vector<Alert> Watch::wanted_alerts(Now now) const
{
    std::vector<Alert> alerts;
    add_plane_alerts(alerts);
    add_own_alerts(alerts, now);
    add_certificate_alerts(alerts, now);
    return alerts;
}

void Watch::add_plane_alerts(std::vector<Alert>& alerts) const
{
    const auto& active = plane_named(roles_.active);
    const auto& judgement = active.judgement;
    for (const auto& row : verdict_alerts) {
        if (row.verdict != judgement.verdict)
            continue;
        alerts.push_back(
            {row.name, roles_.active, row.severity,
             "Active plane " + roles_.active + " " + row.summary + " (" +
                 std::string(judgement.reason) + ")",
             in_words(judgement), row.held ? long_enough(settings_) : Duration::zero()});
    }
    if (would_fail_over_) {
        alerts.push_back(
            {"UnderstudyWouldFailOver", roles_.active, Severity::critical,
             "Would fail over from " + roles_.active + " to " + roles_.standby,
             "Every gate but the mode is open: " + in_words(judgement) +
                 ". Nothing is done: `understudy plan` names the commands that do each step by "
                 "hand."});
    } else if (acting_.run == 0 && judgement.verdict == Verdict::failed) {
        add_blocked_alert(alerts);
    }

    const auto* unmet = standby_.first_unmet();
    if (unmet != nullptr && blind_because_.empty()) {
        const bool needed = judgement.verdict == Verdict::failed;
        alerts.push_back(
            {"UnderstudyStandbyNotReady", roles_.standby,
             needed ? Severity::critical : Severity::warning,
             "Standby " + roles_.standby + " could not take over (" + std::string(unmet->name) +
                 ")",
             "Seen: " + unmet->value + ". Must be: " + unmet->threshold + ".",
             long_enough(settings_)});
    }
}

void Watch::add_blocked_alert(std::vector<Alert>& alerts) const
{
    const auto blocking = what_blocks();
    if (blocking.empty())
        return;
    alerts.push_back(
        {"UnderstudyFailoverBlocked", roles_.active, Severity::critical,
         "Plane " + roles_.active + " has failed and no failover can start",
         "Closed gates: " + join(blocking) + ". `understudy why` shows each." +
             (standby_.loss.empty() ? ""
                                    : " The standby would lose " + in_words(standby_.loss) +
                                          ": only a human may accept that, and `understudy "
                                          "plan` says how.")});
}

/// The closed gates that do not open by waiting alone.
std::vector<std::string> Watch::what_blocks() const
{
    auto names = gates_.closed();
    std::erase_if(names, [this](const std::string& name) {
        const bool is_wait = name == "confirmed" || name == "warmed_up" || name == "no_run";
        return is_wait || (name == "mode" && settings_.mode == Mode::observe);
    });
    return names;
}

void Watch::add_own_alerts(std::vector<Alert>& alerts, Now now) const
{
    if (!blind_because_.empty()) {
        alerts.push_back(
            {"UnderstudyObserverBlind", settings_.observer, Severity::warning,
             "Observer " + settings_.observer + " is blind", blind_because_,
             long_enough(settings_)});
    }
    // A run moves the roles, and says so itself.
    if (!roles_.conflict.empty() && acting_.run == 0) {
        alerts.push_back(
            {"UnderstudyRoleConflict", roles_.active, Severity::critical,
             "The record says that " + roles_.active + " is active, the world disagrees",
             roles_.conflict + ". No action is taken while this lasts.",
             settings_.detector.warm_up});
    }
    if (two_active(now)) {
        // What it says of itself may not have been read yet.
        const bool is_silent = standby_claim_ == Claim::silent;
        alerts.push_back(
            {"UnderstudyTwoActive", settings_.observer, Severity::critical,
             "Both planes serve as active",
             "Both answer the documented request, so configuration may be written to either. "
             "Recorded as active: " +
                 roles_.active + ". Stop the other one: kubectl --context " + roles_.standby +
                 " -n tsb scale deployment tsb iam --replicas=0",
             is_silent ? long_enough(settings_) : Duration::zero()});
    }
    if (!store_failure_.empty()) {
        alerts.push_back(
            {"UnderstudyRecordNotDurable", settings_.observer, Severity::critical,
             "The record of observer " + settings_.observer + " is no longer durable",
             store_failure_});
    }
    for (const auto& [id, probe] : probes_) {
        const auto reason = probe.signal.last_reason();
        const bool is_refused =
            reason == Reason::credentials || reason == Reason::credentials_expired;
        if (!is_refused || probe.signal.state(now.instant) != SignalState::unknown)
            continue;
        alerts.push_back(
            {"UnderstudyCredentialsRefused", id, Severity::warning,
             "The credentials of probe " + id + " are refused",
             "Renew them; until then this probe says nothing. " +
                 probe.signal.detail(now.instant)});
    }
}

void Watch::add_certificate_alerts(std::vector<Alert>& alerts, Now now) const
{
    for (const auto& plane : planes_) {
        for (const std::string_view fact :
             {"certificate/not_after", "agents/certificate/not_after"})
            add_certificate_alert(alerts, plane.settings.name, fact, now);
    }
}

void Watch::add_certificate_alert(
    std::vector<Alert>& alerts, const std::string& plane, std::string_view fact, Now now) const
{
    const auto not_after = knowledge_.value<std::int64_t>(plane, fact);
    if (!not_after)
        return;
    const auto left = wall_from_unix_seconds(*not_after) - now.wall;
    if (left > std::chrono::days(30))
        return;
    const auto days = std::chrono::duration_cast<std::chrono::days>(left).count();
    const auto subject = fact.starts_with("agents/") ? plane + "/agents" : plane;
    alerts.push_back(
        {"UnderstudyCertificateExpires", subject, days < 7 ? Severity::critical : Severity::warning,
         "A certificate of " + subject + " expires within 30 days",
         "Days left: " + std::to_string(days) + "."});
}

}  // namespace understudy::core
