#include "support/dns_peer.hpp"

#include "support/scripted_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace understudy::support {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_bytes = 12;

void put16(Message& to, std::size_t value)
{
    to.push_back(static_cast<std::uint8_t>(value >> 8U & 0xffU));
    to.push_back(static_cast<std::uint8_t>(value & 0xffU));
}

Message labels(const std::string& name)
{
    Message bytes;
    for (std::size_t from = 0; from < name.size();) {
        const std::size_t dot = std::min(name.find('.', from), name.size());
        bytes.push_back(static_cast<std::uint8_t>(dot - from));
        bytes.insert(
            bytes.end(), name.begin() + static_cast<std::ptrdiff_t>(from),
            name.begin() + static_cast<std::ptrdiff_t>(dot));
        from = dot + 1;
    }
    bytes.push_back(0);
    return bytes;
}

/// Name, type and class, from the end of the header to the end of the (only) question.
Message question_of(const Message& query)
{
    std::size_t end = header_bytes;
    while (end < query.size() && query[end] != 0)
        end += query[end] + 1U;
    end = std::min(end + 5, query.size());
    return {query.begin() + header_bytes, query.begin() + static_cast<std::ptrdiff_t>(end)};
}

void put(Message& to, const DnsRecord& record)
{
    const Message owner = record.owner.empty() ? Message{0xc0, header_bytes} : labels(record.owner);
    to.insert(to.end(), owner.begin(), owner.end());
    put16(to, record.type);
    put16(to, 1);  // IN
    to.insert(to.end(), {0, 0, 0, 5});
    put16(to, record.data.size());
    to.insert(to.end(), record.data.begin(), record.data.end());
}

}  // namespace

Message DnsReply::to(const Message& query) const
{
    Message bytes{query.at(0), query.at(1)};
    bytes.push_back(truncated ? 0x87 : 0x85);  // answer, authoritative, recursion asked for
    bytes.push_back(code);
    put16(bytes, 1);
    put16(bytes, records.size());
    put16(bytes, 0);
    put16(bytes, 0);
    const Message question = question_of(query);
    bytes.insert(bytes.end(), question.begin(), question.end());
    for (const auto& record : records)
        put(bytes, record);
    return bytes;
}

DnsRecord cname(const std::string& target) { return {"", 5, labels(target)}; }
DnsRecord address(std::uint8_t last_byte) { return {"", 1, {192, 0, 2, last_byte}}; }

DnsRecord text(const std::string& value)
{
    Message data{static_cast<std::uint8_t>(value.size())};
    data.insert(data.end(), value.begin(), value.end());
    return {"", 16, data};
}

/// UDP and TCP on one port.
struct DnsPeer::State {
    State(asio::io_context& io, Answer what, std::uint16_t port = unused_port())
        : answer(std::move(what)),
          datagrams(io, udp::endpoint(asio::ip::address_v4::loopback(), port)),
          acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port))
    {}

    Answer answer;
    udp::socket datagrams;
    tcp::acceptor acceptor;
    int questions = 0;
};

namespace {

template <class State>
asio::awaitable<void> serve_datagrams(std::shared_ptr<State> state)
{
    for (;;) {
        Message query(4096);
        udp::endpoint from;
        const auto into = asio::buffer(query);
        const auto [error, count] =
            co_await state->datagrams.async_receive_from(into, from, quietly);
        if (error)
            co_return;
        ++state->questions;
        query.resize(count);
        const Message reply = state->answer(query, false);
        if (reply.empty())
            continue;
        const auto bytes = asio::buffer(reply);
        co_await state->datagrams.async_send_to(bytes, from, quietly);
    }
}

template <class State>
asio::awaitable<void> serve_streams(std::shared_ptr<State> state)
{
    for (;;) {
        auto [error, socket] = co_await state->acceptor.async_accept(quietly);
        if (error)
            co_return;
        std::array<std::uint8_t, 2> length{};
        const auto prefix = asio::buffer(length);
        co_await asio::async_read(socket, prefix, quietly);
        Message query(static_cast<std::size_t>(length[0] << 8 | length[1]));
        const auto body = asio::buffer(query);
        co_await asio::async_read(socket, body, quietly);
        const Message reply = state->answer(query, true);
        Message framed;
        put16(framed, reply.size());
        framed.insert(framed.end(), reply.begin(), reply.end());
        const auto bytes = asio::buffer(framed);
        co_await asio::async_write(socket, bytes, quietly);
    }
}

}  // namespace

DnsPeer::DnsPeer(asio::io_context& io, Answer answer)
    : state_(std::make_shared<State>(io, std::move(answer)))
{
    asio::co_spawn(io, serve_datagrams(state_), asio::detached);
    asio::co_spawn(io, serve_streams(state_), asio::detached);
}

DnsPeer::DnsPeer(asio::io_context& io, DnsReply reply)
    : DnsPeer(io, [reply](const Message& query, bool) { return reply.to(query); })
{}

DnsPeer::~DnsPeer()
{
    boost::system::error_code ignored;
    state_->datagrams.close(ignored);
    state_->acceptor.close(ignored);
}

std::string DnsPeer::address() const
{
    return "127.0.0.1:" + std::to_string(state_->datagrams.local_endpoint().port());
}

int DnsPeer::questions() const noexcept { return state_->questions; }

}  // namespace understudy::support
