#include "sandbox/kube/resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace understudy::sandbox {

namespace {

constexpr std::string_view tetrate = "install.tetrate.io";
constexpr std::string_view reactive = "kubegres.reactive-tech.io";

// clang-format off
constexpr std::array types{
    //           group    version      plural              singular            kind               short     ns     status scale  built in
    ResourceType{"",       "v1",       "namespaces",       "namespace",        "Namespace",       "ns",     false, true,  false, true},
    ResourceType{"",       "v1",       "pods",             "pod",              "Pod",             "po",     true,  true,  false, true},
    ResourceType{"",       "v1",       "services",         "service",          "Service",         "svc",    true,  true,  false, true},
    ResourceType{"",       "v1",       "secrets",          "secret",           "Secret",          "",       true,  false, false, true},
    ResourceType{"",       "v1",       "configmaps",       "configmap",        "ConfigMap",       "cm",     true,  false, false, true},
    ResourceType{"",       "v1",       "events",           "event",            "Event",           "ev",     true,  false, false, true},
    ResourceType{"apps",   "v1",       "deployments",      "deployment",       "Deployment",      "deploy", true,  true,  true,  true},
    ResourceType{"apps",   "v1",       "replicasets",      "replicaset",       "ReplicaSet",      "rs",     true,  true,  true,  true},
    ResourceType{"apps",   "v1",       "statefulsets",     "statefulset",      "StatefulSet",     "sts",    true,  true,  true,  true},
    ResourceType{"batch",  "v1",       "jobs",             "job",              "Job",             "",       true,  true,  false, true},
    ResourceType{"batch",  "v1",       "cronjobs",         "cronjob",          "CronJob",         "cj",     true,  true,  false, true},
    ResourceType{"batch",  "v1beta1",  "cronjobs",         "cronjob",          "CronJob",         "cj",     true,  true,  false, true},
    ResourceType{tetrate,  "v1alpha1", "managementplanes", "managementplane",  "ManagementPlane", "management", true, true, false, false},
    ResourceType{tetrate,  "v1alpha1", "controlplanes",    "controlplane",     "ControlPlane",    "",       true,  true,  false, false},
    ResourceType{reactive, "v1",       "kubegres",         "kubegres",         "Kubegres",        "",       true,  true,  false, false},
};
// clang-format on

/// Groups with their versions, the preferred one first.
using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;

Groups groups(bool batch_v1beta1)
{
    Groups result;
    for (const auto& type : types) {
        if (type.version == "v1beta1" && !batch_v1beta1)
            continue;
        auto& versions = result[std::string(type.group)];
        if (std::ranges::find(versions, type.version) == versions.end())
            versions.emplace_back(type.version);
    }
    return result;
}

json::object group_version(std::string_view group, std::string_view version)
{
    return {{"groupVersion", fmt::format("{}/{}", group, version)}, {"version", version}};
}

json::object group_object(const std::string& name, const std::vector<std::string>& versions)
{
    json::array listed;
    for (const auto& version : versions)
        listed.push_back(group_version(name, version));
    return {{"name", name}, {"versions", listed}, {"preferredVersion", listed.front()}};
}

json::value group_list(const Groups& known)
{
    json::array list;
    for (const auto& [name, versions] : known) {
        if (!name.empty())
            list.push_back(group_object(name, versions));
    }
    list.push_back(group_object("authorization.k8s.io", {"v1"}));
    return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", list}};
}

json::object resource_object(const ResourceType& type)
{
    json::object object{
        {"name", type.plural},
        {"singularName", type.singular},
        {"namespaced", type.namespaced},
        {"kind", type.kind},
        {"verbs", {"create", "delete", "get", "list", "patch", "update", "watch"}}};
    if (!type.short_name.empty())
        object["shortNames"] = json::array{type.short_name};
    return object;
}

json::object subresource(const ResourceType& type, std::string_view name, std::string_view kind)
{
    return {
        {"name", fmt::format("{}/{}", type.plural, name)},
        {"singularName", ""},
        {"namespaced", type.namespaced},
        {"kind", kind},
        {"verbs", {"get", "patch", "update"}}};
}

json::value resource_list(std::string_view group, std::string_view version)
{
    json::array resources;
    for (const auto& type : types) {
        if (type.group != group || type.version != version)
            continue;
        resources.push_back(resource_object(type));
        if (type.status)
            resources.push_back(subresource(type, "status", type.kind));
        if (type.scale) {
            auto scale = subresource(type, "scale", "Scale");
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            resources.push_back(std::move(scale));
        }
    }
    const auto name = group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
    return {
        {"kind", "APIResourceList"},
        {"apiVersion", "v1"},
        {"groupVersion", name},
        {"resources", resources}};
}

json::value core_versions()
{
    return {
        {"kind", "APIVersions"},
        {"versions", {"v1"}},
        {"serverAddressByClientCIDRs", json::array()}};
}

json::value version_document()
{
    return {{"major", "1"},
            {"minor", "32"},
            {"gitVersion", "v1.32.0+understudy-standin"},
            {"gitCommit", "0000000"},
            {"gitTreeState", "clean"},
            {"buildDate", "2024-01-01T00:00:00Z"},
            {"goVersion", "none"},
            {"compiler", "none"},
            {"platform", "linux/amd64"}};
}

std::string root_of(std::string_view group, std::string_view version)
{
    return group.empty() ? fmt::format("api/{}", version)
                         : fmt::format("apis/{}/{}", group, version);
}

/// OpenAPI v3's index. kubectl looks here whether the server knows dry runs before it asks for one.
json::value openapi_index(const Groups& known)
{
    json::object paths;
    for (const auto& [group, versions] : known) {
        for (const auto& version : versions) {
            const auto root = root_of(group, version);
            paths[root] = {{"serverRelativeURL", fmt::format("/openapi/v3/{}?hash=1", root)}};
        }
    }
    return {{"paths", paths}};
}

json::object query_parameter(std::string_view name)
{
    return {{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}}}};
}

