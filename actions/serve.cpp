#include "actions/serve.hpp"

#include "actions/words.hpp"
#include "net/cluster_list.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"

#include <algorithm>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

/// With no replica asked for a deployment is Available by Kubernetes' own rule, and serves nobody.
std::string trouble_with(const net::DeploymentView& deployment)
{
    if (deployment.replicas == 0)
        return "deployment " + deployment.name + " is scaled to 0";
    if (!deployment.is_available_now())
        return "deployment " + deployment.name + " is not Available: " + deployment.why;
    return {};
}

void add_clusters(
    core::Facts& facts,
    const std::vector<std::string>& known,
    const std::vector<std::string>& expected)
{
    std::string missing;
    for (const auto& name : expected) {
        if (std::ranges::find(known, name) == known.end())
            missing += (missing.empty() ? "" : ", ") + name;
    }
    facts["clusters"] = static_cast<std::int64_t>(known.size());
    facts["expected_clusters"] = static_cast<std::int64_t>(expected.size());
    facts["missing"] = missing;
}

void add_detail(core::Observation& seen, const std::string& detail)
{
    if (!detail.empty())
        seen.detail += (seen.detail.empty() ? "" : "; ") + detail;
}

}  // namespace

asio::awaitable<core::Observation> Serve::read_deployments(std::string names)
{
    auto seen = readable({});
    bool available = true;
    for (const auto& name : words_in(names)) {
        auto path = net::deployment_path(cluster_.name_space, name);
        const auto reply = co_await read(cluster_, std::move(path));
        if (reply.reason != core::Reason::none && !is_absent(reply))
            co_return unreadable(reply.detail);
        const auto trouble = reply.reason == core::Reason::none
                                 ? trouble_with(net::view_deployment(reply.object))
                                 : reply.detail;
        available = available && trouble.empty();
        add_detail(seen, trouble);
    }
    seen.facts["available"] = available;
    co_return seen;
}

asio::awaitable<void> Serve::add_plane(core::Observation& seen, core::Operation operation)
{
    const auto through = operation.parameter("through");
    const auto status = co_await api_->get("/status", through);
    seen.facts["status"] = std::int64_t{status.status};
    add_detail(seen, status.detail);
    const auto clusters = co_await api_->get("/clusters", through);
    seen.facts["clusters_status"] = std::int64_t{clusters.status};
    if (clusters.status != 200)
        add_detail(seen, clusters.detail);
    add_clusters(
        seen.facts, net::cluster_names_in(clusters.body),
        words_in(operation.parameter("expected")));
}

asio::awaitable<core::Observation> Serve::observe(core::Operation operation)
{
    auto deployments = operation.parameter("deployments");
    auto seen = co_await read_deployments(std::move(deployments));
    if (seen.readable)
        co_await add_plane(seen, std::move(operation));
    co_return seen;
}

}  // namespace understudy::actions
