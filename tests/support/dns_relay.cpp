#include "support/dns_relay.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <utility>

namespace understudy::support {

namespace asio = boost::asio;
using asio::ip::tcp;
using Message = std::vector<std::uint8_t>;

struct DnsRelay::State {
    State(asio::io_context& io, std::uint16_t port, Mangle what)
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}),
          server(asio::ip::address_v4::loopback(), port),
          mangle(std::move(what))
    {}
    tcp::acceptor acceptor;
    tcp::endpoint server;
    Mangle mangle;
};

namespace {

asio::awaitable<Message> read_message(tcp::socket& socket)
{
    std::array<std::uint8_t, 2> length{};
    const auto prefix = asio::buffer(length);
    co_await asio::async_read(socket, prefix, asio::use_awaitable);
    Message message(static_cast<std::size_t>(length[0] << 8 | length[1]));
    const auto body = asio::buffer(message);
    co_await asio::async_read(socket, body, asio::use_awaitable);
    co_return message;
}

asio::awaitable<void> write_message(tcp::socket& socket, const Message& message)
{
    Message framed{
        static_cast<std::uint8_t>(message.size() >> 8U),
        static_cast<std::uint8_t>(message.size() & 0xffU)};
    framed.insert(framed.end(), message.begin(), message.end());
    const auto bytes = asio::buffer(framed);
    co_await asio::async_write(socket, bytes, asio::use_awaitable);
}

template <class State>
asio::awaitable<void> serve(std::shared_ptr<State> state)
{
    for (;;) {
        tcp::socket client = co_await state->acceptor.async_accept(asio::use_awaitable);
        tcp::socket server(client.get_executor());
        co_await server.async_connect(state->server, asio::use_awaitable);
        const Message question = co_await read_message(client);
        co_await write_message(server, question);
        Message answer = co_await read_message(server);
        state->mangle(answer);
        if (!answer.empty())
            co_await write_message(client, answer);
    }
}

}  // namespace

DnsRelay::DnsRelay(asio::io_context& io, std::uint16_t server_port, Mangle mangle)
    : state_(std::make_shared<State>(io, server_port, std::move(mangle)))
{
    // A connection that breaks on purpose ends the relay; it shows at the client.
    asio::co_spawn(io, serve(state_), [](std::exception_ptr) {});
}

DnsRelay::~DnsRelay() { state_->acceptor.close(); }

std::string DnsRelay::address() const
{
    return "127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

}  // namespace understudy::support
