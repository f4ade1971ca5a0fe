/// One HTTP/1.1 exchange with a server, bounded in time and size, over TCP, TLS or a Unix socket.
#pragma once

#include "core/outcome.hpp"
#include "net/resolver.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::net {

class KeptConnection;

/// Where a connection goes: the address is apart from the name that is asked for (Host, SNI).
struct HttpTarget {
    std::string host;  ///< Name or numeric address to connect to.
    std::uint16_t port = 443;
    std::shared_ptr<const TlsContext> tls;  ///< Null: plain TCP.
    std::string host_header;  ///< Empty: `host` (with the port when it is not the default).
    std::filesystem::path unix_socket;  ///< Not empty: connect here instead.
    /// Set (net/kept_connection.hpp), one connection may carry this exchange and the next ones.
    /// Null: each has its own. An effect always has its own.
    std::shared_ptr<KeptConnection> kept;

    HttpTarget() = default;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string path = "/";  ///< Origin form: path and query.
    HttpHeaders headers;     ///< May hold secrets; never logged.
    std::string body;

    HttpRequest() = default;
};

/// What came, or why nothing did. `reason` is `none` when a whole response was read, whatever its
/// status: judging the status is the caller's. Possible otherwise: the reasons of silence (an
/// answer that is cut short is `connect_reset`), of our own side, `header`, `body` (over the limit,
/// or broken chunks) and `protocol`.
struct HttpReply {
    core::Reason reason = core::Reason::internal;
    std::string detail;  ///< For people: which address, what happened.
    unsigned status = 0;
    HttpHeaders headers;  ///< Names in lower case.
    std::string body;
    std::vector<core::PhaseTime> phases;
    PeerCertificate certificate;
    /// The request may have reached the peer: after this, a missing reply means `unknown`, not
    /// `refused`.
    bool request_sent = false;

    HttpReply() = default;
    /// The first header of that (lower-case) name; empty when it is not there.
    std::string_view header(std::string_view name) const noexcept;
};

struct HttpLimits {
    core::Duration timeout =
        std::chrono::seconds(3);  ///< The whole exchange, name resolution included.
    std::size_t body_bytes_max = 1024 * 1024;
    std::size_t header_bytes_max = 16 * 1024;
    /// Set for an effect: the exchange ends there at the latest, no byte of the request leaves
    /// later, and none that left still waits in this machine to be sent again
    /// (net/effect_socket.hpp). CLOCK_BOOTTIME.
    std::optional<core::Instant> last_byte;

    HttpLimits() = default;
};

/// Opens one connection per exchange and closes it, unless the target keeps one. Each address of
/// the name is tried in turn, each with its share of what is left of the budget. Use from the
/// executor's one thread; cancellable; must outlive its calls. Never throws for a sick peer; throws
/// operation_aborted only when cancelled.
class HttpClient {
public:
    explicit HttpClient(Resolver& resolver) : resolver_(resolver) {}

    boost::asio::awaitable<HttpReply> exchange(
        HttpTarget target, HttpRequest request, HttpLimits limits);

private:
    Resolver& resolver_;
};

}  // namespace understudy::net