json::object openapi_path(const ResourceType& type)
{
    const json::object kind{{"group", type.group}, {"version", type.version}, {"kind", type.kind}};
    const json::object patch{
        {"x-kubernetes-action", "patch"},
        {"x-kubernetes-group-version-kind", kind},
        {"parameters", {query_parameter("dryRun"), query_parameter("fieldValidation")}},
        {"responses", json::object()}};
    return {{"patch", patch}};
}

json::value openapi_document(std::string_view root)
{
    json::object paths;
    for (const auto& type : types) {
        if (root_of(type.group, type.version) != root)
            continue;
        const auto* scope = type.namespaced ? "namespaces/{namespace}/" : "";
        paths[fmt::format("/{}/{}{}/{{name}}", root, scope, type.plural)] = openapi_path(type);
    }
    return {
        {"openapi", "3.0.0"},
        {"info", {{"title", "understudy-standin"}, {"version", "v1.32.0"}}},
        {"paths", paths}};
}

/// Not an object that is kept, only a question that is answered.
json::value access_reviews()
{
    const json::object reviews{
        {"name", "selfsubjectaccessreviews"},
        {"singularName", "selfsubjectaccessreview"},
        {"namespaced", false},
        {"kind", "SelfSubjectAccessReview"},
        {"verbs", {"create"}}};
    return {
        {"kind", "APIResourceList"},
        {"apiVersion", "v1"},
        {"groupVersion", "authorization.k8s.io/v1"},
        {"resources", json::array{reviews}}};
}

std::optional<json::value> group_document(std::string_view rest, const Groups& known)
{
    const auto slash = rest.find('/');
    const auto found = known.find(rest.substr(0, slash));
    if (found == known.end() || found->first.empty())
        return std::nullopt;
    if (slash == std::string_view::npos) {
        auto group = group_object(found->first, found->second);
        group["kind"] = "APIGroup";
        group["apiVersion"] = "v1";
        return json::value(std::move(group));
    }
    const auto version = rest.substr(slash + 1);
    if (std::ranges::find(found->second, version) == found->second.end())
        return std::nullopt;
    return resource_list(found->first, version);
}

}  // namespace

std::string ResourceType::api_version() const
{
    return group.empty() ? std::string(version) : fmt::format("{}/{}", group, version);
}

std::string ResourceType::qualified() const
{
    return group.empty() ? std::string(plural) : fmt::format("{}.{}", plural, group);
}

std::span<const ResourceType> resource_types() { return types; }

const ResourceType* find_type(
    std::string_view group, std::string_view version, std::string_view plural)
{
    const auto found = std::ranges::find_if(types, [&](const ResourceType& type) {
        return type.group == group && type.version == version && type.plural == plural;
    });
    return found == types.end() ? nullptr : &*found;
}

const ResourceType& type_of_kind(std::string_view kind)
{
    const auto found = std::ranges::find(types, kind, &ResourceType::kind);
    if (found == types.end())
        throw std::invalid_argument(fmt::format("no such kind: {}", kind));
    return *found;
}

std::optional<json::value> discovery(std::string_view path, bool batch_v1beta1)
{
    constexpr std::string_view apis = "/apis/";
    constexpr std::string_view openapi = "/openapi/v3/";
    const auto known = groups(batch_v1beta1);
    if (path == "/version")
        return version_document();
    if (path == "/api")
        return core_versions();
    if (path == "/api/v1")
        return resource_list("", "v1");
    if (path == "/apis/authorization.k8s.io/v1")
        return access_reviews();
    if (path == "/apis")
        return group_list(known);
    if (path == "/openapi/v3")
        return openapi_index(known);
    if (path.starts_with(openapi))
        return openapi_document(path.substr(openapi.size()));
    if (path.starts_with(apis))
        return group_document(path.substr(apis.size()), known);
    return std::nullopt;
}

}  // namespace understudy::sandbox
