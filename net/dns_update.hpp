/// Sends a DNS update and tells how it ended.
#pragma once

#include "core/time.hpp"
#include "net/dns_update_message.hpp"
#include "net/resolver.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>

namespace understudy::net {

/// Sends the update once, over TCP, to the zone's primary. No byte leaves after `deadline`
/// (CLOCK_BOOTTIME; net/effect_socket.hpp), where the exchange ends. `refused` when no byte was
/// sent, else as update_reply_in() says; `unknown` when no whole answer came. Never throws for a
/// sick server; operation_aborted when cancelled. `resolver` must outlive the call.
boost::asio::awaitable<DnsUpdateReply> send_update(
    Resolver& resolver,
    boost::asio::ip::udp::endpoint server,
    NameSwitch change,
    TsigKey key,
    core::Instant deadline);

}  // namespace understudy::net
