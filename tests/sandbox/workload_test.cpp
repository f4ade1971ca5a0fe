// A workload cluster's control plane: whom `edge` talks to, and the tokens that come back.
#include "sandbox/front/central.hpp"
#include "sandbox/kube/workload.hpp"
#include "sandbox/server.hpp"
#include "sandbox/stand_in.hpp"
#include "sandbox/tokens.hpp"

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
            [this] { return token_; }, settings_, asio::ip::make_address("127.0.0.1"),
            load_trust(folder / "ca.pem"));
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
    std::string token_ = make_token("c1", "k1", 1h);
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
        [this] { return token_; }, settings_, asio::ip::make_address("127.0.0.1"),
        load_trust(files_.folder() / "ca.pem"));
    edge_->follow("pod-1");
    EXPECT_TRUE(run_until([&] { return !edge_->state().at("problem").as_string().empty(); }));
    EXPECT_EQ(edge_->metrics().find("timestamp_ms{"), std::string::npos);
}

TEST_F(WorkloadCluster, CentralRefusesATokenThatHasExpired)
{
    token_ = make_token("c1", "k1", -1s);
    edge_->follow("pod-1");
    EXPECT_TRUE(run_until([&] { return edge_->state().at("problem") == "Permission denied"; }));
    EXPECT_EQ(edge_->metrics().find("timestamp_ms{"), std::string::npos);
    EXPECT_NE(edge_->metrics().find("statusLabel=\"ok\"} 0\n"), std::string::npos);
    EXPECT_EQ(edge_->metrics().find("statusLabel=\"unauthenticated\"} 0\n"), std::string::npos);
    token_ = make_token("c1", "k1", 1h);
    EXPECT_TRUE(exchanges_more());
}

/// The control plane's operator, and one of the tokens that it keeps.
class Operator : public WorkloadCluster {
protected:
    Operator()
    {
        KubeTiming timing;
        timing.operator_reaction = 1ms;
        workload_ = std::make_shared<Workload>(
            io_.get_executor(), store_, deployments_, settings_, timing, tokens_, edge_);
        workload_->start();
        reconcile();
    }

    void reconcile()
    {
        for (int i = 0; i < 4; ++i)
            deployments_->reconcile(std::chrono::steady_clock::now());
    }
    void restart()
    {
        auto deployment = *store_->find({"deployments.apps", "istio-system", operator_name_});
        set_at(deployment, "/spec/template/metadata/annotations/restartedAt", "now");
        store_->replace(type_of_kind("Deployment"), std::move(deployment), Part::main);
        reconcile();
    }
    bool is_valid() const { return left_of(tokens_->of_edge()) > 0s; }
    bool becomes_valid()
    {
        return run_until([&] { return is_valid(); });
    }
    /// The operator has had its turn since: what it makes again is there.
    void let_it_look()
    {
        const ObjectKey other{"secrets", "istio-system", "oap-token"};
        store_->remove(other);
        EXPECT_TRUE(run_until([&] { return store_->find(other) != nullptr; }));
    }

    const std::string operator_name_ = "tsb-operator-control-plane";
    const ObjectKey token_key_{"secrets", "istio-system", "xcp-edge-central-auth-token"};
    std::shared_ptr<ObjectStore> store_ = std::make_shared<ObjectStore>();
    std::shared_ptr<Deployments> deployments_ =
        std::make_shared<Deployments>(store_, Deployments::Timing{0ms, 0ms});
    std::shared_ptr<TokenKeeper> tokens_ = std::make_shared<TokenKeeper>(store_, settings_);
    std::shared_ptr<Workload> workload_;
};

TEST_F(Operator, MakesMissingTokensAgain)
{
    ASSERT_TRUE(is_valid());
    store_->remove(token_key_);
    EXPECT_EQ(tokens_->of_edge(), "");
    EXPECT_TRUE(becomes_valid());
}

TEST_F(Operator, RenewsExpiredTokensOnceItWasRestarted)
{
    let_it_look();
    tokens_->set_fault(TokenFault::expired);
    let_it_look();
    EXPECT_FALSE(is_valid());
    restart();
    EXPECT_TRUE(becomes_valid());
}

TEST_F(Operator, TakesStaleTokensForGoodUntilTheyAreDeleted)
{
    tokens_->set_fault(TokenFault::stale);
    restart();
    let_it_look();
    EXPECT_FALSE(is_valid());
    store_->remove(token_key_);
    EXPECT_TRUE(becomes_valid());
}

TEST_F(Operator, HealsWhenTheFaultEnds)
{
    tokens_->set_fault(TokenFault::stale);
    EXPECT_FALSE(is_valid());
    tokens_->set_fault(TokenFault::none);
    EXPECT_TRUE(is_valid());
}

}  // namespace
