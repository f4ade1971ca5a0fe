#include "actions/scale.hpp"

#include "actions/guarded_patch.hpp"
#include "actions/label_selector.hpp"
#include "actions/marks.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/whole_number.hpp"

#include <algorithm>
#include <optional>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

bool has_ended(const json::value& pod)
{
    const auto phase = net::string_at(pod, "/status/phase");
    return phase == "Succeeded" || phase == "Failed";
}

std::int64_t count_living(const json::value& pods)
{
    const auto& items = net::array_at(pods, "/items");
    return std::ranges::count_if(items, [](const json::value& pod) { return !has_ended(pod); });
}

/// Why it may not be taken for available; empty when it is. Controllers work from what they saw
/// last: the pods of a deployment that is scaled down and up again count as available after they
/// are gone.
std::string trouble_with(const net::DeploymentView& deployment, const json::value& pods)
{
    if (!deployment.is_available_now())
        return deployment.why;
    const auto ready = net::count_ready(pods);
    if (ready >= deployment.available_replicas)
        return {};
    return "its status counts " + std::to_string(deployment.available_replicas) +
           " available replicas, and " + std::to_string(ready) + " ready pods are there";
}

core::Observation view(const json::value& deployment, const json::value& pods)
{
    const auto seen = net::view_deployment(deployment);
    const auto trouble = trouble_with(seen, pods);
    auto observation = readable({});
    auto& facts = observation.facts;
    facts["exists"] = true;
    facts["replicas"] = seen.replicas;
    facts["available"] = trouble.empty();
    facts["pods"] = count_living(pods);
    facts["replicas_before"] = annotation_of(deployment, annotation::replicas_before);
    add_marks(facts, deployment);
    observation.detail = "deployment " + seen.name + ": replicas " + std::to_string(seen.replicas) +
                         ", pods " + std::to_string(count_living(pods)) +
                         (trouble.empty() ? ", Available" : ", not Available: " + trouble);
    return observation;
}

std::optional<std::int64_t> goal_of(const core::Operation& operation, std::int64_t present)
{
    const auto goal = net::whole_number(operation.parameter("replicas"));
    if (!goal || *goal < 0)
        return std::nullopt;
    return operation.parameter("at_least").empty() ? *goal : std::max(*goal, present);
}

}  // namespace

asio::awaitable<core::Observation> Scale::observe(core::Operation operation)
{
    auto path = net::deployment_path(cluster_.name_space, operation.object);
    const auto deployment = co_await read(cluster_, std::move(path));
    if (deployment.reason == core::Reason::missing)
        co_return absent(deployment.detail);
    if (deployment.reason != core::Reason::none)
        co_return unreadable(deployment.detail);

    const auto* selector = net::at(deployment.object, "/spec/selector");
    const auto text = selector == nullptr ? std::string() : label_selector_text(*selector);
    if (text.empty())
        co_return unreadable(deployment.detail + ": its selector cannot be understood");
    auto pods_path = net::pods_path(cluster_.name_space, text);
    const auto pods = co_await read(cluster_, std::move(pods_path));
    if (pods.reason != core::Reason::none)
        co_return unreadable(pods.detail);
    co_return view(deployment.object, pods.object);
}

asio::awaitable<Effect> Scale::perform(Order order)
{
    const auto obstacle = obstacle_in(order.facts, order.id);
    if (!obstacle.empty())
        co_return refused(obstacle);
    const auto present = core::find_fact<std::int64_t>(order.facts, "replicas").value_or(0);
    const auto goal = goal_of(order.operation, present);
    if (!goal)
        co_return refused("not sent: the parameter replicas is not a count");

    auto annotations = marks_of(order.id);
    if (present != *goal && !is_recorded(order, "replicas_before"))
        annotations[annotation::replicas_before] = std::to_string(present);
    GuardedPatch patch(core::find_fact<std::string>(order.facts, "version").value_or(""));
    patch.set("/spec/replicas", *goal);
    const bool annotated = core::find_fact<bool>(order.facts, "annotated").value_or(false);
    patch.set_members("/metadata/annotations", annotated, annotations);
    auto path = net::deployment_path(cluster_.name_space, order.operation.object);
    auto text = patch.text();
    co_return co_await send_json_patch(cluster_, std::move(path), std::move(text), order.deadline);
}

}  // namespace understudy::actions
