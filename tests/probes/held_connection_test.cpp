#include "probes/held_connection.hpp"

#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using support::ScriptedPeer;

class Holding : public testing::Test {
protected:
    support::PeerTls identity()
    {
        support::LeafWish wish;
        wish.names = {"IP:127.0.0.1"};
        support::PeerTls tls;
        tls.identity = authority.issue(wish);
        return tls;
    }

    void hold(std::uint16_t port, core::Duration retry_after)
    {
        HeldConnection::Options options;
        options.host = "127.0.0.1";
        options.port = port;
        options.tls_options.ca_pem = authority.certificate();
        options.connect_timeout = 10s;
        options.retry_after = retry_after;
        connection.emplace(resolver, options);
        asio::co_spawn(
            io, connection->until_broken(),
            asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr error) {
                ended = true;
                failure = error;
            }));
    }

    bool run_until(const std::function<bool()>& holds)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            io.restart();
            io.run_one_for(50ms);
        }
        return holds();
    }

    asio::io_context io{1};
    net::Resolver resolver{io.get_executor()};
    support::Authority authority{"Our CA"};
    std::optional<HeldConnection> connection;
    asio::cancellation_signal stop;
    bool ended = false;
    std::exception_ptr failure;
};

TEST_F(Holding, TellsWhenAConnectionThatLastedBreaks)
{
    const ScriptedPeer peer(io, identity(), {support::drip("x", 100ms), support::reset});
    hold(peer.port(), 50ms);
    EXPECT_TRUE(run_until([this] { return ended; }));
    EXPECT_FALSE(failure);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(Holding, PeerThatClosesAtOnceTellsNothing)
{
    const ScriptedPeer peer(io, identity(), {support::close});
    hold(peer.port(), 100ms);
    EXPECT_TRUE(run_until([&peer] { return peer.connections() >= 3; }));
    EXPECT_FALSE(ended);
    stop.emit(asio::cancellation_type::terminal);
    EXPECT_TRUE(run_until([this] { return ended; }));
}

TEST_F(Holding, OurOwnStopIsNoBreak)
{
    const ScriptedPeer peer(io, identity(), {support::hang});
    hold(peer.port(), 1ms);
    ASSERT_TRUE(run_until([&peer] { return peer.connections() == 1; }));
    stop.emit(asio::cancellation_type::terminal);
    ASSERT_TRUE(run_until([this] { return ended; }));
    ASSERT_TRUE(failure);
    EXPECT_THROW(std::rethrow_exception(failure), boost::system::system_error);
}

}  // namespace
}  // namespace understudy::probes
