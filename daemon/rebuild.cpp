#include "daemon/rebuild.hpp"

#include <fmt/format.h>

namespace understudy {

namespace {

using Steps = std::vector<std::string>;

/// The copy of the old primary has gone its own way: PostgreSQL cannot follow the new one from it,
/// and Kubegres seeds a replica only into an empty volume.
Steps embedded_sync(const std::string& old_plane, const std::string& new_plane)
{
    return {
        fmt::format(
            "Decide that nothing is needed any more of what {} alone holds: the rows committed "
            "there last are lost with the next step.",
            old_plane),
        fmt::format(
            "On {0}, wipe PostgreSQL's volumes: kubectl --context {0} -n tsb delete "
            "statefulset,pvc -l app=tsb-postgres",
            old_plane),
        fmt::format(
            "On {}, make a new service account for the database's synchronization: the one of "
            "before belongs to {}.",
            new_plane, old_plane),
        fmt::format(
            "On {0}, configure the ManagementPlane as a standby that pulls from {1} with that "
            "account: kubectl --context {0} -n tsb edit managementplane",
            old_plane, new_plane),
        fmt::format(
            "On {0}, scale what the fence took away: kubectl --context {0} -n tsb scale deployment "
            "tsb iam --replicas 1 (not before it is a standby).",
            old_plane)};
}

Steps restore(const std::string& old_plane, const std::string& new_plane)
{
    return {
        fmt::format(
            "Reverse the direction of the backups: {} makes them from now on, and {} restores "
            "them.",
            new_plane, old_plane),
        fmt::format(
            "On {0}, keep tsb and iam at 0: kubectl --context {0} -n tsb get deployment tsb iam",
            old_plane),
        fmt::format(
            "On {1}, leave tsb-restore suspended, always; on {0} alone let it run: kubectl "
            "--context {0} -n tsb patch cronjob tsb-restore -p "
            "'{{\"spec\":{{\"suspend\":false}}}}'",
            old_plane, new_plane),
        fmt::format("Wait until one restore on {} has succeeded.", old_plane)};
}

Steps replicated_by_others(const std::string& old_plane, const std::string& new_plane)
{
    return {
        fmt::format(
            "Make the database of {} follow that of {}, in your database's own way.", old_plane,
            new_plane),
        fmt::format("Keep tsb and iam of {} at 0.", old_plane)};
}

Steps of_variant(const core::Plan& plan)
{
    switch (plan.variant) {
    case core::Variant::embedded_sync: return embedded_sync(plan.old_plane, plan.new_plane);
    case core::Variant::restore: return restore(plan.old_plane, plan.new_plane);
    case core::Variant::shared_postgres:
    case core::Variant::external_postgres: break;
    }
    return replicated_by_others(plan.old_plane, plan.new_plane);
}

}  // namespace

Steps rebuild_steps(const core::Plan& plan)
{
    auto steps = of_variant(plan);
    steps.push_back(
        "Wait until every condition of the standby holds (understudy why), then: understudy rearm "
        "--reason TEXT");
    return steps;
}

}  // namespace understudy
