#include "actions/await_primary.hpp"

#include "actions/database_roles.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_objects.hpp"
#include "net/kubernetes_paths.hpp"

#include <algorithm>
#include <set>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

bool is_primary(const json::value& pod)
{
    return net::string_at(pod, "/metadata/labels/replicationRole") == "primary" &&
           net::is_ready_pod(pod);
}

/// Under which names the others may know the primary. A Kubegres pod is number 0 of a StatefulSet
/// of its own, whose name is a Service as well; the one for writing bears the instance's name.
std::set<std::string> names_of_primary(const json::array& pods, const std::string& instance)
{
    std::set<std::string> names{instance};
    for (const auto& pod : pods) {
        if (!is_primary(pod))
            continue;
        const auto name = net::name_of(pod);
        names.insert({name, name.substr(0, name.rfind('-')), net::string_at(pod, "/status/podIP")});
    }
    return names;
}

/// What the labels say and what the servers do must agree, and the larger number is the danger.
std::int64_t primaries_of(std::int64_t labelled, std::int64_t writable)
{
    return std::min(labelled, writable) == 0 && writable < 2 ? 0 : std::max(labelled, writable);
}

}  // namespace

asio::awaitable<core::Observation> AwaitPrimary::observe(core::Operation operation)
{
    auto path = net::kubegres_path(cluster_.name_space, operation.object);
    const auto instance = co_await read(cluster_, std::move(path));
    if (instance.reason != core::Reason::none)
        co_return unreadable(instance.detail);
    auto pods_path = net::pods_path(cluster_.name_space, "app=" + operation.object);
    const auto pods = co_await read(cluster_, std::move(pods_path));
    if (pods.reason != core::Reason::none)
        co_return unreadable(pods.detail);

    std::vector<DatabaseRole> roles;
    for (const auto& database : databases_) {
        auto access = database;
        auto role = co_await read_role(resolver_, std::move(access));
        roles.push_back(std::move(role));
    }
    const auto& items = net::array_at(pods.object, "/items");
    const auto labelled = std::int64_t{std::ranges::count_if(items, is_primary)};
    auto observation = readable(instance.detail);
    for (const auto& role : roles) {
        if (!role.detail.empty())
            observation.detail += "; " + role.detail;
    }
    auto& facts = observation.facts;
    facts["primaries"] =
        databases_.empty() ? labelled : primaries_of(labelled, count_writable(roles));
    facts["operation"] = net::string_at(instance.object, "/status/blockingOperation/operationId");
    facts["ready"] = net::count_ready(pods.object);
    facts["replicas"] = net::int_at(instance.object, "/spec/replicas").value_or(0);
    facts["followers_astray"] = count_astray(roles, names_of_primary(items, operation.object));
    co_return observation;
}

}  // namespace understudy::actions
