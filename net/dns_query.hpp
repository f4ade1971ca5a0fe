/// One question to one DNS server.
#pragma once

#include "core/time.hpp"
#include "net/dns_message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>

#include <string_view>

namespace understudy::net {

/// Asks over UDP, twice more when nothing comes, and over TCP when the answer is truncated, all
/// within `limit`; the question gets an unpredictable id, and only its own answer counts. No answer
/// is `timeout`, or what the sockets say. Never throws for a sick server; operation_aborted when
/// cancelled.
boost::asio::awaitable<DnsAnswer> ask_server(
    boost::asio::ip::udp::endpoint server, DnsQuestion question, core::Duration limit);

/// `address`, `address:port` or `[address]:port`; port 53 when none is given. Throws
/// std::invalid_argument for anything else.
boost::asio::ip::udp::endpoint dns_server_at(std::string_view text);

}  // namespace understudy::net
