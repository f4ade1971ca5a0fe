/// A TCP or TLS server that does exactly what a test tells it, well or badly.
#pragma once

#include "support/authority.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

/// One line of a peer's script.
struct Act {
    enum class Kind {
        read_head,  ///< Until the blank line that ends a request's header.
        send,       ///< These bytes.
        drip,       ///< These bytes, one at a time, a pause before each.
        hang,       ///< Nothing more, and do not close.
        reset,      ///< RST.
        close,      ///< FIN (with TLS: no close_notify before it).
    };
    Kind kind = Kind::close;
    std::string bytes;
    std::chrono::milliseconds pause{0};

    Act(Kind what) : kind(what) {}  // NOLINT(google-explicit-constructor): scripts read as lists
};

Act send(std::string bytes);
Act drip(std::string bytes, std::chrono::milliseconds pause);
inline constexpr auto read_head = Act::Kind::read_head;
inline constexpr auto hang = Act::Kind::hang;
inline constexpr auto reset = Act::Kind::reset;
inline constexpr auto close = Act::Kind::close;

/// How a TLS peer presents itself.
struct PeerTls {
    Issued identity;
    std::string client_authority;  ///< PEM; not empty: a client certificate from it is required.
    bool only_tls12 = false;
};

/// Plays its script on every connection, one after another, on the test's own event loop.
class ScriptedPeer {
public:
    ScriptedPeer(
        boost::asio::io_context& io,
        std::vector<Act> script,
        const std::string& address = "127.0.0.1",
        std::uint16_t port = 0);
    /// The script begins after the handshake.
    ScriptedPeer(boost::asio::io_context& io, PeerTls tls, std::vector<Act> script);
    ~ScriptedPeer();

    std::uint16_t port() const noexcept;
    /// Everything read, on all connections.
    const std::string& received() const noexcept;
    int connections() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// A port on loopback where nobody listens, by TCP or UDP.
std::uint16_t unused_port();

}  // namespace understudy::support
