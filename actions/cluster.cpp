#include "actions/cluster.hpp"

#include "net/kubernetes_effect.hpp"

#include <utility>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

Effect effect_of(const std::string& method, const net::KubernetesReply& reply)
{
    Effect effect;
    effect.result = net::effect_result_of(reply);
    effect.detail = method + " " + reply.detail;
    effect.retry_after = net::retry_after_of(reply);
    return effect;
}

}  // namespace

asio::awaitable<net::KubernetesReply> read(const Cluster& cluster, std::string path)
{
    return cluster.api->get(std::move(path), cluster.read_timeout);
}

asio::awaitable<Effect> send_change(
    const Cluster& cluster, net::KubernetesRequest request, core::Instant deadline)
{
    const auto method = request.method;
    const auto reply = co_await cluster.api->send(std::move(request), deadline);
    co_return effect_of(method, reply);
}

asio::awaitable<Effect> send_json_patch(
    const Cluster& cluster, std::string path, std::string patch, core::Instant deadline)
{
    net::KubernetesRequest request;
    request.method = "PATCH";
    request.path = std::move(path);
    request.body = std::move(patch);
    request.content_type = "application/json-patch+json";
    return send_change(cluster, std::move(request), deadline);
}

bool is_absent(const net::KubernetesReply& reply)
{
    return reply.reason == core::Reason::missing ||
           (reply.http.status == 404 && reply.http.body.starts_with("404 page not found"));
}

core::Observation readable(std::string detail)
{
    core::Observation observation;
    observation.readable = true;
    observation.detail = std::move(detail);
    return observation;
}

core::Observation absent(std::string detail)
{
    auto observation = readable(std::move(detail));
    observation.facts["exists"] = false;
    return observation;
}

core::Observation unreadable(std::string why)
{
    core::Observation observation;
    observation.detail = std::move(why);
    return observation;
}

Effect refused(std::string why)
{
    Effect effect;
    effect.result = core::EffectResult::refused;
    effect.detail = std::move(why);
    return effect;
}

}  // namespace understudy::actions
