#include "sandbox/kube/workload.hpp"

#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/plane_objects.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view edge_name = "edge";
constexpr std::string_view operator_name = "tsb-operator-control-plane";
constexpr std::string_view metrics_port = "8080";  // TSB-13

json::object labels_of(std::string_view name)
{
    return {{"app", name}, {"platform.tsb.tetrate.io/plane", "control"}};
}

}  // namespace

Workload::Workload(
    asio::any_io_executor executor,
    std::shared_ptr<ObjectStore> store,
    std::shared_ptr<Deployments> deployments,
    WorkloadSettings settings,
    KubeTiming timing,
    std::shared_ptr<TokenKeeper> tokens,
    std::shared_ptr<Edge> edge)
    : executor_(executor),
      store_(std::move(store)),
      deployments_(std::move(deployments)),
      settings_(std::move(settings)),
      timing_(timing),
      tokens_(std::move(tokens)),
      edge_(std::move(edge)),
      changed_(executor)
{}

void Workload::start()
{
    create_objects();
    tokens_->make_missing();
    store_->on_change([weak = weak_from_this()](const Change&) {
        if (const auto self = weak.lock())
            self->changed_.ring();
    });
    spawn(executor_, keep_tokens(), shared_from_this());
}

void Workload::create_objects()
{
    for (const auto& name : {std::string("default"), settings_.name_space})
        store_->create(
            type_of_kind("Namespace"),
            {{"metadata", {{"name", name}}}, {"status", {{"phase", "Active"}}}});
    for (const auto name : {edge_name, operator_name})
        store_->create(
            type_of_kind("Deployment"),
            deployment_object(settings_.name_space, std::string(name), 1, labels_of(name)));
    const json::object managed{
        {"host", settings_.floating_name}, {"port", 8443}, {"clusterName", settings_.cluster}};
    store_->create(
        type_of_kind("ControlPlane"),
        {{"metadata", {{"name", "controlplane"}, {"namespace", settings_.name_space}}},
         {"spec", {{"managementPlane", managed}}}});
}

asio::awaitable<void> Workload::keep_tokens()
{
    for (;;) {
        const auto idle = std::chrono::steady_clock::now() + 10min;
        co_await changed_.wait_until(idle);
        co_await sleep_for(timing_.operator_reaction);
        const auto pod = newest_ready_pod(operator_name);
        if (!pod.empty())
            tokens_->look(pod);
    }
}

std::string Workload::newest_ready_pod(std::string_view deployment) const
{
    std::string newest;
    for (const auto& pod : deployments_->running(std::string(deployment))) {
        if (deployments_->is_ready_pod(pod))
            newest = pod;
    }
    return newest;
}

void Workload::follow_pods() { edge_->follow(newest_ready_pod(edge_name)); }

Response Workload::answer(
    const json::value& pod, const std::string& port, const std::string& path) const
{
    const auto name = text_at(pod, "/metadata/name");
    const bool serves =
        text_at(pod, "/metadata/labels/app") == edge_name && deployments_->is_ready_pod(name);
    if (!serves || port != metrics_port)
        throw ApiError(
            503, "ServiceUnavailable",
            fmt::format("error trying to reach service: connect to {}:{}: refused", name, port));
    if (path != "/metrics")
        throw ApiError(404, "NotFound", "the server could not find the requested resource");
    Response metrics(200, edge_->metrics());
    metrics.content_type = "text/plain; version=0.0.4";
    return metrics;
}

}  // namespace understudy::sandbox
