/// Byte streams over TCP, with or without TLS; OpenSSL stays in stream.cpp.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace understudy::sandbox {

/// One connection. One read and one write at a time. Failures, the end of the stream included, are
/// thrown as boost::system::system_error: whoever serves a connection ends with it.
class Stream {
public:
    virtual ~Stream() = default;
    virtual boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer into) = 0;
    /// All of it; the bytes must outlive the call.
    virtual boost::asio::awaitable<void> write(std::string_view bytes) = 0;
    /// Cuts the connection with RST, as the death of a host's process does.
    virtual void reset() noexcept = 0;
};

/// What a TLS server shows: certificate chain and key, read once.
class TlsIdentity;
/// Throws std::runtime_error that names the file.
std::shared_ptr<TlsIdentity> load_identity(
    const std::filesystem::path& certificate, const std::filesystem::path& key);

/// What a TLS client trusts.
class TlsTrust;
std::shared_ptr<TlsTrust> load_trust(const std::filesystem::path& ca);

/// The server's side of a connection; with an identity the handshake is made first (10 s at most).
boost::asio::awaitable<std::shared_ptr<Stream>> accept_stream(
    boost::asio::ip::tcp::socket socket, std::shared_ptr<TlsIdentity> identity);

struct TlsPeer {
    boost::asio::ip::address source;  ///< Connect from this address.
    boost::asio::ip::tcp::endpoint endpoint;
    std::string name;  ///< SNI, and what the certificate must be for.
    std::shared_ptr<TlsTrust> trust;

    TlsPeer() = default;
};

/// Connects and verifies the peer's certificate; throws system_error, also after `budget`.
boost::asio::awaitable<std::shared_ptr<Stream>> connect_stream(
    TlsPeer peer, std::chrono::milliseconds budget);

}  // namespace understudy::sandbox
