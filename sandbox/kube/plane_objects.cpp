#include "sandbox/kube/plane_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::sandbox {

namespace {

struct PlaneDeployment {
    std::string_view name;
    std::string_view component;  ///< Its key in the ManagementPlane's status (TSB-29); empty: none.
    std::int64_t replicas;
};

// TSB-2, TSB-3
constexpr std::array plane_deployments{
    PlaneDeployment{"tsb", "apiServer", 1},
    PlaneDeployment{"iam", "iamServer", 1},
    PlaneDeployment{"envoy", "frontEnvoy", 2},
    PlaneDeployment{"mpc", "mpc", 1},
    PlaneDeployment{"central", "", 1},
    PlaneDeployment{"oap", "oap", 1},
    PlaneDeployment{"web", "webUi", 1},
    PlaneDeployment{"otel-collector", "collector", 1},
    PlaneDeployment{"xcp-operator-central", "", 1},
    PlaneDeployment{"tsb-operator-management-plane", "", 1},
};

json::object labels_of(std::string_view name)
{
    json::object labels{{"app", name}, {"platform.tsb.tetrate.io/plane", "management"}};
    if (name == "tsb-operator-management-plane")
        labels["name"] = "tsb-operator";
    return labels;
}

json::value service_object(
    const std::string& name_space,
    std::string_view name,
    std::string_view port_name,
    std::int64_t port)
{
    const json::object entry{{"name", port_name}, {"port", port}, {"protocol", "TCP"}};
    return {
        {"metadata", {{"name", name}, {"namespace", name_space}}},
        {"spec", {{"selector", {{"app", name}}}, {"ports", json::array{entry}}}}};
}

json::value cron_job_object(const std::string& name_space, const CronJobSettings& job)
{
    const json::object container{{"name", job.name}, {"image", "standin"}};
    const json::object pod{{"containers", json::array{container}}, {"restartPolicy", "Never"}};
    const json::object job_template{{"spec", {{"template", {{"spec", pod}}}}}};
    return {
        {"metadata", {{"name", job.name}, {"namespace", name_space}}},
        {"spec",
         {{"schedule", job.schedule},
          {"suspend", job.suspend},
          {"concurrencyPolicy", "Forbid"},
          {"jobTemplate", job_template}}},
        {"status",
         {{"lastScheduleTime", timestamp_now(job.succeeded_ago_s)},
          {"lastSuccessfulTime", timestamp_now(job.succeeded_ago_s)}}}};
}

json::object component_status(const PlaneSettings& plane)
{
    const json::object installed{{"status", "INSTALLED"}, {"version", plane.version}};
    json::object components;
    for (const auto& deployment : plane_deployments) {
        if (!deployment.component.empty())
            components[deployment.component] = installed;
    }
    components["xcp"] = {{"central", installed}, {"operator", installed}};
    if (plane.kubegres)
        components["kubegres"] = installed;
    return components;
}

json::value management_plane_object(const PlaneSettings& plane)
{
    const json::object metadata{{"name", "managementplane"}, {"namespace", plane.name_space}};
    json::value object{
        {"metadata", metadata},
        {"spec",
         {{"hub", "standin"},
          {"organization", "tetrate"},
          {"components", {{"frontEnvoy", {{"port", 8443}}}}},
          {"dataStore", {{"embeddedPostgres", {{"name", "tsb"}}}}}}},
        // TSB-29: observedGeneration is a string.
        {"status",
         {{"phase", "INSTALLED"},
          {"tsbVersion", plane.version},
          {"observedGeneration", "1"},
          {"lastUpdated", timestamp_now()},
          {"components", component_status(plane)}}}};
    if (plane.kubegres && plane.kubegres->standby)
        set_at(object, plane.promote_pointer, true);
    return object;
}

std::vector<CronJobSettings> cron_jobs_of(const PlaneSettings& plane)
{
    auto jobs = plane.cron_jobs;
    if (jobs.empty()) {  // TSB-25: a backup every night
        auto& backup = jobs.emplace_back();
        backup.name = "backup-tsb-postgres";
        backup.schedule = "0 2 * * *";
    }
    return jobs;
}

void create_namespace(ObjectStore& store, std::string_view name)
{
    store.create(
        type_of_kind("Namespace"),
        {{"metadata", {{"name", name}}}, {"status", {{"phase", "Active"}}}});
}

}  // namespace

json::value deployment_object(
    const std::string& name_space,
    const std::string& name,
    std::int64_t replicas,
    const json::object& labels)
{
    const json::object container{{"name", name}, {"image", "standin/" + name}};
    const json::object pod_template{
        {"metadata", {{"labels", labels}}}, {"spec", {{"containers", json::array{container}}}}};
    return {
        {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", labels}}},
        {"spec",
         {{"replicas", replicas},
          {"selector", {{"matchLabels", {{"app", name}}}}},
          {"strategy", {{"type", "RollingUpdate"}}},
          {"template", pod_template}}},
        {"status", json::object()}};
}

json::value secret_object(
    const std::string& name_space,
    const std::string& name,
    const std::map<std::string, std::string>& data)
{
    json::object encoded;
    for (const auto& [key, bytes] : data)
        encoded[key] = base64(bytes);
    return {
        {"metadata", {{"name", name}, {"namespace", name_space}}},
        {"type", "Opaque"},
        {"data", encoded}};
}

std::optional<std::int64_t> plane_replicas(const PlaneSettings& plane, const std::string& name)
{
    const auto found = std::ranges::find(plane_deployments, name, &PlaneDeployment::name);
    if (found == plane_deployments.end())
        return std::nullopt;
    const auto configured = plane.replicas.find(name);
    return configured == plane.replicas.end() ? found->replicas : configured->second;
}

void create_plane_objects(ObjectStore& store, const PlaneSettings& plane)
{
    create_namespace(store, "default");
    create_namespace(store, plane.name_space);
    for (const auto& deployment : plane_deployments) {
        const std::string name(deployment.name);
        const auto replicas = plane_replicas(plane, name).value_or(1);
        store.create(
            type_of_kind("Deployment"),
            deployment_object(plane.name_space, name, replicas, labels_of(name)));
    }
    store.create(
        type_of_kind("Service"), service_object(plane.name_space, "envoy", "https-ingress", 8443));
    for (const auto& [name, data] : plane.secrets)
        store.create(type_of_kind("Secret"), secret_object(plane.name_space, name, data));
    for (const auto& job : cron_jobs_of(plane))
        store.create(type_of_kind("CronJob"), cron_job_object(plane.name_space, job));
    store.create(type_of_kind("ManagementPlane"), management_plane_object(plane));
}

}  // namespace understudy::sandbox
