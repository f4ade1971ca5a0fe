/// An HTTP/1.1 connection that waits for its next request.
#pragma once

#include "core/time.hpp"
#include "net/dial.hpp"
#include "net/tls.hpp"

#include <chrono>
#include <memory>

namespace understudy::net {

/// A connection and when it was opened (CLOCK_BOOTTIME: sleeping ages it too).
struct OpenConnection {
    Dialed dialed;
    core::Instant opened{};

    OpenConnection() = default;
};

/// Room for one idle connection to one server (RFC 9112, 9.3): a handshake costs both sides more
/// than most requests do. Only for requests that change nothing, because the peer may close while
/// one is on its way, and then it is repeated on a new connection. One thread's, like the client
/// that uses it.
class KeptConnection {
public:
    /// At least so often the name is resolved and the certificate verified anew: a resolver that
    /// died, a certificate that expired or a path that forgot the connection is noticed about as
    /// soon as without. Long enough for one round of a plane's probes.
    static constexpr core::Duration age_max = std::chrono::seconds(5);

    /// The idle connection, if it is young and was opened with these very TLS settings; else one
    /// without a connection. None is idle afterwards.
    OpenConnection take(const std::shared_ptr<const TlsContext>& tls, core::Instant now);
    /// In place of the idle one.
    void keep(OpenConnection open, std::shared_ptr<const TlsContext> tls);

private:
    OpenConnection idle_;
    std::shared_ptr<const TlsContext> tls_;
};

}  // namespace understudy::net
