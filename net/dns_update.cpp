#include "net/dns_update.hpp"

#include "net/boot_clock.hpp"
#include "net/deadline.hpp"
#include "net/dial.hpp"
#include "net/errors.hpp"
#include "net/kill_points.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using core::EffectResult;
using Error = boost::system::error_code;

/// As many bytes as `wanted` has room for, or the error that came first.
asio::awaitable<Error> read_all(Connection& connection, asio::mutable_buffer wanted)
{
    while (wanted.size() > 0) {
        const Transfer got = co_await connection.read_some(wanted);
        wanted += got.bytes;
        if (got.error && wanted.size() > 0)
            co_return got.error;
    }
    co_return Error{};
}

/// A message over TCP comes after its length (RFC 1035, 4.2.2).
DnsBytes framed(const DnsBytes& wire)
{
    DnsBytes bytes{
        static_cast<std::uint8_t>(wire.size() >> 8U),
        static_cast<std::uint8_t>(wire.size() & 0xffU)};
    bytes.insert(bytes.end(), wire.begin(), wire.end());
    return bytes;
}

std::string_view text_in(const DnsBytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

asio::awaitable<Error> exchange(Connection& connection, const DnsBytes& request, DnsBytes& answer)
{
    kill_point("effect-before-send", text_in(request));
    const auto out = asio::buffer(request);
    const Transfer sent = co_await connection.write(out);
    kill_point("effect-sent", text_in(request));
    std::array<std::uint8_t, 2> length{};
    const auto prefix = asio::buffer(length);
    Error error = co_await read_all(connection, prefix);
    if (!error) {
        answer.resize(static_cast<std::size_t>(length[0] << 8 | length[1]));
        const auto body = asio::buffer(answer);
        error = co_await read_all(connection, body);
    }
    kill_point("effect-answered", text_in(request));
    co_return error&& sent.error ? sent.error : error;
}

DnsUpdateReply not_sent(std::string why)
{
    DnsUpdateReply reply;
    reply.result = EffectResult::refused;
    reply.detail = "not sent: " + std::move(why);
    return reply;
}

/// The update is on its way.
asio::awaitable<DnsUpdateReply> await_reply(
    Connection& connection, const SignedUpdate& update, const TsigKey& key, core::Instant deadline)
{
    const DnsBytes request = framed(update.wire);
    DnsBytes answer;
    auto conversation = exchange(connection, request, answer);
    const auto error = co_await with_deadline(std::move(conversation), until(deadline));
    DnsUpdateReply reply;
    if (!error)
        reply.detail = "no answer came in time";
    else if (*error)
        reply.detail = "no answer came: " + text_of(*error);
    else
        reply = update_reply_in(answer, update, key);
    co_return reply;
}

asio::awaitable<DnsUpdateReply> send_signed(
    Resolver& resolver,
    asio::ip::udp::endpoint server,
    const SignedUpdate& update,
    const TsigKey& key,
    core::Instant deadline)
{
    Peer peer;
    peer.host = server.address().to_string();
    peer.port = server.port();
    peer.last_byte = deadline;
    PhaseClock clock(core::Phase::connect);
    const Budget budget(until(deadline));
    const Dialed dialed = co_await dial(resolver, std::move(peer), budget, clock);
    if (!dialed.connection)
        co_return not_sent(dialed.detail);
    if (until(deadline) == core::Duration::zero())
        co_return not_sent("the effect's deadline passed first");
    DnsUpdateReply reply = co_await await_reply(*dialed.connection, update, key, deadline);
    reply.detail = dialed.detail + ": " + reply.detail;
    co_return reply;
}

}  // namespace

asio::awaitable<DnsUpdateReply> send_update(
    Resolver& resolver,
    asio::ip::udp::endpoint server,
    NameSwitch change,
    TsigKey key,
    core::Instant deadline)
{
    SignedUpdate update;
    std::string trouble;
    try {
        update = signed_update(change, key);
    } catch (const std::invalid_argument& bad) {
        trouble = bad.what();
    }
    if (!trouble.empty())
        co_return not_sent(trouble);
    DnsUpdateReply reply = co_await send_signed(resolver, server, update, key, deadline);
    co_return reply;
}

}  // namespace understudy::net
