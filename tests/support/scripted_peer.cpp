#include "support/scripted_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <unistd.h>

namespace understudy::support {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;

struct ScriptedPeer::State {
    State(asio::io_context& io, const tcp::endpoint& endpoint) : acceptor(io, endpoint) {}

    tcp::acceptor acceptor;
    std::vector<Act> script;
    std::optional<ssl::context> tls;
    std::string received;
    int connections = 0;
    /// Connections that hang stay open as long as the peer lives.
    std::vector<std::shared_ptr<void>> hanging;
};

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

tcp::socket& socket_of(tcp::socket& socket) { return socket; }
tcp::socket& socket_of(ssl::stream<tcp::socket>& stream) { return stream.next_layer(); }

template <class Stream>
asio::awaitable<void> read_head_from(Stream& stream, std::string& received)
{
    const std::size_t before = received.size();
    std::array<char, 4096> chunk{};
    while (received.find("\r\n\r\n", before) == std::string::npos) {
        const auto [error, count] = co_await stream.async_read_some(asio::buffer(chunk), quietly);
        received.append(chunk.data(), count);
        if (error)
            co_return;
    }
}

template <class Stream>
asio::awaitable<void> drip_to(Stream& stream, std::string bytes, std::chrono::milliseconds pause)
{
    asio::steady_timer timer(stream.get_executor());
    for (const char& byte : bytes) {
        timer.expires_after(pause);
        co_await timer.async_wait(quietly);
        const asio::const_buffer one(&byte, 1);
        const auto [error, count] = co_await asio::async_write(stream, one, quietly);
        if (error)
            co_return;
    }
}

template <class Stream, class State>
asio::awaitable<void> play(std::shared_ptr<Stream> stream, std::shared_ptr<State> state)
{
    boost::system::error_code ignored;
    for (const Act& act : state->script) {
        switch (act.kind) {
        case Act::Kind::read_head: co_await read_head_from(*stream, state->received); break;
        case Act::Kind::send: {
            const asio::const_buffer bytes = asio::buffer(act.bytes);
            co_await asio::async_write(*stream, bytes, quietly);
            break;
        }
        case Act::Kind::drip: co_await drip_to(*stream, act.bytes, act.pause); break;
        case Act::Kind::hang: state->hanging.push_back(stream); co_return;
        case Act::Kind::reset:
            socket_of(*stream).set_option(asio::socket_base::linger(true, 0), ignored);
            socket_of(*stream).close(ignored);
            co_return;
        case Act::Kind::close: co_return;
        }
    }
}

template <class State>
asio::awaitable<void> serve(std::shared_ptr<State> state)
{
    for (;;) {
        auto [error, socket] = co_await state->acceptor.async_accept(quietly);
        if (error)
            co_return;
        ++state->connections;
        if (!state->tls) {
            auto plain = std::make_shared<tcp::socket>(std::move(socket));
            co_await play(std::move(plain), state);
            continue;
        }
        auto secure = std::make_shared<ssl::stream<tcp::socket>>(std::move(socket), *state->tls);
        const auto [refused] = co_await secure->async_handshake(ssl::stream_base::server, quietly);
        if (!refused)
            co_await play(std::move(secure), state);
    }
}

ssl::context server_context(const PeerTls& tls)
{
    ssl::context context(ssl::context::tls_server);
    context.use_certificate_chain(asio::buffer(tls.identity.certificate));
    context.use_private_key(asio::buffer(tls.identity.key), ssl::context::pem);
    if (tls.only_tls12)
        context.set_options(ssl::context::no_tlsv1_3);
    if (!tls.client_authority.empty()) {
        context.add_certificate_authority(asio::buffer(tls.client_authority));
        context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    }
    return context;
}

}  // namespace

Act send(std::string bytes)
{
    Act act(Act::Kind::send);
    act.bytes = std::move(bytes);
    return act;
}

Act drip(std::string bytes, std::chrono::milliseconds pause)
{
    Act act(Act::Kind::drip);
    act.bytes = std::move(bytes);
    act.pause = pause;
    return act;
}

ScriptedPeer::ScriptedPeer(
    asio::io_context& io, std::vector<Act> script, const std::string& address, std::uint16_t port)
    : state_(std::make_shared<State>(io, tcp::endpoint(asio::ip::make_address(address), port)))
{
    state_->script = std::move(script);
    asio::co_spawn(io, serve(state_), asio::detached);
}

ScriptedPeer::ScriptedPeer(asio::io_context& io, PeerTls tls, std::vector<Act> script)
    : ScriptedPeer(io, std::move(script))
{
    state_->tls.emplace(server_context(tls));
}

ScriptedPeer::~ScriptedPeer()
{
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->hanging.clear();
}

std::uint16_t ScriptedPeer::port() const noexcept
{
    return state_->acceptor.local_endpoint().port();
}
const std::string& ScriptedPeer::received() const noexcept { return state_->received; }
int ScriptedPeer::connections() const noexcept { return state_->connections; }

// Below the ports that the kernel gives to clients (32768 and up), or a client of another test may
// take it before its finder does; and each process looks in a place of its own.
std::uint16_t unused_port()
{
    constexpr unsigned first = 12'000;
    constexpr unsigned count = 20'000;
    static std::atomic<unsigned> next{static_cast<unsigned>(::getpid()) * 61U};
    const auto loopback = asio::ip::address_v4::loopback();
    for (unsigned tries = 0; tries < count; ++tries) {
        const auto port = static_cast<std::uint16_t>(first + next++ % count);
        asio::io_context io;
        tcp::acceptor stream(io);
        asio::ip::udp::socket datagrams(io);
        boost::system::error_code error;
        stream.open(tcp::v4());
        stream.set_option(tcp::acceptor::reuse_address(true));
        datagrams.open(asio::ip::udp::v4());
        stream.bind({loopback, port}, error);
        if (error)
            continue;
        datagrams.bind({loopback, port}, error);
        if (!error)
            return port;
    }
    throw std::runtime_error("every port of loopback is in use");
}

}  // namespace understudy::support
