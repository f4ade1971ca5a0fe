/// From a name and a port to a connection.
#pragma once

#include "core/reason.hpp"
#include "core/time.hpp"
#include "net/budget.hpp"
#include "net/connection.hpp"
#include "net/phase_clock.hpp"
#include "net/resolver.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace understudy::net {

/// Whom to connect to, and how.
struct Peer {
    std::string host;  ///< Name or numeric address.
    std::uint16_t port = 0;
    std::shared_ptr<const TlsContext> tls;  ///< Null: no TLS.
    std::filesystem::path unix_socket;      ///< Not empty: in place of host and port.
    /// Set for what carries an effect: nothing that was written may still arrive after it.
    std::optional<core::Instant> last_byte;

    Peer() = default;
};

/// A connection, or why there is none.
struct Dialed {
    std::unique_ptr<Connection> connection;  ///< Null when it failed.
    core::Reason reason = core::Reason::internal;
    std::string detail;           ///< The address connected to, or what happened at each address.
    PeerCertificate certificate;  ///< Also when it was not accepted.

    Dialed() = default;
};

/// Resolves, connects and, with TLS, shakes hands, within `budget`; `clock` is told of the phases.
/// Each address of the name is tried, in the resolver's order, with its share of what is left,
/// until one works. When none does, the reason is that of the address that tells most: trouble that
/// is certainly ours, or a live peer whose certificate we do not trust, outweighs silence, and
/// silence outweighs an address that we have no route to. Never throws for a sick peer;
/// operation_aborted when cancelled. `resolver` and `clock` must outlive the call.
boost::asio::awaitable<Dialed> dial(
    Resolver& resolver, Peer peer, Budget budget, PhaseClock& clock);

/// `address:port`, with brackets around IPv6.
std::string text_of(const std::string& host, std::uint16_t port);

}  // namespace understudy::net
