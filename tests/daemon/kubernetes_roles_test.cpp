/// The roles that are installed for Kubernetes: what each may do is written down here a second
/// time, so that a role never grows by accident.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace understudy {
namespace {

using ::testing::ContainerEq;
using ::testing::UnorderedElementsAre;
using Words = std::set<std::string>;

/// `RESOURCE.GROUP/NAME VERB`, one for each thing that a role allows.
Words permissions_in(const YAML::Node& rule)
{
    Words result;
    const auto names = rule["resourceNames"] ? rule["resourceNames"].as<std::vector<std::string>>()
                                             : std::vector<std::string>{"any"};
    for (const auto& group : rule["apiGroups"].as<std::vector<std::string>>())
        for (const auto& resource : rule["resources"].as<std::vector<std::string>>())
            for (const auto& name : names)
                for (const auto& verb : rule["verbs"].as<std::vector<std::string>>())
                    result.insert(
                        resource + (group.empty() ? "" : "." + group) + " " + name + " " + verb);
    return result;
}

struct RoleCase {
    std::string file;
    std::string name_space;
    Words permissions;
};

Words with(Words words, const Words& more)
{
    words.insert(more.begin(), more.end());
    return words;
}

Words get_and_patch(const std::string& resource, const Words& names)
{
    Words result;
    for (const auto& name : names) {
        result.insert(resource + " " + name + " get");
        result.insert(resource + " " + name + " patch");
    }
    return result;
}

const Words edge_metrics{"pods any list", "pods/proxy any get"};

const std::vector<RoleCase> cases{
    {"watch-plane.yaml",
     "tsb",
     {"deployments.apps any list", "pods any list",
      "kubegres.kubegres.reactive-tech.io tsb-postgres get",
      "managementplanes.install.tetrate.io managementplane get", "cronjobs.batch tsb-restore get",
      "secrets iam-signing-key get", "secrets tsb-iam-jwks get"}},
    {"act-plane.yaml", "tsb",
     with(
         with(
             get_and_patch("deployments.apps", {"tsb", "iam", "central", "envoy"}),
             with(
                 get_and_patch("cronjobs.batch", {"tsb-restore"}),
                 get_and_patch("managementplanes.install.tetrate.io", {"managementplane"}))),
         with(
             get_and_patch("configmaps", {"understudy"}),
             {"pods any list", "jobs.batch any list", "configmaps any create",
              "kubegres.kubegres.reactive-tech.io tsb-postgres get"}))},
    {"watch-workload.yaml", "istio-system", edge_metrics},
    {"act-workload.yaml", "istio-system",
     with(get_and_patch("deployments.apps", {"edge", "tsb-operator-control-plane"}), edge_metrics)},
    {"act-tokens-workload.yaml", "istio-system",
     with(
         with(
             get_and_patch("deployments.apps", {"edge", "tsb-operator-control-plane"}),
             edge_metrics),
         {"secrets otel-token get", "secrets otel-token delete", "secrets oap-token get",
          "secrets oap-token delete", "secrets ngac-token get", "secrets ngac-token delete",
          "secrets xcp-edge-central-auth-token get",
          "secrets xcp-edge-central-auth-token delete"})}};

class KubernetesRole : public ::testing::TestWithParam<RoleCase> {
protected:
    /// By kind; each is there once.
    std::map<std::string, YAML::Node> objects() const
    {
        const auto path = std::string(SOURCE_DIR) + "/docs/kubernetes/" + GetParam().file;
        std::map<std::string, YAML::Node> result;
        for (const auto& object : YAML::LoadAllFromFile(path))
            EXPECT_TRUE(result.emplace(object["kind"].as<std::string>(), object).second);
        return result;
    }
};

TEST_P(KubernetesRole, AllowsWhatIsNeededAndNothingElse)
{
    auto all = objects();
    Words permissions;
    for (const auto& rule : all["Role"]["rules"])
        permissions = with(permissions, permissions_in(rule));
    EXPECT_THAT(permissions, ContainerEq(GetParam().permissions));
    for (const auto& permission : permissions)
        EXPECT_EQ(permission.find('*'), std::string::npos) << permission;
}

TEST_P(KubernetesRole, IsOneServiceAccountsInOneNamespace)
{
    auto all = objects();
    Words kinds;
    for (const auto& [kind, object] : all) {
        kinds.insert(kind);
        EXPECT_EQ(object["metadata"]["namespace"].as<std::string>(), GetParam().name_space) << kind;
    }
    EXPECT_THAT(kinds, UnorderedElementsAre("ServiceAccount", "Role", "RoleBinding"));
    const auto name = all["ServiceAccount"]["metadata"]["name"].as<std::string>();
    const auto& binding = all["RoleBinding"];
    EXPECT_EQ(binding["roleRef"]["kind"].as<std::string>(), "Role");
    EXPECT_EQ(
        binding["roleRef"]["name"].as<std::string>(),
        all["Role"]["metadata"]["name"].as<std::string>());
    ASSERT_EQ(binding["subjects"].size(), 1U);
    EXPECT_EQ(binding["subjects"][0]["name"].as<std::string>(), name);
    EXPECT_EQ(binding["subjects"][0]["namespace"].as<std::string>(), GetParam().name_space);
}

INSTANTIATE_TEST_SUITE_P(
    ShippedFiles, KubernetesRole, ::testing::ValuesIn(cases), [](const auto& one) {
        auto name = one.param.file.substr(0, one.param.file.find('.'));
        std::ranges::replace(name, '-', '_');
        return name;
    });

}  // namespace
}  // namespace understudy
