#include "sandbox/kube/kube_main.hpp"

#include "sandbox/control.hpp"
#include "sandbox/kube/cluster.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace understudy::sandbox {

namespace {

using Clusters = std::vector<std::shared_ptr<Cluster>>;

Cluster& cluster_named(const Clusters& clusters, const std::string& name)
{
    if (name.empty() && clusters.size() == 1)
        return *clusters.front();
    for (const auto& cluster : clusters) {
        if (cluster->name() == name)
            return *cluster;
    }
    throw std::runtime_error(fmt::format("no cluster \"{}\" here", name));
}

json::object all_states(const Clusters& clusters, const json::value& command)
{
    json::object states;
    for (const auto& cluster : clusters)
        states[cluster->name()] = cluster->command(command);
    return {{"clusters", states}};
}

json::object answer(const Clusters& clusters, const json::value& command)
{
    const auto name = text_at(command, "/cluster");
    if (text_at(command, "/cmd") == "state" && name.empty())
        return all_states(clusters, command);
    return cluster_named(clusters, name).command(command);
}

}  // namespace

void start_kube(boost::asio::io_context& io, const std::filesystem::path& config)
{
    const auto settings = load_kube_settings(config);
    const auto executor = io.get_executor();
    const auto resolver = std::make_shared<net::Resolver>(executor);
    const Lookup lookup = [resolver](std::string host, std::chrono::nanoseconds budget) {
        return resolver->resolve(std::move(host), budget);
    };
    Clusters clusters;
    for (const auto& cluster : settings.clusters)
        clusters.push_back(
            std::make_shared<Cluster>(executor, cluster, settings.users, settings.timing, lookup));
    for (const auto& cluster : clusters)
        cluster->start();
    serve_control(executor, settings.control, [clusters](const json::value& command) {
        return answer(clusters, command);
    });
}

}  // namespace understudy::sandbox
