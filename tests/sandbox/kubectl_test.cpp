// The real kubectl against a plane's cluster.
#include "sandbox/stand_in.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace understudy;
namespace json = boost::json;

struct Told {
    int code = 0;
    std::string out;
    std::string err;
};

class Kubectl : public testing::Test {
protected:
    Kubectl()
    {
        world_.write("full", "token-full");
        world_.write("read", "token-read");
        world_.write_kubeconfig("config.full", port_, "token-full");
        world_.write_kubeconfig("config.read", port_, "token-read");
        world_.write_kubeconfig("config.wrong", port_, "token-wrong");
        world_.start_kube(config());
        // A controller's first round: kubectl would otherwise race with it.
        EXPECT_EQ(
            as("full", {"wait", "--for=condition=Available", "deploy/tsb", "--timeout=20s"}).code,
            0);
    }

    json::value config()
    {
        auto cluster = world_.identity("k8s");
        cluster["name"] = "east";
        cluster["address"] = "127.0.0.1";
        cluster["port"] = port_;
        cluster["plane"] = {{"front_control", "front.sock"}};
        return {
            {"control", "kube.sock"},
            {"timing", {{"pod_start_ms", 50}, {"pod_stop_ms", 50}, {"operator_ms", 50}}},
            {"users",
             {{{"name", "admin"}, {"token_file", "full"}, {"access", "full"}},
              {{"name", "watcher"}, {"token_file", "read"}, {"access", "read"}}}},
            {"clusters", json::array{cluster}}};
    }

    Told as(const std::string& user, std::vector<std::string> arguments) const
    {
        const auto file = (world_.folder() / ("config." + user)).string();
        arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig", file});
        const auto result = world_.run(std::move(arguments));
        return {result.code, result.output, result.error_output};
    }

    Told kubectl(std::vector<std::string> arguments) const
    {
        return as("full", std::move(arguments));
    }

    std::string field(const std::string& object, const std::string& path) const
    {
        return kubectl({"get", object, "-o", "jsonpath={" + path + "}"}).out;
    }

    std::uint16_t port_ = support::free_port();
    support::StandIn world_;
};

TEST_F(Kubectl, GetsAndLists)
{
    const auto listed =
        kubectl({"get", "deploy,pods,secrets,cronjobs,managementplanes", "-o", "name"});
    for (const auto* name :
         {"deployment.apps/envoy", "pod/tsb-", "secret/iam-signing-key",
          "cronjob.batch/backup-tsb-postgres",
          "managementplane.install.tetrate.io/managementplane"})
        EXPECT_NE(listed.out.find(name), std::string::npos) << name << "\n" << listed.out;
    EXPECT_EQ(field("secret/tsb-iam-jwks", ".data.kid"), "c3RhbmRpbi1rZXktMQ==");
    EXPECT_EQ(kubectl({"get", "pods", "-l", "app=nope", "-o", "name"}).out, "");
    const auto missing = kubectl({"get", "deploy", "nope"});
    EXPECT_NE(missing.code, 0);
    EXPECT_NE(missing.err.find("\"nope\" not found"), std::string::npos) << missing.err;
}

TEST_F(Kubectl, ScalesAsTheGuideSays)
{
    EXPECT_EQ(kubectl({"scale", "deploy", "-n", "tsb", "tsb", "iam", "--replicas", "0"}).code, 0);
    EXPECT_EQ(field("deploy/tsb", ".spec.replicas"), "0");
    EXPECT_TRUE(support::eventually([&] {
        return kubectl({"get", "pods", "-l", "app=tsb", "-o", "name"}).out.empty();
    }));
    EXPECT_EQ(field("deploy/tsb", ".status.conditions[?(@.type==\"Available\")].status"), "True");
    EXPECT_EQ(kubectl({"scale", "deploy", "tsb", "--replicas", "1"}).code, 0);
    EXPECT_EQ(kubectl({"rollout", "status", "deploy/tsb", "--timeout=20s"}).code, 0);
}

