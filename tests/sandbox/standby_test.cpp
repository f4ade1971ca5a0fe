// A standby's Kubegres over real servers: what promotes it, and what does not.
#include "sandbox/stand_in.hpp"

#include "support/postgres_server.hpp"

#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

namespace {

using namespace understudy;
namespace json = boost::json;
using support::eventually;

class Standby : public testing::Test {
protected:
    Standby()
    {
        primary_.start();
        replica_ = support::PostgresServer::standby_of(primary_);
        replica_->start();
        world_.write("password", "secret");
        world_.write("full", "token-full");
        kubeconfig_ = world_.write_kubeconfig("config", port_, "token-full");
        world_.start_kube(config());
        EXPECT_TRUE(eventually([&] { return pod("ready") == json::value(true); }));
        EXPECT_TRUE(eventually([&] { return kubegres(".status.enforcedReplicas") == "1"; }));
    }

    json::value config()
    {
        auto cluster = world_.identity("k8s");
        cluster["name"] = "west";
        cluster["address"] = "127.0.0.1";
        cluster["port"] = port_;
        const auto promote = fmt::format(
            "PGPASSWORD=secret psql -h 127.0.0.1 -p {} -U admin -d postgres -c 'select "
            "pg_promote()'",
            replica_->port());
        const json::object instance{
            {"index", 1},
            {"host", "127.0.0.1"},
            {"port", replica_->port()},
            {"role", "replica"},
            {"promote", {"sh", "-c", promote}}};
        const json::object postgres{
            {"standby", true},
            {"primary_endpoint", "primary"},
            {"user", "admin"},
            {"password_file", "password"},
            {"instances", json::array{instance}}};
        cluster["plane"] = {{"front_control", "front.sock"}, {"postgres", postgres}};
        const json::object timing{
            {"pod_start_ms", 50},
            {"readiness_interval_ms", 50},
            {"operator_ms", 50},
            {"promotion_wait_ms", 50},
            {"restart_wait_ms", 50}};
        const json::object user{{"name", "admin"}, {"token_file", "full"}, {"access", "full"}};
        return {
            {"control", "kube.sock"},
            {"timing", timing},
            {"users", json::array{user}},
            {"clusters", json::array{cluster}}};
    }

    json::value pod(const char* field) const
    {
        const auto state = world_.control("kube.sock", {{"cmd", "state"}, {"cluster", "west"}});
        return state.at("kubegres").at("pods").at("tsb-postgres-1-0").at(field);
    }

    /// What Kubegres is doing. It decides in the turn of the loop in which it sees a change, so
    /// what it does not do when the change can be read it will not do.
    std::string operation() const
    {
        const auto state = world_.control("kube.sock", {{"cmd", "state"}, {"cluster", "west"}});
        return json::value_to<std::string>(state.at("kubegres").at("operation"));
    }

    std::string kubectl(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig", kubeconfig_});
        const auto result = world_.run(std::move(arguments));
        EXPECT_EQ(result.code, 0) << result.error_output;
        return result.output;
    }

    std::string kubegres(const std::string& path) const
    {
        return kubectl({"get", "kubegres", "tsb-postgres", "-o", "jsonpath={" + path + "}"});
    }

    void patch(const std::string& kind, const std::string& name, const std::string& body) const
    {
        kubectl({"patch", kind, name, "--type", "merge", "-p", body});
    }

    void patch_resource() const
    {
        patch(
            "managementplane", "managementplane",
            R"({"spec":{"components":{"kubegres":{"standby":{"enabled":false}}}}})");
        EXPECT_TRUE(eventually([&] { return kubegres(".spec.standby.enabled") == "false"; }));
    }

    support::PostgresServer primary_;
    std::unique_ptr<support::PostgresServer> replica_;
    std::uint16_t port_ = support::free_port();
    support::StandIn world_;
    std::string kubeconfig_;
};

TEST_F(Standby, IsPromotedByThePatch)
{
    EXPECT_EQ(kubegres(".spec.standby.enabled"), "true");
    patch_resource();
    EXPECT_TRUE(eventually([&] { return pod("role") == json::value("primary"); }));
    EXPECT_EQ(pod("in_recovery"), json::value(false));
    EXPECT_NO_THROW(replica_->sql("create table writable ()"));
    EXPECT_TRUE(
        eventually([&] { return kubegres(".status.blockingOperation.operationId").empty(); }));
    EXPECT_NE(
        kubectl({"get", "pods", "-l", "replicationRole=primary", "-o", "name"})
            .find("tsb-postgres-1-0"),
        std::string::npos);
}

TEST_F(Standby, IsNotPromotedWhileAnOperationBlocks)
{
    const json::value block{{"cmd", "postgres"}, {"blocking", "Replica DB count spec enforcement"}};
    world_.control("kube.sock", block);
    EXPECT_EQ(
        kubegres(".status.blockingOperation.operationId"), "Replica DB count spec enforcement");
    patch_resource();
    EXPECT_EQ(operation(), "Replica DB count spec enforcement");
    EXPECT_EQ(pod("role"), json::value("replica"));
    world_.control("kube.sock", {{"cmd", "postgres"}, {"blocking", ""}});
    EXPECT_TRUE(eventually([&] { return pod("role") == json::value("primary"); }));
}

TEST_F(Standby, IsNotPromotedWhileFailoverIsDisabled)
{
    patch("kubegres", "tsb-postgres", R"({"spec":{"failover":{"isDisabled":true}}})");
    patch_resource();
    EXPECT_EQ(operation(), "");
    EXPECT_EQ(pod("role"), json::value("replica"));
    patch("kubegres", "tsb-postgres", R"({"spec":{"failover":{"isDisabled":false}}})");
    EXPECT_TRUE(eventually([&] { return pod("role") == json::value("primary"); }));
}

TEST_F(Standby, IsNotPromotedWithoutAReadyReplica)
{
    replica_->stop();
    EXPECT_TRUE(eventually([&] { return pod("ready") == json::value(false); }));
    patch_resource();
    EXPECT_EQ(operation(), "");
    EXPECT_EQ(pod("role"), json::value("replica"));
    replica_->start();
    EXPECT_TRUE(eventually([&] { return pod("role") == json::value("primary"); }));
}

}  // namespace
