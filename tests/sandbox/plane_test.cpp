// A whole plane: front, Kubernetes, a workload cluster's edge, and a real PostgreSQL between them.
#include "net/http_client.hpp"
#include "net/resolver.hpp"
#include "net/tls.hpp"
#include "sandbox/stand_in.hpp"

#include "support/postgres_server.hpp"
#include "support/run_coroutine.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy;
namespace json = boost::json;
using support::eventually;

/// A PostgreSQL takes seconds to make: all tests share one.
support::PostgresServer& postgres()
{
    static support::PostgresServer server;
    return server;
}

class WholePlane : public testing::Test {
protected:
    static void SetUpTestSuite() { postgres().start(); }
    static void TearDownTestSuite() { postgres().stop(); }

    WholePlane()
    {
        world_.write("token", "t0ken");
        world_.write("password", "secret");
        net::TlsOptions options;
        options.ca_file = world_.folder() / "ca.pem";
        tls_ = std::make_shared<const net::TlsContext>(options);
        world_.start_kube(kube_config());
        world_.start_front(front_config());
        EXPECT_TRUE(becomes(status_path, 200));
    }

    json::value kube_config()
    {
        auto plane = world_.identity("k8s");
        plane["name"] = "east";
        plane["address"] = "127.0.0.1";
        plane["port"] = support::free_port();
        plane["plane"] = {
            {"front_control", "front.sock"},
            {"postgres",
             {{"user", "admin"},
              {"password_file", "password"},
              {"instances",
               {{{"index", 1},
                 {"host", "127.0.0.1"},
                 {"port", postgres().port()},
                 {"role", "primary"}}}}}}};
        auto workload = world_.identity("k8s-c1");
        workload["name"] = "c1";
        workload["address"] = "127.0.0.1";
        workload["port"] = support::free_port();
        workload["workload"] = {
            {"floating_name", "localhost"},
            {"port", agents_port_},
            {"ca", "ca.pem"},
            {"exchange_ms", 50},
            {"retry_ms", 50}};
        return {
            {"control", "kube.sock"},
            {"timing", {{"pod_start_ms", 50}, {"pod_stop_ms", 50}, {"readiness_interval_ms", 50}}},
            {"users", json::array()},
            {"clusters", {plane, workload}}};
    }

    json::value front_config()
    {
        return {
            {"plane", "east"},
            {"address", "127.0.0.1"},
            {"api_port", api_port_},
            {"agents_port", agents_port_},
            {"api_certificate", world_.identity("api")},
            {"expired_certificate", world_.identity("expired", true)},
            {"agents_certificate", world_.identity("central")},
            {"users", json::array{{{"name", "ops"}, {"password_file", "password"}}}},
            {"tokens", json::array{{{"name", "ops"}, {"token_file", "token"}}}},
            {"clusters", json::array{"c1"}},
            {"database",
             {{"host", "127.0.0.1"},
              {"port", postgres().port()},
              {"user", "admin"},
              {"password_file", "password"},
              {"name", "postgres"}}},
            {"kube_control", "kube.sock"},
            {"kube_cluster", "east"},
            {"control", "front.sock"},
            {"latency_ms", 1},
            {"sync_record_ms", 50}};
    }

    net::HttpReply get(
        const std::string& path, const net::HttpHeaders& headers = {{"x-tetrate-token", "t0ken"}})
    {
        boost::asio::io_context io;
        net::Resolver resolver(io.get_executor());
        net::HttpClient client(resolver);
        net::HttpTarget target;
        target.host = "localhost";
        target.port = api_port_;
        target.tls = tls_;
        net::HttpRequest request;
        request.path = path;
        request.headers = headers;
        return support::run_coroutine(io, client.exchange(target, request, {}));
    }

    bool becomes(const std::string& path, unsigned status)
    {
        return eventually([&] { return get(path).status == status; });
    }

    void fault(const std::string& name, bool on)
    {
        world_.control("front.sock", {{"cmd", "fault"}, {"name", name}, {"on", on}});
    }

    void deployment(const std::string& name, const std::string& fault_name)
    {
        world_.control(
            "kube.sock",
            {{"cmd", "deployment"}, {"cluster", "east"}, {"name", name}, {"fault", fault_name}});
    }

    std::int64_t edge_pushes()
    {
        const auto state = world_.control("kube.sock", {{"cmd", "state"}, {"cluster", "c1"}});
        return state.at("edge").at("pushes").as_int64();
    }

    const std::string status_path = "/v2/organizations/tetrate/status";
    const std::string cluster_path = "/v2/organizations/tetrate/clusters/c1";
    const std::string promql_path = "/promql/api/v1/labels";
    std::uint16_t api_port_ = support::free_port();
    std::uint16_t agents_port_ = support::free_port();
    support::StandIn world_;
    std::shared_ptr<const net::TlsContext> tls_;
};

