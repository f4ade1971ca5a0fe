#include "actions/world.hpp"

#include "actions/await_primary.hpp"
#include "actions/cron_job.hpp"
#include "actions/promotion.hpp"
#include "actions/scale.hpp"
#include "actions/serve.hpp"

namespace understudy::actions {

namespace asio = boost::asio;
using core::OperationKind;

namespace {

std::string nobody_does(const core::Operation& operation)
{
    return std::string(core::name_of(operation.kind)) + " of " + operation.target +
           ": no access to it is configured";
}

void add_plane(
    World& world,
    const std::string& name,
    const PlaneAccess& plane,
    const Cluster& cluster,
    std::shared_ptr<PlaneApi> api,
    const std::string& instance,
    const WorldTools& tools)
{
    const auto add = [&](OperationKind kind, std::unique_ptr<Action> action) {
        world.add(kind, name, std::move(action));
    };
    add(OperationKind::record, std::make_unique<WorldRecord>(cluster, instance));
    add(OperationKind::suspend_cron_job, std::make_unique<SuspendCronJob>(cluster));
    add(OperationKind::await_jobs, std::make_unique<AwaitJobs>(cluster));
    add(OperationKind::compare_content,
        std::make_unique<CompareContent>(tools.resolver, plane.content));
    add(OperationKind::rehearse_promotion, std::make_unique<RehearsePromotion>(cluster));
    add(OperationKind::scale, std::make_unique<Scale>(cluster));
    add(OperationKind::promote, std::make_unique<Promote>(cluster));
    add(OperationKind::await_primary,
        std::make_unique<AwaitPrimary>(cluster, tools.resolver, plane.databases));
    add(OperationKind::serve, std::make_unique<Serve>(cluster, std::move(api)));
}

Cluster cluster_at(
    const net::KubernetesOptions& kubernetes,
    const std::string& name_space,
    core::Duration read_timeout,
    net::HttpClient& http)
{
    Cluster cluster;
    cluster.api = std::make_shared<net::KubernetesClient>(http, kubernetes);
    cluster.name_space = name_space;
    cluster.read_timeout = read_timeout;
    return cluster;
}

}  // namespace

void World::add(OperationKind kind, std::string target, std::unique_ptr<Action> action)
{
    actions_.insert_or_assign({kind, std::move(target)}, std::move(action));
}

Action* World::find(const core::Operation& operation) const
{
    auto found = actions_.find({operation.kind, operation.target});
    if (found == actions_.end())
        found = actions_.find({operation.kind, std::string()});
    return found == actions_.end() ? nullptr : found->second.get();
}

asio::awaitable<core::Observation> World::observe(core::Operation operation)
{
    auto* action = find(operation);
    if (action == nullptr)
        co_return unreadable(nobody_does(operation));
    co_return co_await action->observe(std::move(operation));
}

asio::awaitable<Effect> World::perform(Order order)
{
    auto* action = find(order.operation);
    if (action == nullptr)
        co_return refused(nobody_does(order.operation));
    co_return co_await action->perform(std::move(order));
}

Cluster cluster_of(const PlaneAccess& plane, core::Duration read_timeout, net::HttpClient& http)
{
    return cluster_at(plane.kubernetes, plane.name_space, read_timeout, http);
}

std::unique_ptr<World> make_world(const WorldOptions& options, const WorldTools& tools)
{
    auto world = std::make_unique<World>();
    PlaneApis planes;
    for (const auto& [name, plane] : options.planes) {
        const auto cluster = cluster_of(plane, options.read_timeout, tools.http);
        const auto api = std::make_shared<PlaneApi>(tools.http, plane.api);
        planes.emplace(name, api);
        add_plane(*world, name, plane, cluster, api, options.instance, tools);
    }
    for (const auto& [name, access] : options.control_planes) {
        auto cluster =
            cluster_at(access.kubernetes, access.name_space, options.read_timeout, tools.http);
        world->add(
            OperationKind::rejoin, name,
            std::make_unique<Rejoin>(std::move(cluster), access.metrics, tools.resolver, planes));
    }
    world->add(OperationKind::hook, {}, std::make_unique<RunHook>(tools.executor, options.hooks));
    return world;
}

}  // namespace understudy::actions
