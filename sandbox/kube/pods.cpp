#include "sandbox/kube/pods.hpp"

#include "sandbox/kube/conditions.hpp"
#include "sandbox/kube/object_store.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace {

constexpr std::string_view owner_pointer = "/metadata/annotations/understudy.sandbox~1deployment";

json::array container_statuses(const json::value& pod, bool ready)
{
    json::array statuses;
    const auto* containers = find_at(pod, "/spec/containers");
    if (containers == nullptr || !containers->is_array())
        return statuses;
    for (const auto& container : containers->get_array())
        statuses.push_back(
            {{"name", text_at(container, "/name")},
             {"image", text_at(container, "/image")},
             {"ready", ready},
             {"started", true},
             {"restartCount", 0},
             {"state", {{"running", {{"startedAt", text_at(pod, "/status/startTime")}}}}}});
    return statuses;
}

/// Metadata of an object that a deployment owns. The annotation tells our own controller whose it
/// is.
json::value owned_metadata(
    const json::value& deployment, const std::string& name, const std::string& hash)
{
    const auto* labels = find_at(deployment, "/spec/template/metadata/labels");
    json::value owned{
        {"metadata", {{"name", name}, {"namespace", text_at(deployment, "/metadata/namespace")}}}};
    set_at(owned, "/metadata/labels", labels == nullptr ? json::value(json::object()) : *labels);
    set_at(owned, "/metadata/labels/pod-template-hash", json::value(hash));
    set_at(owned, owner_pointer, json::value(text_at(deployment, "/metadata/name")));
    return *find_at(owned, "/metadata");
}

json::array owner(std::string_view api_version, std::string_view kind, const std::string& name)
{
    return {json::object{
        {"apiVersion", api_version}, {"kind", kind}, {"name", name}, {"controller", true}}};
}

}  // namespace

json::value pod_of(const json::value& deployment, const std::string& name, const std::string& hash)
{
    const auto* spec = find_at(deployment, "/spec/template/spec");
    auto metadata = owned_metadata(deployment, name, hash);
    const auto set_name = fmt::format("{}-{}", text_at(deployment, "/metadata/name"), hash);
    set_at(metadata, "/ownerReferences", owner("apps/v1", "ReplicaSet", set_name));
    json::value pod{
        {"metadata", std::move(metadata)},
        {"spec", spec == nullptr ? json::value(json::object()) : *spec},
        {"status", {{"phase", "Running"}, {"startTime", timestamp_now()}}}};
    show_readiness(pod, false);
    return pod;
}

json::value replica_set_of(
    const json::value& deployment, const std::string& hash, std::int64_t replicas)
{
    const auto name = fmt::format("{}-{}", text_at(deployment, "/metadata/name"), hash);
    auto metadata = owned_metadata(deployment, name, hash);
    set_at(
        metadata, "/ownerReferences",
        owner("apps/v1", "Deployment", text_at(deployment, "/metadata/name")));
    const auto* wanted = find_at(deployment, "/spec/template");
    const auto* selector = find_at(deployment, "/spec/selector");
    return {
        {"metadata", std::move(metadata)},
        {"spec",
         {{"replicas", replicas},
          {"selector", selector == nullptr ? json::value(json::object()) : *selector},
          {"template", wanted == nullptr ? json::value(json::object()) : *wanted}}},
        {"status", {{"replicas", replicas}}}};
}

std::string owning_deployment(const json::value& object) { return text_at(object, owner_pointer); }

void show_readiness(json::value& pod, bool ready)
{
    set_condition(pod, "Ready", ready, ready ? "" : "ContainersNotReady");
    set_condition(pod, "ContainersReady", ready, ready ? "" : "ContainersNotReady");
    set_at(pod, "/status/containerStatuses", container_statuses(pod, ready));
}

}  // namespace understudy::sandbox
