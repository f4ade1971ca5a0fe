#include "net/kubeconfig.hpp"

#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

constexpr auto whole = R"(apiVersion: v1
kind: Config
current-context: east
contexts:
- name: east
  context: {cluster: east, user: robot}
- name: west
  context: {cluster: west, user: plugin}
clusters:
- name: east
  cluster:
    server: https://10.0.0.1:6443/
    certificate-authority-data: Q0E=
    tls-server-name: kubernetes
- name: west
  cluster: {server: "https://west/k8s/clusters/c1", certificate-authority: pki/ca.crt}
users:
- name: robot
  user: {token: s3cret, client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
- name: plugin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/get-token
      args: [--cluster, west]
      env: [{name: REGION, value: r1}]
      installHint: install it
      provideClusterInfo: true
      interactiveMode: Never
)";

TEST(Kubeconfig, ReadsTheCurrentContext)
{
    const auto config = parse_kubeconfig(whole, "/etc/understudy/kube", "");
    EXPECT_EQ(config.context, "east");
    EXPECT_EQ(config.server, "https://10.0.0.1:6443");
    EXPECT_EQ(config.tls.ca_pem, "CA");
    EXPECT_EQ(config.tls.certificate_pem, "CERT");
    EXPECT_EQ(config.tls.key_pem, "KEY");
    EXPECT_EQ(config.tls.server_name, "kubernetes");
    EXPECT_EQ(config.token.reveal(), "s3cret");
    EXPECT_FALSE(config.exec);
}

TEST(Kubeconfig, ReadsANamedContextWithPathsFromTheFilesOwnFolder)
{
    const auto config = parse_kubeconfig(whole, "/etc/understudy/kube", "west");
    EXPECT_EQ(config.tls.ca_file, "/etc/understudy/pki/ca.crt");
    ASSERT_TRUE(config.exec);
    EXPECT_THAT(
        config.exec->argv, ElementsAre("/etc/understudy/bin/get-token", "--cluster", "west"));
    EXPECT_THAT(config.exec->environment, ElementsAre(Pair("REGION", "r1")));
    EXPECT_TRUE(config.exec->provide_cluster_info);
}

TEST(Kubeconfig, MustNotBeReadableByOthers)
{
    const support::TempFile file(whole, 0644);
    EXPECT_THROW(read_kubeconfig(file.path(), ""), std::runtime_error);
}

struct BadCase {
    const char* name;
    const char* remove;  ///< From the whole file above...
    const char* insert;  ///< ...and this in its place.
    const char* where;   ///< Line and column.
    const char* says;
};

class BadKubeconfig : public testing::TestWithParam<BadCase> {};

TEST_P(BadKubeconfig, IsRefusedWithItsPlace)
{
    const auto& c = GetParam();
    std::string text = whole;
    const auto place = text.find(c.remove);
    ASSERT_NE(place, std::string::npos);
    text.replace(place, std::string(c.remove).size(), c.insert);
    try {
        parse_kubeconfig(text, "/kube", "");
        FAIL() << "was accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), StartsWith(std::string("/kube:") + c.where + ": "));
        EXPECT_THAT(error.what(), HasSubstr(c.says));
        EXPECT_THAT(error.what(), Not(HasSubstr("s3cret")));
    }
}

constexpr auto east_server = "server: https://10.0.0.1:6443/";
constexpr auto robot = "user: {token: s3cret,";

INSTANTIATE_TEST_SUITE_P(
    Table,
    BadKubeconfig,
    testing::Values(
        BadCase{"NotYaml", "kind: Config", "kind: {", "4:9", "not YAML"},
        BadCase{
            "UnknownContext", "current-context: east", "current-context: north", "1:1",
            "no entry called 'north' in contexts"},
        BadCase{"NoContext", "current-context: east\n", "", "1:1", "current-context is missing"},
        BadCase{
            "ListIsNoList",
            "contexts:\n- name: east\n  context: {cluster: east, user: robot}\n- name: west\n  "
            "context: {cluster: west, user: plugin}\n",
            "contexts: nothing\n", "4:11", "contexts must be a list"},
        BadCase{"UnknownUser", "user: robot", "user: nobody", "1:1", "no entry called 'nobody'"},
        BadCase{"NoServer", east_server, "insecure: x", "12:5", "server is missing"},
        BadCase{"PlainHttp", east_server, "server: http://10.0.0.1", "12:13", "https://"},
        BadCase{
            "Insecure", east_server, "server: https://a\n    insecure-skip-tls-verify: true",
            "13:31", "is refused"},
        BadCase{
            "NotAFlag", east_server, "server: https://a\n    insecure-skip-tls-verify: maybe",
            "13:31", "true or false"},
        BadCase{
            "Proxy", east_server, "server: https://a\n    proxy-url: http://p", "13:16",
            "not supported"},
        BadCase{"NotBase64", "Q0E=", "Q0E", "13:33", "is not base64"},
        BadCase{
            "Impersonation", robot, "user: {as: admin, token: s3cret,", "19:14", "not supported"},
        BadCase{
            "BasicPassword", robot, "user: {username: u, token: s3cret,", "19:20", "not supported"},
        BadCase{
            "KeyWithoutCertificate", "client-certificate-data: Q0VSVA==, ", "", "19:9",
            "one is missing"},
        BadCase{"TokenIsAMap", robot, "user: {token: {a: b},", "19:17", "must be a text"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Kubeconfig, RefusesAPluginThatADaemonCannotRun)
{
    std::string text = whole;
    text.replace(text.find("Never"), 5, "Always");
    EXPECT_THROW(parse_kubeconfig(text, "/kube", "west"), std::runtime_error);
    text = whole;
    text.replace(text.find("io/v1\n      command"), 5, "io/v1alpha1");
    EXPECT_THROW(parse_kubeconfig(text, "/kube", "west"), std::runtime_error);
}

TEST(Kubeconfig, NothingButAnErrorComesOfGarbage)
{
    for (const std::string text :
         {"", "42", "- a\n- b", "{", "\xff\xfe", "users: [1]\ncurrent-context: x"})
        EXPECT_THROW(parse_kubeconfig(text, "/kube", ""), std::runtime_error) << text;
    EXPECT_THROW(parse_kubeconfig(std::string(20000, '['), "/kube", ""), std::runtime_error);
}

}  // namespace
}  // namespace understudy::net