TEST_F(WholePlane, AsksWhoYouAre)
{
    EXPECT_EQ(get(status_path).status, 200U);
    EXPECT_EQ(get(status_path, {{"authorization", "Basic b3BzOnNlY3JldA=="}}).status, 200U);
    EXPECT_EQ(get(status_path, {}).status, 401U);
    EXPECT_EQ(get(status_path, {{"authorization", "Basic b3BzOndyb25n"}}).status, 401U);
    EXPECT_EQ(get(status_path, {{"x-tetrate-token", "other"}}).status, 401U);
    fault("credentials-expired", true);
    EXPECT_EQ(get(status_path).status, 401U);
}

TEST_F(WholePlane, AnExchangeOfEdgeIsSeenInTheApi)
{
    EXPECT_TRUE(eventually([&] {
        return get(cluster_path + "/status").body.find("Cluster onboarded") != std::string::npos;
    }));
    const auto seen = get(cluster_path).body;
    EXPECT_TRUE(eventually([&] { return get(cluster_path).body != seen; })) << "last sync moves on";
}

TEST_F(WholePlane, NeedsIamTsbAndOapEachForItsOwn)
{
    deployment("oap", "crash");
    EXPECT_TRUE(becomes(promql_path, 503));
    EXPECT_EQ(get(status_path).status, 200U);
    deployment("tsb", "crash");
    EXPECT_TRUE(becomes(status_path, 503));
    EXPECT_EQ(get(status_path).body, "no healthy upstream");
    deployment("iam", "crash");
    EXPECT_TRUE(becomes(status_path, 403));
}

TEST_F(WholePlane, NeedsItsDatabaseToBeReadable)
{
    postgres().sql("alter system set default_transaction_read_only = on");
    postgres().sql("select pg_reload_conf()");
    EXPECT_EQ(get(status_path).status, 200U);
    postgres().sql("alter system reset default_transaction_read_only");
    postgres().sql("select pg_reload_conf()");
    postgres().stop();
    EXPECT_TRUE(becomes(status_path, 500));
    EXPECT_EQ(get(promql_path).status, 200U) << "metrics need no PostgreSQL";
    const auto pushes = edge_pushes();
    EXPECT_TRUE(eventually([&] { return edge_pushes() > pushes; })) << "Central goes on";
    postgres().start();
    EXPECT_TRUE(becomes(status_path, 200));
}

TEST_F(WholePlane, ErrorsAndWrongBodies)
{
    fault("errors", true);
    EXPECT_EQ(get(status_path).status, 503U);
    EXPECT_EQ(get(promql_path).status, 200U) << "only the API";
    fault("errors", false);
    fault("wrong-body", true);
    EXPECT_EQ(get(status_path).status, 200U);
    EXPECT_EQ(get(status_path).body.front(), '<');
}

TEST_F(WholePlane, AnExpiredCertificateIsShownToNewConnections)
{
    fault("cert-expired", true);
    EXPECT_EQ(get(status_path).reason, core::Reason::tls_expired);
    fault("cert-expired", false);
    EXPECT_EQ(get(status_path).status, 200U);
}

TEST_F(WholePlane, AgentsThatAreCutOffComeBack)
{
    EXPECT_TRUE(eventually([&] { return edge_pushes() > 0; }));
    fault("agents-down", true);
    EXPECT_TRUE(eventually([&] {
        const auto state = world_.control("kube.sock", {{"cmd", "state"}, {"cluster", "c1"}});
        return state.at("edge").at("problem").as_string() == "Connection refused";
    }));
    const auto pushes = edge_pushes();
    fault("agents-down", false);
    EXPECT_TRUE(eventually([&] { return edge_pushes() > pushes + 1; }));
}

TEST_F(WholePlane, PostgresPodsAreReadyWhileTheServerAnswers)
{
    const auto ready = [&] {
        const auto state = world_.control("kube.sock", {{"cmd", "state"}, {"cluster", "east"}});
        return state.at("kubegres").at("pods").at("tsb-postgres-1-0").at("ready").as_bool();
    };
    EXPECT_TRUE(eventually(ready));
    postgres().stop();
    EXPECT_TRUE(eventually([&] { return !ready(); }));
    postgres().start();
    EXPECT_TRUE(eventually(ready));
}

TEST_F(WholePlane, UnknownCommandsAreRefused)
{
    const auto answer = world_.control("front.sock", {{"cmd", "frob"}});
    EXPECT_FALSE(answer.at("ok").as_bool());
    EXPECT_FALSE(world_.control("kube.sock", {{"cmd", "serving"}}).at("ok").as_bool())
        << "which of the two clusters?";
}

}  // namespace