TEST_F(Kubectl, AScaleWithACurrentConditionOnly)
{
    EXPECT_NE(
        kubectl({"scale", "deploy", "tsb", "--current-replicas", "5", "--replicas", "0"}).code, 0);
    EXPECT_EQ(field("deploy/tsb", ".spec.replicas"), "1");
}

TEST_F(Kubectl, PatchesInThreeKinds)
{
    // The guide's own command: a strategic merge patch, which is kubectl's default.
    EXPECT_EQ(
        kubectl(
            {"patch", "cronjobs", "backup-tsb-postgres", "-p", R"({"spec" : {"suspend" : true }})"})
            .code,
        0);
    EXPECT_EQ(field("cronjob/backup-tsb-postgres", ".spec.suspend"), "true");

    const std::vector<std::string> patch{"patch", "managementplane", "managementplane"};
    const auto with = [&](const std::string& type, const std::string& body) {
        auto arguments = patch;
        arguments.insert(arguments.end(), {"--type", type, "-p", body});
        return kubectl(arguments);
    };
    EXPECT_EQ(with("merge", R"({"spec":{"x":{"y":1}}})").code, 0);
    EXPECT_EQ(field("managementplane/managementplane", ".spec.x.y"), "1");
    EXPECT_EQ(with("json", R"([{"op":"replace","path":"/spec/x/y","value":2}])").code, 0);
    EXPECT_EQ(field("managementplane/managementplane", ".spec.x.y"), "2");
    EXPECT_NE(with("json", R"([{"op":"test","path":"/spec/x/y","value":1}])").code, 0);
    EXPECT_NE(with("strategic", "{}").code, 0) << "custom resources take none";
}

TEST_F(Kubectl, TheOperatorObservesTheResource)
{
    EXPECT_EQ(
        kubectl({"patch", "managementplane", "managementplane", "--type", "merge", "-p",
                 R"({"spec":{"x":1}})"})
            .code,
        0);
    EXPECT_TRUE(support::eventually([&] {
        return field("managementplane/managementplane", ".status.observedGeneration") ==
               field("managementplane/managementplane", ".metadata.generation");
    }));
}

TEST_F(Kubectl, RestartsARollout)
{
    const auto before = kubectl({"get", "pods", "-l", "app=web", "-o", "name"}).out;
    EXPECT_EQ(kubectl({"rollout", "restart", "deployment", "web"}).code, 0);
    EXPECT_EQ(kubectl({"rollout", "status", "deployment/web", "--timeout=20s"}).code, 0);
    EXPECT_TRUE(support::eventually([&] {
        const auto after = kubectl({"get", "pods", "-l", "app=web", "-o", "name"}).out;
        return !after.empty() && after.find(before) == std::string::npos;
    }));
}

TEST_F(Kubectl, ConflictsAreRefused)
{
    auto stale = json::parse(kubectl({"get", "deploy", "oap", "-o", "json"}).out);
    EXPECT_EQ(kubectl({"label", "deploy", "oap", "a=b"}).code, 0);
    world_.write("stale.json", json::serialize(stale));
    const auto refused =
        kubectl({"replace", "--validate=false", "-f", (world_.folder() / "stale.json").string()});
    EXPECT_NE(refused.code, 0);
    EXPECT_NE(refused.err.find("the object has been modified"), std::string::npos) << refused.err;
}

