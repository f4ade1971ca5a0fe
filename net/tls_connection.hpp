/// The client's TLS handshake on a connected socket.
#pragma once

#include "core/reason.hpp"
#include "core/time.hpp"
#include "net/connection.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace understudy::net {

struct Secured {
    std::unique_ptr<Connection> connection;  ///< Null when the handshake failed.
    core::Reason reason = core::Reason::internal;
    std::string detail;           ///< What went wrong; empty when nothing did.
    PeerCertificate certificate;  ///< Also when it was not accepted.

    Secured() = default;
};

/// Shakes hands for at most `limit`. The peer's chain, its validity in time and that it is for the
/// context's `server_name`, or else for `host`, are always verified. `tls_expired` for a
/// certificate outside its time, `tls_verify` for other trust trouble, `credentials` when the peer
/// does not accept ours, `connect_reset` when it is cut, `timeout` when it does not end, `protocol`
/// for the rest.
boost::asio::awaitable<Secured> secure(
    boost::asio::ip::tcp::socket socket,
    std::shared_ptr<const TlsContext> context,
    std::string host,
    core::Duration limit);

}  // namespace understudy::net
