#include "world.hpp"

#include <algorithm>

namespace understudy::simulation {

using core::Duration;
using core::Instant;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t bytes_per_second = 40'000;
constexpr std::int64_t writes_per_second = 5;
/// From here on those who use the plane suffer, and a failover of it is no mistake.
constexpr std::uint64_t sick_from_per_mille = 300;
constexpr std::uint64_t gone_from_per_mille = 900;

}  // namespace

World::World(core::Variant variant, Instant now)
    : variant_(variant), advanced_(now), clock_(now, 0, 0ms)
{
    auto& standby = planes[1];
    planes[0].database.is_primary = true;
    planes[0][DeploymentName::envoy].replicas = planes[0][DeploymentName::envoy].declared = 2;
    standby.stands_by = true;
    if (variant != core::Variant::embedded_sync) {
        standby.database.is_primary = true;  // of its own, or the one that both share
        for (const auto name : writers)
            standby[name].replicas = standby[name].declared = 0;
    }
    for (auto& plane : planes)
        plane.jobs.last_success = now - 1h;
    for (auto& cluster : clusters) {
        cluster.exchanged = now;
        cluster.exchanged_with[0] = now;
    }
}

core::WallTime World::wall_at(Instant now) const { return clock_.at(now).wall; }

bool World::is_active(std::size_t plane, Instant now) const
{
    const auto& here = planes[plane];
    const bool writes =
        std::ranges::any_of(writers, [&](DeploymentName name) { return here[name].runs(now); });
    return here.has_power && writes && here.database.is_up && here.database.is_primary &&
           !here.database.is_read_only;
}

bool World::answers(std::size_t plane, Instant now) const
{
    const auto& here = planes[plane];
    return here.has_power && here.front.is_up && !here.front.hangs && !here.front.lies &&
           here.front.errors_per_mille < gone_from_per_mille &&
           here[DeploymentName::envoy].runs(now) && here[DeploymentName::iam].runs(now) &&
           here[DeploymentName::tsb].runs(now) && here.database.is_up && here.database.is_primary &&
           !here.database.is_read_only;
}

Service World::service_of(std::size_t plane, Instant now) const
{
    const auto& front = planes[plane].front;
    const auto served = std::ranges::count_if(
        network.from_cluster, [plane](const auto& links) { return links[plane].way == Way::open; });
    if (!answers(plane, now) || served == 0)
        return Service::gone;
    const bool is_sick = front.errors_per_mille >= sick_from_per_mille ||
                         front.is_certificate_expired ||
                         served * 2 <= static_cast<std::ptrdiff_t>(cluster_count);
    return is_sick ? Service::sick : Service::good;
}

bool World::can_exchange(std::size_t cluster, std::size_t plane, Instant now) const
{
    const auto& there = planes[plane];
    return network.from_cluster[cluster][plane].way == Way::open && there.has_power &&
           there.front.is_up && !there.front.hangs && there[DeploymentName::envoy].runs(now) &&
           there[DeploymentName::central].runs(now) && now >= clusters[cluster].available_from;
}

void World::exchange(std::size_t cluster, Instant now)
{
    auto& here = clusters[cluster];
    if (now < here.available_from)
        return;
    if (!can_exchange(cluster, here.peer, now)) {
        here.has_stream = false;
        here.peer = now >= here.resolves_from ? names.cached_for(names.ttl, now) : here.cached;
    }
    if (!can_exchange(cluster, here.peer, now))
        return;
    here.has_stream = true;
    here.exchanged = now;
    here.exchanged_with[here.peer] = now;
}

void World::advance(Instant now)
{
    settle(now);
    names.advance(now);
    const auto passed = std::max(now - advanced_, Duration::zero());
    advanced_ = now;
    for (std::size_t i = 0; i < plane_count; ++i) {
        auto& database = planes[i].database;
        if (is_active(i, now)) {
            database.position += bytes_per_second * (passed / 1ms) / 1000;
            database.acknowledged += writes_per_second * (passed / 1ms);
        }
        const auto& source = planes[other_plane(i)].database;
        const bool is_follower =
            !database.is_primary ||
            (variant_ == core::Variant::external_postgres && planes[i].stands_by);
        const bool follows =
            is_follower && database.is_up && database.streams && planes[i].has_power &&
            planes[other_plane(i)].has_power && source.is_up && source.is_primary &&
            network.replication.way == Way::open && source.timeline == database.timeline;
        if (follows)
            database.position = std::max(database.position, source.position - database.lag);
    }
}

/// A promotion that is over makes a primary, on a timeline of its own.
void World::settle(Instant now)
{
    for (auto& plane : planes) {
        auto& database = plane.database;
        if (!database.promotion_ends || now < *database.promotion_ends || !plane.has_power)
            continue;
        database.promotion_ends.reset();
        database.is_primary = true;
        database.operation.clear();
        ++database.timeline;
    }
}

Instant World::scale(
    std::size_t plane, DeploymentName name, std::int64_t replicas, Duration takes, Instant now)
{
    auto& there = planes[plane];
    auto& deployment = there[name];
    if (replicas == 0 && deployment.replicas > 0)
        deployment.pods_gone = there.has_kubelets ? now + takes : Instant::max();
    if (replicas > 0 && deployment.replicas == 0)
        deployment.available_from = there.has_kubelets ? now + takes : Instant::max();
    deployment.replicas = replicas;
    ++deployment.object.version;
    // Whoever runs the databases outside of the clusters follows the writers.
    if (variant_ != core::Variant::embedded_sync && name == DeploymentName::tsb && replicas > 0) {
        there.stands_by = false;
        planes[other_plane(plane)].stands_by = true;
    }
    return now + takes;
}

Instant World::promote(std::size_t plane, Duration takes, Instant now)
{
    auto& there = planes[plane];
    ++there.management_plane.version;
    there.stands_by = false;
    if (there.database.is_primary || there.database.promotion_ends)
        return now;
    there.database.promotion_ends = now + takes;
    there.database.operation = "promotion";
    return now + takes;
}

void World::reconnect_kubelets(std::size_t plane, Instant now)
{
    planes[plane].has_kubelets = true;
    for (auto& deployment : planes[plane].deployments) {
        if (deployment.pods_gone == Instant::max())
            deployment.pods_gone = now + 5s;
        if (deployment.available_from == Instant::max())
            deployment.available_from = now + 10s;
    }
}

std::int64_t World::bytes_behind(std::size_t standby) const
{
    const auto& mine = planes[standby].database;
    const auto& theirs = planes[other_plane(standby)].database;
    return variant_ == core::Variant::embedded_sync ? theirs.position - mine.position : 0;
}

}  // namespace understudy::simulation