TEST_F(Kubectl, CreatesAppliesAndDeletes)
{
    const auto write = [&](const std::string& name, const std::string& epoch) {
        const auto map = fmt::format(
            R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"understudy"}},)"
            R"("data":{{"epoch":"{}"}}}})",
            epoch);
        return (world_.folder() / world_.write(name, map)).string();
    };
    const auto created = kubectl({"create", "-f", write("one.json", "1")});
    EXPECT_EQ(created.code, 0) << created.err;
    EXPECT_NE(kubectl({"create", "-f", write("one.json", "1")}).code, 0) << "it is there";
    const auto applied = kubectl({"apply", "-f", write("two.json", "2")});
    EXPECT_EQ(applied.code, 0) << applied.err;
    EXPECT_EQ(field("configmap/understudy", ".data.epoch"), "2");
    EXPECT_EQ(kubectl({"delete", "configmap", "understudy"}).code, 0);
    EXPECT_NE(kubectl({"get", "configmap", "understudy"}).code, 0);
}

TEST_F(Kubectl, DryRunsChangeNothing)
{
    const std::string dry = "--dry-run=server";
    const auto patched = kubectl(
        {"patch", "managementplane", "managementplane", "--type", "merge", "-p",
         R"({"spec":{"x":1}})", dry});
    EXPECT_EQ(patched.code, 0) << patched.err;
    EXPECT_EQ(field("managementplane/managementplane", ".spec.x"), "");
    const auto deleted = kubectl({"delete", "secret", "tsb-iam-jwks", dry});
    EXPECT_EQ(deleted.code, 0) << deleted.err;
    EXPECT_EQ(kubectl({"get", "secret", "tsb-iam-jwks"}).code, 0);
}

TEST_F(Kubectl, TokensDecide)
{
    EXPECT_EQ(as("read", {"get", "pods"}).code, 0);
    const auto forbidden = as("read", {"scale", "deploy", "tsb", "--replicas", "0"});
    EXPECT_NE(forbidden.code, 0);
    EXPECT_NE(forbidden.err.find("cannot patch resource \"deployments/scale\""), std::string::npos)
        << forbidden.err;
    EXPECT_NE(as("wrong", {"get", "pods"}).code, 0);
}

TEST_F(Kubectl, WatchesUntilAConditionHolds)
{
    world_.control("kube.sock", {{"cmd", "deployment"}, {"name", "mpc"}, {"fault", "crash"}});
    EXPECT_EQ(
        kubectl({"wait", "--for=condition=Available=False", "deploy/mpc", "--timeout=20s"}).code,
        0);
    world_.control("kube.sock", {{"cmd", "deployment"}, {"name", "mpc"}, {"fault", "none"}});
    EXPECT_EQ(
        kubectl({"wait", "--for=condition=Available", "deploy/mpc", "--timeout=20s"}).code, 0);
    // `delete` waits by watching until the object is gone, and another pod comes.
    EXPECT_EQ(kubectl({"delete", "pod", "-l", "app=mpc", "--timeout=20s"}).code, 0);
    EXPECT_EQ(kubectl({"rollout", "status", "deploy/mpc", "--timeout=20s"}).code, 0);
}

TEST_F(Kubectl, AFrontThatIsNotThereMakesEnvoyNotAvailable)
{
    EXPECT_EQ(
        kubectl({"wait", "--for=condition=Available=False", "deploy/envoy", "--timeout=20s"}).code,
        0);
}

TEST_F(Kubectl, AnOperatorMayUndoAScaling)
{
    world_.control("kube.sock", {{"cmd", "operator"}, {"reverts", true}});
    EXPECT_EQ(kubectl({"scale", "deploy", "iam", "--replicas", "0"}).code, 0);
    EXPECT_TRUE(support::eventually([&] { return field("deploy/iam", ".spec.replicas") == "1"; }));
}

TEST_F(Kubectl, AnApiServerThatIsDownRefuses)
{
    world_.control("kube.sock", {{"cmd", "api"}, {"up", false}});
    const auto refused = kubectl({"get", "pods"});
    EXPECT_NE(refused.err.find("refused"), std::string::npos) << refused.err;
    world_.control("kube.sock", {{"cmd", "api"}, {"up", true}});
    EXPECT_EQ(kubectl({"get", "pods"}).code, 0);
}

}  // namespace
