/// A TCP socket whose bytes die with it.
#pragma once

#include "core/time.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

namespace understudy::net {

/// Binds what is written to `socket` to `last_byte` (CLOCK_BOOTTIME). SO_LINGER{1,0}: closing it,
/// which the kernel also does for a killed process, throws away what was not yet sent and resets
/// the connection. TCP_USER_TIMEOUT: bytes that the peer does not acknowledge are not sent again
/// after `last_byte`, although nobody closes (tcp(7); at its shortest 1 ms, because 0 would mean
/// the system's default). An error means that the socket must not carry an effect.
boost::system::error_code guard_socket(
    boost::asio::ip::tcp::socket& socket, core::Instant last_byte);

}  // namespace understudy::net
