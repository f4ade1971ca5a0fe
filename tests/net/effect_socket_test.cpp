#include "net/boot_clock.hpp"
#include "net/dial.hpp"
#include "net/effect_socket.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

class EffectSocket : public testing::Test {
protected:
    Dialed dial_here(std::optional<core::Instant> last_byte)
    {
        Peer peer;
        peer.host = "127.0.0.1";
        peer.port = acceptor.local_endpoint().port();
        peer.last_byte = last_byte;
        PhaseClock clock(core::Phase::connect);
        return support::run_coroutine(io, dial(resolver, std::move(peer), Budget(5s), clock));
    }

    /// How such a connection ends for its peer when we close it: orderly, or by a reset.
    boost::system::error_code end_of(std::optional<core::Instant> last_byte)
    {
        Dialed dialed = dial_here(last_byte);
        tcp::socket peer = acceptor.accept();
        dialed.connection.reset();
        std::array<char, 1> byte{};
        boost::system::error_code error;
        peer.read_some(asio::buffer(byte), error);
        return error;
    }

    asio::io_context io{1};
    tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    Resolver resolver{io.get_executor()};
};

TEST_F(EffectSocket, IsResetWhenItIsClosed)
{
    EXPECT_EQ(end_of(boot_now() + 5s), asio::error::connection_reset);
}

TEST_F(EffectSocket, IsNotWhatAProbeUses) { EXPECT_EQ(end_of(std::nullopt), asio::error::eof); }

TEST_F(EffectSocket, KeepsTryingNoLongerThanUntilTheLastByte)
{
    tcp::socket socket(io);
    socket.connect(acceptor.local_endpoint());
    ASSERT_FALSE(guard_socket(socket, boot_now() + 5s));
    unsigned milliseconds = 0;
    socklen_t size = sizeof(milliseconds);
    ASSERT_EQ(
        getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size), 0);
    EXPECT_LE(milliseconds, 5000u);
    EXPECT_GT(milliseconds, 1000u);

    ASSERT_FALSE(guard_socket(socket, boot_now() - 5s));
    getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size);
    EXPECT_EQ(milliseconds, 1u) << "0 would mean the system's default of many minutes";
}

TEST_F(EffectSocket, ThatCannotBeGuardedIsAnError)
{
    tcp::socket closed(io);
    EXPECT_TRUE(guard_socket(closed, boot_now() + 5s));
}

}  // namespace
}  // namespace understudy::net
