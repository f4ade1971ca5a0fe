// A workload cluster's control plane: whom `edge` talks to, and the tokens that come back.
#include "sandbox/front/central.hpp"
#include "sandbox/kube/workload.hpp"
#include "sandbox/server.hpp"
#include "sandbox/stand_in.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy;
using namespace understudy::sandbox;
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// Central on two addresses, and a name that points to one of them.
class WorkloadCluster : public testing::Test {
protected:
    WorkloadCluster()
    {
        const auto identity = files_.identity("central");
        const auto folder = files_.folder();
        for (const auto& server : {east_, west_}) {
            server->show(load_identity(folder / "central.pem", folder / "central.key"));
            server->open();
        }
        settings_.cluster = "c1";
        settings_.floating_name = "localhost";
        settings_.port = port_;
        settings_.exchange = settings_.retry = 5ms;
        edge_ = std::make_shared<Edge>(
            io_.get_executor(), [this](std::string, std::chrono::nanoseconds) { return look_up(); },
            settings_, asio::ip::make_address("127.0.0.1"), load_trust(folder / "ca.pem"));
    }

    asio::awaitable<net::Resolution> look_up()
    {
        ++lookups_;
        net::Resolution resolution;
        if (!points_to_.empty())
            resolution.addresses.push_back(asio::ip::make_address(points_to_));
        co_return resolution;
    }

    std::shared_ptr<Server> central_at(const char* address)
    {
        DatabaseSettings nowhere;
        nowhere.host = "127.0.0.1";
        nowhere.port = 1;
        const auto central = std::make_shared<Central>(
            io_.get_executor(), std::make_shared<Database>(io_.get_executor(), nowhere), 1h);
        return std::make_shared<Server>(
            io_.get_executor(), asio::ip::tcp::endpoint(asio::ip::make_address(address), port_),
            [central](std::shared_ptr<Stream> stream) { return central->serve(stream); });
    }

    bool run_until(const std::function<bool()>& holds)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!holds() && std::chrono::steady_clock::now() < end)
            io_.run_one_for(1s);
        return holds();
    }

    std::int64_t pushes() const { return edge_->state().at("pushes").as_int64(); }
    std::string peer() const { return edge_->state().at("peer").as_string().c_str(); }
    bool exchanges_more()
    {
        return run_until([&, before = pushes()] { return pushes() > before + 2; });
    }

    support::StandIn files_;
    asio::io_context io_{1};
    std::uint16_t port_ = support::free_port();
    std::shared_ptr<Server> east_ = central_at("127.0.0.1");
    std::shared_ptr<Server> west_ = central_at("127.0.0.2");
    std::string points_to_ = "127.0.0.1";
    int lookups_ = 0;
    WorkloadSettings settings_;
    std::shared_ptr<Edge> edge_;
};

TEST_F(WorkloadCluster, EdgeStaysWithTheAddressItFoundUntilItsPodIsReplaced)
{
    edge_->follow("pod-1");
    EXPECT_TRUE(exchanges_more());
    points_to_ = "127.0.0.2";
    east_->shut();
    EXPECT_TRUE(run_until([&] { return edge_->state().at("problem") == "Connection refused"; }));
    east_->open();
    EXPECT_TRUE(exchanges_more());
    EXPECT_EQ(peer(), "127.0.0.1");
    EXPECT_EQ(lookups_, 1);

    edge_->follow("pod-2");
    EXPECT_TRUE(exchanges_more());
    EXPECT_EQ(peer(), "127.0.0.2");
    EXPECT_EQ(lookups_, 2);
}

TEST_F(WorkloadCluster, EdgeTriesAgainWhenTheNameDoesNotResolve)
{
    points_to_.clear();
    edge_->follow("pod-1");
    EXPECT_TRUE(run_until([&] { return lookups_ > 2; }));
    points_to_ = "127.0.0.1";
    EXPECT_TRUE(exchanges_more());
}

TEST_F(WorkloadCluster, EdgeTellsOfItsStreamInItsMetrics)
{
    EXPECT_EQ(edge_->metrics().find("timestamp_ms{"), std::string::npos) << "not yet";
    edge_->follow("pod-1");
    EXPECT_TRUE(exchanges_more());
    east_->reset_connections();
    EXPECT_TRUE(exchanges_more());
    const auto metrics = edge_->metrics();
    for (const auto* line :
         {"xcp_edge_last_push_to_central_timestamp_ms{peer=\"127.0.0.1\"} ",
          "xcp_edge_stream_connect_count{peer=\"127.0.0.1\",statusLabel=\"ok\"} 2\n",
          "xcp_edge_stream_connect_count{peer=\"127.0.0.1\",statusLabel=\"close\"} 1\n"})
        EXPECT_NE(metrics.find(line), std::string::npos) << line << "\n" << metrics;
}

TEST_F(WorkloadCluster, EdgeRefusesAPeerOfAnotherName)
{
    settings_.floating_name = "active.tsb.test";
    edge_ = std::make_shared<Edge>(
        io_.get_executor(), [this](std::string, std::chrono::nanoseconds) { return look_up(); },
        settings_, asio::ip::make_address("127.0.0.1"), load_trust(files_.folder() / "ca.pem"));
    edge_->follow("pod-1");
    EXPECT_TRUE(run_until([&] { return !edge_->state().at("problem").as_string().empty(); }));
    EXPECT_EQ(edge_->metrics().find("timestamp_ms{"), std::string::npos);
}

TEST_F(WorkloadCluster, TheOperatorMakesMissingTokensAgain)
{
    const auto store = std::make_shared<ObjectStore>();
    const auto deployments = std::make_shared<Deployments>(store, Deployments::Timing{0ms, 0ms});
    KubeTiming timing;
    timing.operator_reaction = 1ms;
    const auto workload = std::make_shared<Workload>(
        io_.get_executor(), store, deployments, settings_, timing, edge_);
    workload->start();
    deployments->reconcile(std::chrono::steady_clock::now());
    deployments->reconcile(std::chrono::steady_clock::now());

    const ObjectKey token{"secrets", "istio-system", "xcp-edge-central-auth-token"};
    ASSERT_NE(store->find(token), nullptr);
    store->remove(token);
    EXPECT_TRUE(run_until([&] { return store->find(token) != nullptr; }));
}

}  // namespace
