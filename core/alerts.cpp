#include "core/alerts.hpp"

#include <algorithm>

namespace understudy::core {

std::string_view name_of(Severity severity) noexcept
{
    switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
    }
    return "warning";
}

namespace {

bool is_among(const std::vector<Alert>& alerts, const std::pair<std::string, std::string>& identity)
{
    return std::ranges::any_of(alerts, [&identity](const Alert& alert) {
        return alert.name == identity.first && alert.subject == identity.second;
    });
}

}  // namespace

std::vector<AlertChange> Alerts::update(const std::vector<Alert>& wanted, bool may_resolve, Now now)
{
    std::vector<AlertChange> changes;
    raise(wanted, now, changes);
    if (may_resolve)
        resolve(wanted, now, changes);
    return changes;
}

void Alerts::raise(const std::vector<Alert>& wanted, Now now, std::vector<AlertChange>& changes)
{
    std::erase_if(
        pending_since_, [&wanted](const auto& entry) { return !is_among(wanted, entry.first); });
    for (const auto& alert : wanted) {
        const auto identity = alert.identity();
        if (const auto found = firing_.find(identity); found != firing_.end()) {
            found->second.alert = alert;
            found->second.unwanted_since.reset();
            continue;
        }
        const auto pending = pending_since_.try_emplace(identity, now.instant).first;
        if (now.instant - pending->second < alert.hold)
            continue;
        pending_since_.erase(pending);
        firing_.emplace(identity, Firing{alert, now.wall, std::nullopt});
        changes.push_back({alert, true, now.wall, std::nullopt});
    }
}

void Alerts::resolve(const std::vector<Alert>& wanted, Now now, std::vector<AlertChange>& changes)
{
    for (auto entry = firing_.begin(); entry != firing_.end();) {
        auto& [identity, firing] = *entry;
        const bool is_wanted = is_among(wanted, identity);
        if (!is_wanted && !firing.unwanted_since)
            firing.unwanted_since = now.instant;
        if (is_wanted || now.instant - *firing.unwanted_since < resolve_after_) {
            ++entry;
            continue;
        }
        changes.push_back({firing.alert, false, firing.starts_at, now.wall});
        entry = firing_.erase(entry);
    }
}

std::vector<AlertChange> Alerts::firing() const
{
    std::vector<AlertChange> result;
    for (const auto& [identity, firing] : firing_)
        result.push_back({firing.alert, true, firing.starts_at, std::nullopt});
    return result;
}

void Alerts::recall(const Alert& alert, WallTime starts_at)
{
    firing_.try_emplace(alert.identity(), Firing{alert, starts_at, std::nullopt});
}

}  // namespace understudy::core
