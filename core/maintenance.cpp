#include "core/maintenance.hpp"

namespace understudy::core {

namespace {

/// A plane that stands by has no primary of its own, and will not make one.
bool may_promote_a_replica(const FactsByName& facts)
{
    const auto count = [&facts](std::string_view fact) {
        return value_of<std::int64_t>(find_seen(facts, fact));
    };
    const auto flag = [&facts](std::string_view fact) {
        return value_of<bool>(find_seen(facts, fact));
    };
    return flag("kubegres/standby") == false && flag("kubegres/failover_disabled") == false &&
           count("kubegres/ready_primaries") == 0 &&
           count("kubegres/ready_replicas").value_or(0) > 0;
}

bool is_announced(const std::optional<WallTime>& until, WallTime now)
{
    return until && *until > now;
}

}  // namespace

void Maintenance::reconfigure(
    const std::vector<std::string>& api_deployments, const DetectorSettings& detector)
{
    for (auto& [plane, look] : looks_)
        look.revision = 0;
    api_deployments_.clear();
    for (const auto& name : api_deployments) {
        const auto base = "deployment/" + name;
        api_deployments_.push_back({name, base + "/replicas", base + "/rolling"});
    }
    detector_ = detector;
}

void Maintenance::update(const std::string& plane, const Knowledge& knowledge, Now now)
{
    auto& look = looks_[plane];
    // Nothing of what it looks at moves all the time; only what is announced goes by the clock.
    if (look.revision == knowledge.revision() &&
        look.is_announced == is_announced(look.until, now.wall))
        return;
    look.revision = knowledge.revision();
    const auto& facts = knowledge.of(plane);
    const auto& before = look.seen;
    SeenByKey present;
    const auto note = [&](const std::string& key, Seen seen) {
        if (const auto known = before.find(key); known != before.end())
            seen.since = known->second.since;
        present.insert_or_assign(key, std::move(seen));
    };
    const auto bounded = [&](std::string what) {
        return Seen{std::move(what), now.instant, detector_.maintenance_max, false};
    };
    for (const auto& deployment : api_deployments_) {
        const auto replicas = value_of<std::int64_t>(find_seen(facts, deployment.replicas));
        if (replicas == 0)
            note(
                deployment.replicas, {"deployment " + deployment.name + " was scaled to 0",
                                      now.instant, std::nullopt, false});
        const auto rolling = value_of<bool>(find_seen(facts, deployment.rolling));
        if (rolling == true)
            note(
                deployment.rolling,
                bounded("a rollout of deployment " + deployment.name + " is in progress"));
    }
    const auto reconciled = value_of<bool>(find_seen(facts, "managementplane/reconciled"));
    if (reconciled == false)
        note(
            "managementplane/reconciled",
            bounded("the ManagementPlane resource was changed and is not yet reconciled"));

    const auto until =
        value_of<std::int64_t>(find_seen(facts, "managementplane/maintenance_until"));
    look.until = until ? std::optional(wall_from_unix_seconds(*until)) : std::nullopt;
    look.is_announced = is_announced(look.until, now.wall);
    if (look.is_announced)
        note(
            "managementplane/maintenance_until",
            {"maintenance is announced by the annotation understudy.dev/maintenance-until",
             now.instant, std::nullopt, false});

    const auto operation =
        value_of<std::string>(find_seen(facts, "kubegres/blocking_operation")).value_or("");
    if (!operation.empty())
        note(
            "kubegres/blocking_operation", {"Kubegres is working on it: " + operation, now.instant,
                                            detector_.local_recovery_max, true});
    if (may_promote_a_replica(facts))
        note(
            "kubegres/ready_primaries",
            {"Kubegres has no ready primary and a ready replica to promote", now.instant,
             detector_.local_recovery_max, true});
    look.seen = std::move(present);
}

std::vector<Holding> Maintenance::holdings(
    const std::string& plane, bool recovery, Instant now) const
{
    std::vector<Holding> result;
    const auto found = looks_.find(plane);
    if (found == looks_.end())
        return result;
    for (const auto& [key, seen] : found->second.seen) {
        const bool expired = seen.bound && now - seen.since >= *seen.bound;
        if (seen.is_recovery != recovery || expired)
            continue;
        Holding holding{seen.what, std::nullopt};
        if (seen.bound)
            holding.until = seen.since + *seen.bound;
        result.push_back(std::move(holding));
    }
    return result;
}

std::vector<Holding> Maintenance::maintenance(const std::string& plane, Instant now) const
{
    return holdings(plane, false, now);
}

std::vector<Holding> Maintenance::local_recovery(const std::string& plane, Instant now) const
{
    return holdings(plane, true, now);
}

}  // namespace understudy::core
