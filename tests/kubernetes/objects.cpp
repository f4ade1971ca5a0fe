#include "objects.hpp"

#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"

#include <stdexcept>

#include "eventually.hpp"

namespace understudy::kubernetes {

namespace {

constexpr auto kinds_path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

constexpr auto management_plane_schema = R"({"type":"object","properties":{
    "spec":{"type":"object","properties":{
        "example":{"type":"object","properties":{"standby":{"type":"boolean"}}},
        "settings":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
    "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}})";

constexpr auto kubegres_schema = R"({"type":"object","properties":{
    "spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
    "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}})";

std::string in_namespace(const std::string& name_space, const std::string& kind)
{
    return "/namespaces/" + name_space + "/" + kind;
}

std::string named(const std::string& name) { return R"("metadata":{"name":")" + name + R"("})"; }

std::string pod_template(const std::string& labels, const std::string& more = {})
{
    return R"({"metadata":{"labels":{)" + labels + R"(}},"spec":{)" + more +
           R"("containers":[{"name":"main","image":"example.test/none"}]}})";
}

std::string job_spec()
{
    return R"({"template":)" + pod_template(R"("app":"restore")", R"("restartPolicy":"Never",)") +
           "}";
}

struct Kind {
    std::string group;
    std::string version;
    std::string plural;
    std::string name;
    std::string schema;
};

void ensure_kind(Admin& admin, const Kind& kind)
{
    const auto name = kind.plural + "." + kind.group;
    if (!admin.exists(std::string(kinds_path) + "/" + name))
        admin.create(
            kinds_path,
            R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)" +
                named(name) + R"(,"spec":{"group":")" + kind.group +
                R"(","scope":"Namespaced","names":{"plural":")" + kind.plural + R"(","kind":")" +
                kind.name + R"("},"versions":[{"name":")" + kind.version +
                R"(","served":true,"storage":true,"subresources":{"status":{}},)" +
                R"("schema":{"openAPIV3Schema":)" + kind.schema + "}}]}}");
    const auto list = "/apis/" + kind.group + "/" + kind.version + "/" + kind.plural;
    if (!eventually([&] { return admin.exists(list); }))
        throw std::runtime_error("the kind " + kind.name + " is not served");
}

}  // namespace

std::string new_namespace(Admin& admin)
{
    static int count = 0;
    const auto name = "test-" + std::to_string(++count);
    ensure_namespace(admin, name);
    return name;
}

void ensure_namespace(Admin& admin, const std::string& name)
{
    if (!admin.exists("/api/v1/namespaces/" + name))
        admin.create(
            "/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace",)" + named(name) + "}");
}

void create_deployment(
    Admin& admin, const std::string& name_space, const std::string& name, int replicas)
{
    const auto labels = R"("app":")" + name + R"(")";
    admin.create(
        "/apis/apps/v1" + in_namespace(name_space, "deployments"),
        R"({"apiVersion":"apps/v1","kind":"Deployment",)" + named(name) +
            R"(,"spec":{"replicas":)" + std::to_string(replicas) +
            R"(,"selector":{"matchLabels":{)" + labels + R"(}},"template":)" +
            pod_template(labels) + "}}");
}

void create_restore_job(Admin& admin, const std::string& name_space, const std::string& name)
{
    admin.create(
        "/apis/batch/v1beta1" + in_namespace(name_space, "cronjobs"),
        R"({"apiVersion":"batch/v1beta1","kind":"CronJob",)" + named(name) +
            R"(,"spec":{"schedule":"0 0 29 2 *","jobTemplate":{"spec":)" + job_spec() + "}}}");
}

void create_job_of(
    Admin& admin, const std::string& name_space, const std::string& owner, const std::string& name)
{
    const auto cron_job = admin.get(net::cron_job_path(name_space, owner, "v1beta1"));
    admin.create(
        "/apis/batch/v1" + in_namespace(name_space, "jobs"),
        R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":")" + name +
            R"(","ownerReferences":[{"apiVersion":"batch/v1beta1","kind":"CronJob","name":")" +
            owner + R"(","controller":true,"uid":")" + net::string_at(cron_job, "/metadata/uid") +
            R"("}]},"spec":)" + job_spec() + "}");
}

void ensure_kinds(Admin& admin)
{
    ensure_kind(
        admin, {"install.tetrate.io", "v1alpha1", "managementplanes", "ManagementPlane",
                management_plane_schema});
    ensure_kind(
        admin, {"kubegres.reactive-tech.io", "v1", "kubegres", "Kubegres", kubegres_schema});
}

void create_management_plane(Admin& admin, const std::string& name_space)
{
    admin.create(
        "/apis/install.tetrate.io/v1alpha1" + in_namespace(name_space, "managementplanes"),
        R"({"apiVersion":"install.tetrate.io/v1alpha1","kind":"ManagementPlane",)" +
            named("managementplane") + R"(,"spec":{"example":{"standby":true},"settings":{}}})");
}

void create_kubegres(Admin& admin, const std::string& name_space)
{
    const auto path = "/apis/kubegres.reactive-tech.io/v1" + in_namespace(name_space, "kubegres");
    admin.create(
        path, R"({"apiVersion":"kubegres.reactive-tech.io/v1","kind":"Kubegres",)" +
                  named("tsb-postgres") + R"(,"spec":{"replicas":1,"standby":{"enabled":true}}})");
    admin.merge(
        path + "/tsb-postgres/status",
        R"({"status":{"enforcedReplicas":1,"blockingOperation":{"operationId":""}}})");
}

void create_secret(
    Admin& admin, const std::string& name_space, const std::string& name, const std::string& kid)
{
    admin.create(
        "/api/v1" + in_namespace(name_space, "secrets"),
        R"({"apiVersion":"v1","kind":"Secret",)" + named(name) + R"(,"stringData":{"kid":")" + kid +
            R"("}})");
}

}  // namespace understudy::kubernetes
