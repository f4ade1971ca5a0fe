#include "net/effect_socket.hpp"

#include "net/boot_clock.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace understudy::net {

namespace {

using boost::system::error_code;

unsigned milliseconds_until(core::Instant last_byte)
{
    constexpr std::chrono::milliseconds least{1};
    constexpr std::chrono::milliseconds most = std::chrono::hours(24);
    const auto left = std::chrono::floor<std::chrono::milliseconds>(until(last_byte));
    return static_cast<unsigned>(std::clamp(left, least, most).count());
}

/// Not by the socket's own set_option(): a socket that knows of its linger option takes it back
/// when it is destroyed, so as not to block there, and would end in good order.
template <class Value>
error_code set(int socket, int level, int option, const Value& value)
{
    if (setsockopt(socket, level, option, &value, sizeof(value)) == 0)
        return {};
    return {errno, boost::system::system_category()};
}

}  // namespace

error_code guard_socket(boost::asio::ip::tcp::socket& socket, core::Instant last_byte)
{
    constexpr linger throw_away{.l_onoff = 1, .l_linger = 0};
    const auto error = set(socket.native_handle(), SOL_SOCKET, SO_LINGER, throw_away);
    if (error)
        return error;
    return set(
        socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, milliseconds_until(last_byte));
}

}  // namespace understudy::net
