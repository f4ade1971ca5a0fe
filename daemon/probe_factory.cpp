#include "daemon/probe_factory.hpp"

#include <type_traits>

namespace understudy {

namespace {

using Clusters = std::map<std::string, std::shared_ptr<net::KubernetesClient>>;

/// Makes one probe; an overload for each kind, so that a new kind does not compile until it is
/// here.
struct Maker {
    const ProbeTools& tools;
    const Clusters& clusters;
    using Made = std::shared_ptr<probes::Probe>;

    Made operator()(const probes::HttpProbe::Options& options) const
    {
        return std::make_shared<probes::HttpProbe>(tools.http, options);
    }
    Made operator()(const probes::TcpProbe::Options& options) const
    {
        return std::make_shared<probes::TcpProbe>(tools.resolver, options);
    }
    Made operator()(const probes::TlsProbe::Options& options) const
    {
        return std::make_shared<probes::TlsProbe>(tools.resolver, options);
    }
    Made operator()(const probes::PostgresProbe::Options& options) const
    {
        return std::make_shared<probes::PostgresProbe>(tools.resolver, options);
    }
    Made operator()(const probes::DnsProbe::Options& options) const
    {
        return std::make_shared<probes::DnsProbe>(tools.executor, options);
    }
    Made operator()(const probes::ExecProbe::Options& options) const
    {
        return std::make_shared<probes::ExecProbe>(tools.executor, options);
    }
    Made operator()(const config::OnCluster<probes::KubernetesProbe::Options>& on) const
    {
        return std::make_shared<probes::KubernetesProbe>(clusters.at(on.cluster), on.probe);
    }
    Made operator()(const config::OnCluster<probes::ExchangeProbe::Options>& on) const
    {
        return std::make_shared<probes::ExchangeProbe>(clusters.at(on.cluster), on.probe);
    }
};

}  // namespace

ProbeSet make_probes(const config::Settings& settings, const ProbeTools& tools)
{
    Clusters clusters;
    for (const auto& [name, options] : settings.clusters)
        clusters.emplace(name, std::make_shared<net::KubernetesClient>(tools.http, options));

    ProbeSet made;
    for (const auto& definition : settings.probes)
        made.emplace(
            definition.settings.id, std::visit(Maker{tools, clusters}, definition.options));
    return made;
}

std::vector<Held> make_held(const config::Settings& settings, const ProbeTools& tools)
{
    std::vector<Held> held;
    for (const auto& definition : settings.probes) {
        const auto* tls = std::get_if<probes::TlsProbe::Options>(&definition.options);
        if (definition.settings.purpose != core::Purpose::agents || tls == nullptr)
            continue;
        probes::HeldConnection::Options options;
        options.host = tls->host;
        options.port = tls->port;
        options.tls_options = tls->tls_options;
        options.connect_timeout = tls->timeout;
        held.push_back(
            {definition.settings.target,
             std::make_shared<probes::HeldConnection>(tools.resolver, std::move(options))});
    }
    return held;
}

}  // namespace understudy
