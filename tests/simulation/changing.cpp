#include "changing.hpp"

#include <algorithm>
#include <charconv>

namespace understudy::simulation {

using core::EffectResult;
using core::Instant;
using core::OperationKind;
using core::run_effect::Perform;
using namespace std::chrono_literals;

namespace {

struct Change {
    const Perform& order;
    const std::string& instance;
    World& world;
    Instant now;
    Random& random;

    std::int64_t number(std::string_view parameter) const
    {
        const auto text = order.operation.parameter(parameter);
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    bool has_read_version_of(const KubernetesObject& object) const
    {
        return core::find_fact<std::string>(order.facts, "version") ==
               std::to_string(object.version);
    }
};

Reception stored(Instant settles = {})
{
    Reception reception;
    reception.result = EffectResult::applied;
    reception.is_stored = true;
    reception.settles = settles;
    return reception;
}

Reception refused(std::string detail)
{
    Reception reception;
    reception.result = EffectResult::refused;
    reception.detail = std::move(detail);
    return reception;
}

Reception write_record(const Change& change, Plane& plane)
{
    auto& record = plane.record;
    const bool existed = core::find_fact<bool>(change.order.facts, "exists").value_or(false);
    if (existed != record.exists || (existed && !change.has_read_version_of(record.object)))
        return refused("409");
    record.exists = true;
    record.instance = change.instance;
    record.epoch = change.order.id.epoch;
    record.plan_hash = change.order.operation.parameter("plan_hash");
    record.process = change.order.operation.parameter("process");
    record.cursor = change.number("cursor");
    record.object.mark = change.order.id;
    ++record.object.version;
    return stored();
}

Reception suspend(const Change& change, Plane& plane)
{
    auto& jobs = plane.jobs;
    if (!change.has_read_version_of(jobs.object))
        return refused("409");
    jobs.is_suspended = change.order.operation.parameter("suspend") == "true";
    jobs.object.mark = change.order.id;
    ++jobs.object.version;
    return stored();
}

Reception scale(const Change& change, std::size_t index)
{
    auto& plane = change.world.planes[index];
    const auto name = index_in(deployment_names, change.order.operation.object);
    if (!name)
        return refused("404");
    auto& deployment = plane.deployments[*name];
    if (!change.has_read_version_of(deployment.object))
        return refused("409");
    auto wanted = change.number("replicas");
    if (!change.order.operation.parameter("at_least").empty())
        wanted = std::max(wanted, deployment.replicas);
    const auto takes = change.random.between(500ms, 15s);
    const auto settles =
        change.world.scale(index, static_cast<DeploymentName>(*name), wanted, takes, change.now);
    deployment.object.mark = change.order.id;
    return stored(settles);
}

Reception promote(const Change& change, std::size_t index)
{
    auto& plane = change.world.planes[index];
    if (!change.has_read_version_of(plane.management_plane))
        return refused("409");
    if (!plane.accepts_promotion)
        return refused("denied the request");
    const auto settles = change.world.promote(index, change.random.between(1s, 30s), change.now);
    plane.management_plane.mark = change.order.id;
    return stored(settles);
}

/// RFC 2136 prerequisites: the name still leads where it did, and the token is the one that was
/// read.
Reception switch_name(const Change& change)
{
    auto& names = change.world.names;
    const auto& operation = change.order.operation;
    const auto token = core::operation_id_in(
        core::find_fact<std::string>(change.order.facts, "mark").value_or(""));
    const auto to = index_in(plane_hosts, operation.parameter("to"));
    if (!to || plane_hosts[names.plane()] != operation.parameter("from") || token != names.token())
        return refused("NXRRSET");
    names.point_to(*to, change.order.id, change.now);
    return stored(change.now + names.secondary_lag);
}

Reception restart(const Change& change, ControlPlane& cluster)
{
    if (!change.has_read_version_of(cluster.object))
        return refused("409");
    cluster.restarted_at = core::find_fact<std::int64_t>(change.order.facts, "date").value_or(0);
    cluster.available_from = change.now + change.random.between(5s, 20s);
    cluster.has_stream = false;
    cluster.peer = change.now >= cluster.resolves_from
                       ? change.world.names.cached_for(change.world.names.ttl, change.now)
                       : cluster.cached;
    cluster.object.mark = change.order.id;
    ++cluster.object.version;
    return stored(cluster.available_from);
}

Reception store(const Change& change, std::size_t plane)
{
    auto& there = change.world.planes[plane];
    switch (change.order.operation.kind) {
    case OperationKind::record: return write_record(change, there);
    case OperationKind::suspend_cron_job: return suspend(change, there);
    case OperationKind::scale: return scale(change, plane);
    case OperationKind::promote: return promote(change, plane);
    case OperationKind::await_jobs:
    case OperationKind::compare_content:
    case OperationKind::rehearse_promotion:
    case OperationKind::await_primary:
    case OperationKind::serve:
    case OperationKind::switch_name:
    case OperationKind::resolve_name:
    case OperationKind::rejoin:
    case OperationKind::hook: break;
    }
    return refused("no effect of a plane");
}

/// An API server on a bad day: it may refuse, or say nothing of use before or after it stored.
Reception ask_kubernetes(const Change& change, std::size_t index)
{
    const auto& api = change.world.planes[index].kubernetes;
    Reception reception;
    if (!change.world.planes[index].has_power || !api.is_up) {
        reception.is_answered = false;
        return reception;
    }
    if (change.random.chance(api.throttled_per_mille)) {
        reception = refused("429");
        reception.retry_after = change.random.between(1s, 10s);
        return reception;
    }
    if (change.random.chance(api.fails_before_per_mille)) {
        reception.detail = "503";
        return reception;
    }
    reception = store(change, index);
    if (change.random.chance(api.fails_after_per_mille)) {
        reception.result = EffectResult::unknown;
        reception.detail = "500";
    }
    return reception;
}

}  // namespace

std::string obstacle_to(const Perform& order)
{
    const auto& facts = order.facts;
    const auto epoch_of = [&facts](std::string_view fact) {
        return static_cast<std::uint64_t>(
            std::max<std::int64_t>(0, core::find_fact<std::int64_t>(facts, fact).value_or(0)));
    };
    if (order.operation.kind == OperationKind::switch_name) {
        const auto token = core::find_fact<std::string>(facts, "mark");
        if (!token)
            return "not sent: the reading did not tell the token";
        const auto writer = core::operation_id_in(*token);
        return writer && *writer > order.id ? "not sent: a later operation changed it" : "";
    }
    if (order.operation.kind == OperationKind::record)
        return core::find_fact<bool>(facts, "exists") && epoch_of("epoch") <= order.id.epoch
                   ? ""
                   : "not sent: the record is newer";
    if (core::find_fact<std::string>(facts, "version").value_or("").empty())
        return "not sent: the object was not read before";
    return epoch_of("marked_epoch") > order.id.epoch ? "not sent: a newer epoch has written it"
                                                     : "";
}

Reception receive(
    const Perform& order, const std::string& instance, World& world, Instant now, Random& random)
{
    const Change change{order, instance, world, now, random};
    if (order.operation.kind == OperationKind::switch_name) {
        if (world.names.is_up[0])
            return switch_name(change);
        Reception silent;
        silent.is_answered = false;
        return silent;
    }
    if (const auto cluster = index_in(cluster_names, order.operation.target))
        return restart(change, world.clusters[*cluster]);
    if (const auto plane = index_in(plane_names, order.operation.target))
        return ask_kubernetes(change, *plane);
    return refused("no such target");
}

const Link& link_of(const core::Operation& operation, const World& world)
{
    if (operation.kind == OperationKind::switch_name)
        return world.network.to_server[0];
    if (const auto cluster = index_in(cluster_names, operation.target))
        return world.network.to_cluster[*cluster];
    return world.network.to_kubernetes[index_in(plane_names, operation.target).value_or(0)];
}

}  // namespace understudy::simulation
