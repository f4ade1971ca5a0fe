#include "net/effect_socket.hpp"

#include "net/boot_clock.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

int milliseconds_until(core::Instant last_byte)
{
    constexpr std::chrono::milliseconds least{1};
    constexpr std::chrono::milliseconds most = std::chrono::hours(24);
    const auto left = std::chrono::floor<std::chrono::milliseconds>(until(last_byte));
    return static_cast<int>(std::clamp(left, least, most).count());
}

}  // namespace

boost::system::error_code guard_socket(asio::ip::tcp::socket& socket, core::Instant last_byte)
{
    boost::system::error_code error;
    socket.set_option(asio::socket_base::linger(true, 0), error);
    if (!error)
        socket.set_option(UserTimeout(milliseconds_until(last_byte)), error);
    return error;
}

}  // namespace understudy::net
