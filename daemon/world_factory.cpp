#include "daemon/world_factory.hpp"

#include "actions/dns_update_provider.hpp"
#include "actions/hook_name_provider.hpp"
#include "actions/resolve_name.hpp"
#include "actions/switch_name.hpp"
#include "net/prometheus_text.hpp"

#include <stdexcept>
#include <utility>

namespace understudy {

namespace asio = boost::asio;

namespace {

constexpr const char* floating = "floating";

/// Where hooks switch the name, nobody else does.
class NoProvider final : public actions::NameProvider {
public:
    asio::awaitable<actions::Effect> change(actions::NameChange change) override
    {
        actions::Effect effect;
        effect.result = core::EffectResult::refused;
        effect.detail = "nothing is configured that could change " + change.name;
        co_return effect;
    }
};

/// The step with the provider that it changes the name through.
class NameStep final : public actions::Action {
public:
    NameStep(std::unique_ptr<actions::NameProvider> provider, actions::SwitchName::Options options)
        : provider_(std::move(provider)), step_(*provider_, std::move(options))
    {}
    asio::awaitable<core::Observation> observe(core::Operation operation) override
    {
        return step_.observe(std::move(operation));
    }
    asio::awaitable<actions::Effect> perform(actions::Order order) override
    {
        return step_.perform(std::move(order));
    }

private:
    std::unique_ptr<actions::NameProvider> provider_;
    actions::SwitchName step_;
};

std::unique_ptr<actions::Action> make_name_step(
    const config::ActingDefinition& acting, const actions::WorldTools& tools)
{
    actions::SwitchName::Options options;
    options.servers = acting.name_servers;
    if (acting.name_hook)
        return std::make_unique<NameStep>(
            std::make_unique<actions::HookNameProvider>(tools.executor, acting.name_hook->argv),
            std::move(options));
    if (!acting.name_update)
        return std::make_unique<NameStep>(std::make_unique<NoProvider>(), std::move(options));
    const auto& update = *acting.name_update;
    options.update_server = update.server;
    options.token_record = update.token_record;
    options.ttl = update.ttl;
    actions::DnsUpdateProvider::Options provider;
    provider.server = update.server;
    provider.zone = update.zone;
    provider.key_name = update.key_name;
    provider.key_algorithm = update.key_algorithm;
    provider.key_file = update.key_file;
    return std::make_unique<NameStep>(
        std::make_unique<actions::DnsUpdateProvider>(tools.resolver, std::move(provider)),
        std::move(options));
}

net::PostgresAccess access_of(const probes::PostgresProbe::Options& probe)
{
    net::PostgresAccess access;
    access.name = probe.instance;
    access.host = probe.host;
    access.port = probe.port;
    access.user = probe.user;
    access.database = probe.database;
    access.password_file = probe.password_file;
    access.sslmode = probe.sslmode;
    access.ca_file = probe.ca_file;
    access.timeout = probe.timeout;
    return access;
}

actions::ContentQuery content_of(
    const config::ContentDefinition& content, net::PostgresAccess database)
{
    actions::ContentQuery query;
    query.database = std::move(database);
    query.database.database = content.database;
    query.sql = content.query;
    return query;
}

actions::PlaneApiOptions api_of(const config::PlaneAccess& plane)
{
    actions::PlaneApiOptions api;
    api.organization = plane.organization;
    if (!plane.request)
        return api;
    api.host = plane.request->host;
    api.port = plane.request->port;
    api.tls = plane.request->tls;
    api.tls_options = plane.request->tls_options;
    api.host_header = plane.request->host_header;
    api.credentials = plane.request->credentials;
    return api;
}

const net::KubernetesOptions& cluster_named(
    const config::Settings& settings, const std::string& name)
{
    const auto found = settings.acting_clusters.find(name);
    if (found == settings.acting_clusters.end())
        throw std::runtime_error(
            name + " has no kubeconfig, so nothing can be done there: set acting_kubeconfig");
    return found->second;
}

actions::PlaneAccess plane_access(
    const config::Settings& settings, const config::PlaneAccess& plane)
{
    actions::PlaneAccess access;
    access.kubernetes = cluster_named(settings, plane.name);
    access.name_space = plane.name_space;
    access.api = api_of(plane);
    for (const auto& probe : plane.postgres)
        access.databases.push_back(access_of(probe));
    if (settings.acting->content && !access.databases.empty())
        access.content = content_of(*settings.acting->content, access.databases.front());
    return access;
}

/// As the probe `NAME/exchange` reads it.
actions::EdgeMetrics metrics_of(const config::Settings& settings, const std::string& control_plane)
{
    actions::EdgeMetrics metrics;
    for (const auto& probe : settings.probes) {
        using OnCluster = config::OnCluster<probes::ExchangeProbe::Options>;
        const auto* exchange = std::get_if<OnCluster>(&probe.options);
        if (exchange == nullptr || probe.settings.target != control_plane)
            continue;
        metrics.port = exchange->probe.port;
        metrics.path = exchange->probe.path;
        metrics.metric = exchange->probe.metric;
        metrics.peer_label = exchange->probe.peer_label;
    }
    const auto& refusals = settings.acting->settings.token_error;
    metrics.token_error = net::series_in(refusals).value_or(net::Series());
    return metrics;
}

}  // namespace

std::unique_ptr<actions::Action> make_world_of(
    const config::Settings& settings, const actions::WorldTools& tools)
{
    if (!settings.acting)
        return nullptr;
    const auto& acting = *settings.acting;
    actions::WorldOptions options;
    options.instance = acting.settings.instance;
    for (const auto& plane : acting.planes)
        options.planes.emplace(plane.name, plane_access(settings, plane));
    for (const auto& name : acting.settings.control_planes) {
        actions::ControlPlaneAccess access;
        access.kubernetes = cluster_named(settings, name);
        access.name_space = acting.settings.edge_namespace;
        access.metrics = metrics_of(settings, name);
        options.control_planes.emplace(name, std::move(access));
    }
    for (const auto& hook : acting.hooks)
        options.hooks.emplace(hook.name, hook.argv);

    auto world = actions::make_world(options, tools);
    world->add(core::OperationKind::switch_name, floating, make_name_step(acting, tools));
    world->add(
        core::OperationKind::resolve_name, floating,
        std::make_unique<actions::ResolveName>(tools.resolver, actions::ResolveName::Options{}));
    return world;
}

}  // namespace understudy
