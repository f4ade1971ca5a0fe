#include "core/maintenance.hpp"

namespace understudy::core {

void Maintenance::note(const std::string& plane, const std::string& key, bool present, Seen seen)
{
    if (present)
        seen_[plane].try_emplace(key, std::move(seen));
    else
        seen_[plane].erase(key);
}

void Maintenance::update(const std::string& plane, const Knowledge& knowledge, Now now)
{
    const auto bounded = [&](std::string what) {
        return Seen{std::move(what), now.instant, detector_.maintenance_max, false};
    };
    for (const auto& name : api_deployments_) {
        const auto base = "deployment/" + name;
        const auto replicas = knowledge.value<std::int64_t>(plane, base + "/replicas");
        note(
            plane, base + "/replicas", replicas == 0,
            {"deployment " + name + " was scaled to 0", now.instant, std::nullopt, false});
        const auto rolling = knowledge.value<bool>(plane, base + "/rolling");
        note(
            plane, base + "/rolling", rolling == true,
            bounded("a rollout of deployment " + name + " is in progress"));
    }
    const auto reconciled = knowledge.value<bool>(plane, "managementplane/reconciled");
    note(
        plane, "managementplane/reconciled", reconciled == false,
        bounded("the ManagementPlane resource was changed and is not yet reconciled"));

    const auto until = knowledge.value<std::int64_t>(plane, "managementplane/maintenance_until");
    const bool announced = until && WallTime(std::chrono::seconds(*until)) > now.wall;
    note(
        plane, "managementplane/maintenance_until", announced,
        {"maintenance is announced by the annotation understudy.dev/maintenance-until", now.instant,
         std::nullopt, false});

    const auto operation =
        knowledge.value<std::string>(plane, "kubegres/blocking_operation").value_or("");
    note(
        plane, "kubegres/blocking_operation", !operation.empty(),
        {"Kubegres is working on it: " + operation, now.instant, detector_.local_recovery_max,
         true});
}

std::vector<Holding> Maintenance::holdings(
    const std::string& plane, bool recovery, Instant now) const
{
    std::vector<Holding> result;
    const auto found = seen_.find(plane);
    if (found == seen_.end())
        return result;
    for (const auto& [key, seen] : found->second) {
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

std::vector<Holding> Maintenance::maintenance(const std::string& plane, Now now) const
{
    return holdings(plane, false, now.instant);
}

std::vector<Holding> Maintenance::local_recovery(const std::string& plane, Now now) const
{
    return holdings(plane, true, now.instant);
}

}  // namespace understudy::core
