/// Holds one connection to a plane open, to notice at once when it breaks.
#pragma once

#include "net/resolver.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace understudy::probes {

/// A dead process or host resets its connections sooner than the next probe is due. That is a first
/// suspicion and no evidence: a peer may close an idle connection, and a network may forget one.
/// What follows is that all probes of the plane run at once.
class HeldConnection {
public:
    struct Options {
        std::string host;
        std::uint16_t port = 9443;
        net::TlsOptions tls_options;
        core::Duration connect_timeout = std::chrono::seconds(3);
        /// Before it connects again. A peer that closes at once must not make us busy.
        core::Duration retry_after = std::chrono::seconds(5);
    };

    HeldConnection(net::Resolver& resolver, Options options);

    /// Connects, as often as it takes, and returns when a connection that had lasted for
    /// `retry_after` breaks. Use from the executor's one thread; the object must outlive the call.
    /// Throws operation_aborted when cancelled, and nothing for a sick peer.
    boost::asio::awaitable<void> until_broken();

private:
    boost::asio::awaitable<bool> hold_once();
    boost::asio::awaitable<void> pause();

    net::Resolver& resolver_;
    Options options_;
    net::RotatingTls tls_;
};

}  // namespace understudy::probes
