#include "probes/tcp_probe.hpp"
#include "probes/tls_probe.hpp"

#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>
#include <thread>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::hang;
using support::ScriptedPeer;
using testing::HasSubstr;

class ConnectionProbes : public testing::Test {
protected:
    core::Outcome tcp(std::uint16_t port)
    {
        TcpProbe::Options options;
        options.host = "127.0.0.1";
        options.port = port;
        options.timeout = 10s;
        TcpProbe probe(resolver, options);
        return support::run_coroutine(io, probe.run());
    }

    support::PeerTls identity(std::chrono::seconds ends = 24h)
    {
        support::LeafWish wish;
        wish.names = {"IP:127.0.0.1", "DNS:*.tsb.test"};
        wish.begins = -48h;
        wish.ends = ends;
        support::PeerTls tls;
        tls.identity = authority.issue(wish);
        return tls;
    }

    core::Outcome tls(std::uint16_t port, TlsProbe::Options options = {})
    {
        options.host = "127.0.0.1";
        options.port = port;
        options.tls_options.ca_pem = authority.certificate();
        options.timeout = 10s;
        TlsProbe probe(resolver, options);
        return support::run_coroutine(io, probe.run());
    }

    boost::asio::io_context io{1};
    net::Resolver resolver{io.get_executor()};
    support::Authority authority{"Our CA"};
};

TEST_F(ConnectionProbes, TcpIsOkWhenSomebodyListens)
{
    const ScriptedPeer peer(io, {hang});
    const auto outcome = tcp(peer.port());
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_FALSE(outcome.phases.empty());
}

TEST_F(ConnectionProbes, TcpIsRefusedWhenNobodyDoes)
{
    EXPECT_EQ(tcp(support::unused_port()).reason, Reason::connect_refused);
}

/// In a network namespace of its own, where not even loopback is up.
TEST(WithoutANetwork, ThatThereIsNoRouteIsOurOwnTrouble)
{
    core::Outcome outcome;
    bool is_alone = false;
    std::thread([&] {
        is_alone = ::unshare(CLONE_NEWNET) == 0;
        if (!is_alone)
            return;
        boost::asio::io_context io{1};
        net::Resolver resolver{io.get_executor()};
        TcpProbe::Options options;
        options.host = "127.0.0.1";
        options.port = 9;
        options.timeout = 10s;
        TcpProbe probe(resolver, options);
        outcome = support::run_coroutine(io, probe.run());
    }).join();
    ASSERT_TRUE(is_alone) << "needs root";
    EXPECT_EQ(outcome.reason, Reason::no_route) << outcome.detail;
    EXPECT_EQ(outcome.kind(), core::OutcomeKind::inconclusive);
}

TEST_F(ConnectionProbes, TlsReportsTheCertificate)
{
    const ScriptedPeer peer(io, identity(), {hang});
    TlsProbe::Options options;
    options.expected_names = {"east.tsb.test"};
    options.expected_issuer = "CN=Our CA";
    const auto outcome = tls(peer.port(), options);
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(core::find_fact<std::string>(outcome.facts, "certificate/names"), "*.tsb.test");
    EXPECT_TRUE(core::find_fact<std::int64_t>(outcome.facts, "certificate/chain_not_after"));
}

TEST_F(ConnectionProbes, TlsReportsTheCertificateThatItRefuses)
{
    const ScriptedPeer peer(io, identity(-1h), {hang});
    const auto outcome = tls(peer.port());
    EXPECT_EQ(outcome.reason, Reason::tls_expired) << outcome.detail;
    EXPECT_EQ(outcome.kind(), core::OutcomeKind::inconclusive);
    EXPECT_TRUE(core::find_fact<std::int64_t>(outcome.facts, "certificate/not_after"));
    EXPECT_FALSE(core::find_fact<std::int64_t>(outcome.facts, "certificate/chain_not_after"));
}

TEST_F(ConnectionProbes, TlsMissesAName)
{
    const ScriptedPeer peer(io, identity(), {hang});
    TlsProbe::Options options;
    options.expected_names = {"east.tsb.test", "active.example.com"};
    const auto outcome = tls(peer.port(), options);
    EXPECT_EQ(outcome.reason, Reason::tls_verify);
    EXPECT_THAT(outcome.detail, HasSubstr("active.example.com"));
}

TEST_F(ConnectionProbes, TlsMissesTheIssuer)
{
    const ScriptedPeer peer(io, identity(), {hang});
    TlsProbe::Options options;
    options.expected_issuer = "CN=Another CA";
    EXPECT_EQ(tls(peer.port(), options).reason, Reason::tls_verify);
}

TEST_F(ConnectionProbes, TlsWithoutItsRootsIsOurOwnTrouble)
{
    TlsProbe::Options options;
    options.tls_options.ca_file = "/nonexistent/ca.pem";
    options.host = "127.0.0.1";
    TlsProbe probe(resolver, options);
    const auto outcome = support::run_coroutine(io, probe.run());
    EXPECT_EQ(outcome.reason, Reason::internal);
    EXPECT_THAT(outcome.detail, HasSubstr("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace understudy::probes
