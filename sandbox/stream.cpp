#include "sandbox/stream.hpp"

#include "net/deadline.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <stdexcept>

namespace understudy::sandbox {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::use_awaitable;
using asio::ip::tcp;
using TlsSocket = ssl::stream<tcp::socket>;

class TlsIdentity {
public:
    ssl::context context{ssl::context::tls_server};
};

class TlsTrust {
public:
    ssl::context context{ssl::context::tls_client};
};

namespace {

constexpr std::chrono::seconds handshake_max{10};

/// No linger time makes close() send RST in place of FIN.
void close_with_reset(tcp::socket& socket) noexcept
{
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

class PlainStream final : public Stream {
public:
    explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) override
    {
        co_return co_await socket_.async_read_some(into, use_awaitable);
    }
    asio::awaitable<void> write(std::string_view bytes) override
    {
        co_await asio::async_write(socket_, asio::buffer(bytes), use_awaitable);
    }
    void reset() noexcept override { close_with_reset(socket_); }

private:
    tcp::socket socket_;
};

class TlsStream final : public Stream {
public:
    TlsStream(tcp::socket socket, ssl::context& context) : socket_(std::move(socket), context) {}

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) override
    {
        co_return co_await socket_.async_read_some(into, use_awaitable);
    }
    asio::awaitable<void> write(std::string_view bytes) override
    {
        co_await asio::async_write(socket_, asio::buffer(bytes), use_awaitable);
    }
    void reset() noexcept override { close_with_reset(socket_.next_layer()); }
    TlsSocket& socket() { return socket_; }

private:
    TlsSocket socket_;
};

[[noreturn]] void fail_file(const std::filesystem::path& file, const std::exception& error)
{
    throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
}

/// Yields a value because with_deadline() bounds operations that have one.
asio::awaitable<bool> shake_hands(TlsSocket& socket, ssl::stream_base::handshake_type side)
{
    co_await socket.async_handshake(side, use_awaitable);
    co_return true;
}

asio::awaitable<void> shake_hands_within(
    TlsSocket& socket, ssl::stream_base::handshake_type side, std::chrono::milliseconds budget)
{
    const auto done = co_await net::with_deadline(shake_hands(socket, side), budget);
    if (!done)
        throw boost::system::system_error(asio::error::timed_out);
}

asio::awaitable<bool> connect_from(tcp::socket& socket, const TlsPeer& peer)
{
    socket.open(peer.endpoint.protocol());
    socket.bind({peer.source, 0});
    co_await socket.async_connect(peer.endpoint, use_awaitable);
    co_return true;
}

void expect_name(TlsSocket& socket, std::string name)
{
    // What the macro SSL_set_tlsext_host_name() does, without its C cast.
    SSL_ctrl(
        socket.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
        name.data());
    socket.set_verify_mode(ssl::verify_peer);
    socket.set_verify_callback(ssl::host_name_verification(name));
}

}  // namespace

std::shared_ptr<TlsIdentity> load_identity(
    const std::filesystem::path& certificate, const std::filesystem::path& key)
{
    auto identity = std::make_shared<TlsIdentity>();
    try {
        identity->context.use_certificate_chain_file(certificate.string());
    } catch (const std::exception& error) {
        fail_file(certificate, error);
    }
    try {
        identity->context.use_private_key_file(key.string(), ssl::context::pem);
    } catch (const std::exception& error) {
        fail_file(key, error);
    }
    return identity;
}

std::shared_ptr<TlsTrust> load_trust(const std::filesystem::path& ca)
{
    auto trust = std::make_shared<TlsTrust>();
    try {
        trust->context.load_verify_file(ca.string());
    } catch (const std::exception& error) {
        fail_file(ca, error);
    }
    return trust;
}

asio::awaitable<std::shared_ptr<Stream>> accept_stream(
    tcp::socket socket, std::shared_ptr<TlsIdentity> identity)
{
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (!identity)
        co_return std::make_shared<PlainStream>(std::move(socket));
    const auto stream = std::make_shared<TlsStream>(std::move(socket), identity->context);
    co_await shake_hands_within(stream->socket(), ssl::stream_base::server, handshake_max);
    co_return stream;
}

asio::awaitable<std::shared_ptr<Stream>> connect_stream(
    TlsPeer peer, std::chrono::milliseconds budget)
{
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    const auto connected = co_await net::with_deadline(connect_from(socket, peer), budget);
    if (!connected)
        throw boost::system::system_error(asio::error::timed_out);
    const auto stream = std::make_shared<TlsStream>(std::move(socket), peer.trust->context);
    expect_name(stream->socket(), peer.name);
    co_await shake_hands_within(stream->socket(), ssl::stream_base::client, budget);
    co_return stream;
}

}  // namespace understudy::sandbox
