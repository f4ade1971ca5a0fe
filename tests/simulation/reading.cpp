#include "reading.hpp"

#include <algorithm>
#include <string>

namespace understudy::simulation {

using core::Facts;
using core::Instant;
using core::Observation;
using core::Operation;
using core::OperationKind;
using namespace std::chrono_literals;

namespace {

constexpr core::Duration read_timeout = 3s;
constexpr core::Duration answer_time = 6ms;

struct Read {
    const Operation& operation;
    World& world;
    Instant now;
    Random& random;
    Reading result{};

    Facts& facts() { return result.observation.facts; }
    void fail(std::string why)
    {
        result.observation.readable = false;
        result.observation.detail = std::move(why);
    }
    bool passes(const Link& link)
    {
        const auto passage = pass(link, random);
        result.took = passage.there + answer_time + passage.back;
        result.observation.readable = passage.is_answered && result.took < read_timeout;
        if (!result.observation.readable) {
            result.took = passage.is_reset ? result.took : read_timeout;
            fail("no answer");
        }
        return result.observation.readable;
    }
};

void add_object(Facts& facts, const KubernetesObject& object)
{
    facts["version"] = std::to_string(object.version);
    if (!object.mark)
        return;
    facts["mark"] = core::text_of(*object.mark);
    facts["marked_epoch"] = static_cast<std::int64_t>(object.mark->epoch);
}

/// Whether the plane's API server answers this request.
bool asks_kubernetes(Read& read, std::size_t index)
{
    const auto& plane = read.world.planes[index];
    if (!read.passes(read.world.network.to_kubernetes[index]))
        return false;
    read.result.took += plane.kubernetes.slow;
    if (!plane.has_power || !plane.kubernetes.is_up || read.result.took >= read_timeout) {
        read.result.took = read_timeout;
        read.fail("the API server does not answer");
    } else if (read.random.chance(plane.kubernetes.throttled_per_mille)) {
        read.fail("429");
    } else if (read.random.chance(plane.kubernetes.fails_before_per_mille)) {
        read.fail("503");
    }
    return read.result.observation.readable;
}

void read_record(Read& read, const Plane& plane)
{
    const auto& record = plane.record;
    read.facts() = {
        {"exists", record.exists},
        {"instance", record.instance},
        {"epoch", static_cast<std::int64_t>(record.epoch)},
        {"plan_hash", record.plan_hash},
        {"process", record.process},
        {"cursor", record.cursor},
        {"hold", record.hold}};
    add_object(read.facts(), record.object);
}

void read_cron_job(Read& read, const Plane& plane)
{
    const bool exists = read.world.variant() == core::Variant::restore;
    read.facts() = {{"exists", exists}, {"suspended", plane.jobs.is_suspended}};
    add_object(read.facts(), plane.jobs.object);
}

void read_rehearsal(Read& read, const Plane& plane)
{
    read.facts() = {
        {"accepted", plane.accepts_promotion},
        {"changes", plane.stands_by},
        {"message", std::string(plane.accepts_promotion ? "" : "denied the request")}};
}

void read_deployment(Read& read, Plane& plane)
{
    const auto name = index_in(deployment_names, read.operation.object);
    if (!name) {
        read.facts() = {{"exists", false}};
        return;
    }
    auto& deployment = plane.deployments[*name];
    const bool has_pods = deployment.has_pods(read.now);
    read.facts() = {
        {"exists", true},
        {"replicas", deployment.replicas},
        {"pods", std::int64_t{has_pods ? std::max<std::int64_t>(deployment.replicas, 1) : 0}},
        {"available", deployment.is_available(read.now)}};
    add_object(read.facts(), deployment.object);
    if (!has_pods)
        deployment.seen_stopped = read.now;
}

void read_promotion(Read& read, const Plane& plane)
{
    read.facts() = {{"applied", !plane.stands_by}};
    add_object(read.facts(), plane.management_plane);
}

void read_primary(Read& read, const Plane& plane)
{
    const auto& database = plane.database;
    const bool is_primary = database.is_primary && database.is_up;
    read.facts() = {
        {"primaries", std::int64_t{is_primary ? 1 : 0}},
        {"operation", database.operation},
        {"ready", database.is_up && !database.promotion_ends ? database.ready : 1},
        {"replicas", std::int64_t{2}},
        {"followers_astray", std::int64_t{0}}};
}

void read_service(Read& read, std::size_t plane_index)
{
    const auto& plane = read.world.planes[plane_index];
    const bool available = std::ranges::all_of(
        std::array{DeploymentName::tsb, DeploymentName::iam, DeploymentName::envoy},
        [&](DeploymentName name) { return plane[name].is_available(read.now); });
    const bool is_ok = read.world.answers(plane_index, read.now) &&
                       !read.random.chance(plane.front.errors_per_mille) &&
                       !plane.front.is_certificate_expired && !plane.front.refuses_credentials;
    read.facts() = {
        {"available", available},
        {"status", std::int64_t{is_ok ? 200 : 503}},
        {"clusters_status", std::int64_t{is_ok ? 200 : 503}},
        {"clusters", std::int64_t{is_ok ? 3 : 0}},
        {"expected_clusters", std::int64_t{3}},
        {"missing", std::string()}};
}

void read_name(Read& read)
{
    const auto& names = read.world.names;
    const auto to = read.operation.parameter("to");
    std::string listed;
    std::int64_t silent = 0;
    int all_new = 0;
    int all_old = 0;
    for (std::size_t server = 0; server < server_count; ++server) {
        const auto passage = pass(read.world.network.to_server[server], read.random);
        const bool is_heard = names.is_up[server] && passage.is_answered;
        const auto answer = plane_hosts[names.answer_of(server)];
        silent += is_heard ? 0 : 1;
        all_new += is_heard && answer == to ? 1 : 0;
        all_old += is_heard && answer != to ? 1 : 0;
        listed += (server == 0 ? "ns1=" : " ns2=") + (is_heard ? answer : std::string("?"));
        // The token is asked of the server that takes the updates.
        if (server == 0 && is_heard)
            read.facts()["mark"] = names.token() ? core::text_of(*names.token()) : std::string();
    }
    const int heard = all_new + all_old;
    read.result.took = silent > 0 ? read_timeout : 20ms;
    read.result.observation.readable = heard > 0;
    read.facts()["answers"] = listed;
    read.facts()["unreachable"] = silent;
    read.facts()["all_new"] = silent == 0 && all_new == heard;
    read.facts()["all_old"] = heard > 0 && all_old == heard;
}

void read_resolver(Read& read)
{
    if (!read.world.network.own_resolver_answers) {
        read.result.took = read_timeout;
        read.fail("our resolver does not answer");
        return;
    }
    const auto plane = read.world.names.cached_for(read.world.names.ttl / 2, read.now);
    read.result.observation.readable = true;
    read.facts() = {
        {"answer", plane_hosts[plane]},
        {"is_new", plane_hosts[plane] == read.operation.parameter("to")}};
}

std::int64_t unix_ms(core::WallTime wall) { return wall.time_since_epoch().count(); }

void read_control_plane(Read& read, std::size_t index)
{
    if (!read.passes(read.world.network.to_cluster[index]))
        return;
    const auto& cluster = read.world.clusters[index];
    const auto own_wall = [&](Instant when) {
        return unix_ms(read.world.wall_at(when) + cluster.clock_offset);
    };
    read.facts() = {
        {"synced_at", own_wall(cluster.exchanged)},
        {"peer", read.world.tells_peer ? plane_hosts[cluster.last_peer()] : std::string()},
        {"available", read.now >= cluster.available_from},
        {"restarted_at", cluster.restarted_at},
        {"token_error", false},
        {"date", own_wall(read.now) / 1000 * 1000}};
    add_object(read.facts(), cluster.object);
}

void read_of_plane(Read& read, std::size_t index)
{
    auto& plane = read.world.planes[index];
    if (read.operation.kind == OperationKind::serve) {
        if (read.passes(read.world.network.to_plane[index]) && asks_kubernetes(read, index))
            read_service(read, index);
        return;
    }
    if (!asks_kubernetes(read, index))
        return;
    switch (read.operation.kind) {
    case OperationKind::record: read_record(read, plane); return;
    case OperationKind::suspend_cron_job: read_cron_job(read, plane); return;
    case OperationKind::await_jobs:
        read.facts() = {{"active", std::int64_t{read.now < plane.jobs.busy_until ? 1 : 0}}};
        return;
    case OperationKind::compare_content: read.facts() = {{"asked", false}}; return;
    case OperationKind::rehearse_promotion: read_rehearsal(read, plane); return;
    case OperationKind::scale: read_deployment(read, plane); return;
    case OperationKind::promote: read_promotion(read, plane); return;
    case OperationKind::await_primary: read_primary(read, plane); return;
    case OperationKind::serve:
    case OperationKind::switch_name:
    case OperationKind::resolve_name:
    case OperationKind::rejoin:
    case OperationKind::hook: read.fail("no reading of a plane"); return;
    }
}

}  // namespace

Reading read_operation(const Operation& operation, World& world, Instant now, Random& random)
{
    Read read{operation, world, now, random};
    if (operation.kind == OperationKind::switch_name)
        read_name(read);
    else if (operation.kind == OperationKind::resolve_name)
        read_resolver(read);
    else if (const auto cluster = index_in(cluster_names, operation.target))
        read_control_plane(read, *cluster);
    else if (const auto plane = index_in(plane_names, operation.target))
        read_of_plane(read, *plane);
    else
        read.fail("no such target");
    return std::move(read.result);
}

}  // namespace understudy::simulation
