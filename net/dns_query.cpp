#include "net/dns_query.hpp"

#include "net/budget.hpp"
#include "net/deadline.hpp"
#include "net/errors.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <charconv>
#include <random>
#include <stdexcept>
#include <string>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using core::Reason;
using Error = boost::system::error_code;
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// One datagram in a hundred may be lost on a bad day; two are not, three hardly ever.
constexpr std::size_t sends_max = 3;

std::uint16_t unpredictable_id()
{
    std::random_device device;
    return static_cast<std::uint16_t>(device() & 0xffffU);
}

DnsAnswer failure(const Error& error, const char* where)
{
    DnsAnswer answer;
    answer.reason = reason_of(error);
    answer.detail = std::string(where) + ": " + text_of(error);
    return answer;
}

DnsAnswer silence()
{
    DnsAnswer answer;
    answer.reason = Reason::timeout;
    answer.detail = "no answer in time";
    return answer;
}

/// Waits for the datagram that answers; others are not heard.
asio::awaitable<DnsAnswer> receive_datagram(udp::socket& socket, const DnsQuestion& question)
{
    DnsBytes buffer;
    for (;;) {
        buffer.resize(4096);  // more than any server sends to who does not announce EDNS
        const auto into = asio::buffer(buffer);
        const auto [error, count] = co_await socket.async_receive(into, quietly);
        if (error)
            co_return failure(error, "UDP");
        buffer.resize(count);
        const std::optional<DnsAnswer> answer = answer_in(buffer, question);
        if (answer)
            co_return *answer;
    }
}

/// The socket is connected, so that only the server's own datagrams arrive.
asio::awaitable<DnsAnswer> ask_over_udp(
    udp::endpoint server, const DnsQuestion& question, const DnsBytes& wire, Budget budget)
{
    const auto executor = co_await asio::this_coro::executor;
    udp::socket socket(executor);
    Error error;
    socket.open(server.protocol(), error);
    if (!error)
        socket.connect(server, error);
    for (std::size_t sent = 0; !error && sent < sends_max; ++sent) {
        const auto bytes = asio::buffer(wire);
        std::size_t count = 0;
        std::tie(error, count) = co_await socket.async_send(bytes, quietly);
        if (error)
            break;
        auto receiving = receive_datagram(socket, question);
        const core::Duration turn = budget.share(sends_max - sent);
        const std::optional<DnsAnswer> answer = co_await with_deadline(std::move(receiving), turn);
        if (answer)
            co_return *answer;
    }
    if (error)
        co_return failure(error, "UDP");
    co_return silence();
}

asio::awaitable<DnsAnswer> converse_over_tcp(
    tcp::endpoint server, const DnsQuestion& question, const DnsBytes& wire)
{
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    auto [error] = co_await socket.async_connect(server, quietly);
    if (error)
        co_return failure(error, "TCP");

    DnsBytes framed{
        static_cast<std::uint8_t>(wire.size() >> 8U),
        static_cast<std::uint8_t>(wire.size() & 0xffU)};
    framed.insert(framed.end(), wire.begin(), wire.end());
    std::size_t count = 0;
    const auto out = asio::buffer(framed);
    std::tie(error, count) = co_await asio::async_write(socket, out, quietly);
    if (error)
        co_return failure(error, "TCP");

    std::array<std::uint8_t, 2> length{};
    const auto prefix = asio::buffer(length);
    std::tie(error, count) = co_await asio::async_read(socket, prefix, quietly);
    if (error)
        co_return failure(error, "TCP");
    DnsBytes message(static_cast<std::size_t>(length[0] << 8 | length[1]));
    const auto body = asio::buffer(message);
    std::tie(error, count) = co_await asio::async_read(socket, body, quietly);
    if (error)
        co_return failure(error, "TCP");

    const std::optional<DnsAnswer> answer = answer_in(message, question);
    if (answer)
        co_return *answer;
    DnsAnswer foreign;
    foreign.reason = Reason::protocol;
    foreign.detail = "TCP: the answer to another question";
    co_return foreign;
}

}  // namespace

asio::awaitable<DnsAnswer> ask_server(
    udp::endpoint server, DnsQuestion question, core::Duration limit)
{
    const Budget budget(limit);
    question.id = unpredictable_id();
    DnsBytes wire;
    try {
        wire = wire_form(question);
    } catch (const std::invalid_argument& bad) {
        DnsAnswer answer;
        answer.detail = bad.what();
        co_return answer;
    }
    DnsAnswer answer = co_await ask_over_udp(server, question, wire, budget);
    if (!answer.truncated)
        co_return answer;

    const tcp::endpoint same(server.address(), server.port());
    auto conversation = converse_over_tcp(same, question, wire);
    const std::optional<DnsAnswer> whole =
        co_await with_deadline(std::move(conversation), budget.remaining());
    if (whole)
        co_return *whole;
    co_return silence();
}

udp::endpoint dns_server_at(std::string_view text)
{
    std::string_view host = text;
    std::string_view port = "53";
    const auto colon = text.rfind(':');
    if (text.starts_with('[') && text.find(']') != text.npos) {
        const auto end = text.find(']');
        host = text.substr(1, end - 1);
        if (end + 1 < text.size())
            port = text.substr(text[end + 1] == ':' ? end + 2 : text.size());
    } else if (colon != text.npos && text.find(':') == colon) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    Error error;
    const auto address = asio::ip::make_address(std::string(host), error);
    std::uint16_t number = 0;
    const auto [rest, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error || problem != std::errc{} || rest != port.data() + port.size() || number == 0)
        throw std::invalid_argument(
            "'" + std::string(text) + "' is not a numeric address, with or without a port");
    return {address, number};
}

}  // namespace understudy::net
