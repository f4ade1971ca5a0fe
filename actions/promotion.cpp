#include "actions/promotion.hpp"

#include "actions/marks.hpp"
#include "actions/merge_patch.hpp"
#include "net/boot_clock.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_effect.hpp"
#include "net/kubernetes_paths.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr auto not_a_patch = "the promote patch is not a JSON object; correct it in the "
                             "configuration";

core::Observation verdict(bool accepted, bool changes, const std::string& message)
{
    auto observation = readable(message);
    observation.facts["accepted"] = accepted;
    observation.facts["changes"] = changes;
    observation.facts["message"] = message;
    return observation;
}

core::Observation applied(bool is, const std::string& detail)
{
    auto observation = readable(detail);
    observation.facts["applied"] = is;
    return observation;
}

/// A verdict on the patch, and not on who asks, how often, or at what moment.
bool is_verdict(const net::KubernetesReply& reply)
{
    const auto status = reply.http.status;
    return net::effect_result_of(reply) == core::EffectResult::refused && status >= 400 &&
           status != 401 && status != 409 && status != 429;
}

net::KubernetesRequest patch_request(std::string path, std::string body)
{
    net::KubernetesRequest request;
    request.method = "PATCH";
    request.path = std::move(path);
    request.body = std::move(body);
    request.content_type = "application/merge-patch+json";
    return request;
}

bool differs(const json::value& before, const json::value& after)
{
    const auto* left = net::at(before, "/spec");
    const auto* right = net::at(after, "/spec");
    if (left == nullptr || right == nullptr)
        return left != right;
    return *left != *right;
}

json::object& member(json::object& object, std::string_view name)
{
    auto& value = object[{name.data(), name.size()}];
    if (!value.is_object())
        value.emplace_object();
    return value.get_object();
}

/// The operator's patch, held to what was read, with our marks.
std::string guarded(json::value patch, const Order& order)
{
    auto& metadata = member(patch.get_object(), "metadata");
    metadata["resourceVersion"] = core::find_fact<std::string>(order.facts, "version").value_or("");
    auto& annotations = member(metadata, "annotations");
    for (const auto& [name, value] : marks_of(order.id))
        annotations[name] = value;
    return json::serialize(patch);
}

}  // namespace

asio::awaitable<core::Observation> RehearsePromotion::observe(core::Operation operation)
{
    const auto patch = operation.parameter("patch");
    if (patch.empty())
        co_return verdict(true, false, "no patch is configured");
    if (!merge_patch_in(patch))
        co_return verdict(false, false, not_a_patch);

    const auto path = net::management_plane_path(cluster_.name_space, operation.object);
    auto read_path = path;
    const auto before = co_await read(cluster_, std::move(read_path));
    if (before.reason != core::Reason::none)
        co_return unreadable(before.detail);
    auto request = patch_request(path + "?dryRun=All", patch);
    const auto deadline = net::boot_now() + cluster_.read_timeout;
    const auto after = co_await cluster_.api->send(std::move(request), deadline);
    if (after.reason == core::Reason::none)
        co_return verdict(true, differs(before.object, after.object), "accepted");
    if (is_verdict(after))
        co_return verdict(false, false, after.detail);
    co_return unreadable(after.detail);
}

asio::awaitable<core::Observation> Promote::observe(core::Operation operation)
{
    const auto text = operation.parameter("patch");
    if (text.empty())
        co_return applied(true, "no patch is configured");
    const auto patch = merge_patch_in(text);
    if (!patch)
        co_return unreadable(not_a_patch);
    auto path = net::management_plane_path(cluster_.name_space, operation.object);
    const auto reply = co_await read(cluster_, std::move(path));
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    auto observation = applied(is_applied(reply.object, *patch), reply.detail);
    add_marks(observation.facts, reply.object);
    co_return observation;
}

asio::awaitable<Effect> Promote::perform(Order order)
{
    const auto obstacle = obstacle_in(order.facts, order.id);
    if (!obstacle.empty())
        co_return refused(obstacle);
    auto patch = merge_patch_in(order.operation.parameter("patch"));
    if (!patch)
        co_return refused(std::string("not sent: ") + not_a_patch);
    auto body = guarded(std::move(*patch), order);
    auto path = net::management_plane_path(cluster_.name_space, order.operation.object);
    auto request = patch_request(std::move(path), std::move(body));
    co_return co_await send_change(cluster_, std::move(request), order.deadline);
}

}  // namespace understudy::actions
