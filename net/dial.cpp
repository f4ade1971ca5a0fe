#include "net/dial.hpp"

#include "net/deadline.hpp"
#include "net/effect_socket.hpp"
#include "net/errors.hpp"
#include "net/tls_connection.hpp"

#include <boost/asio/as_tuple.hpp>

#include <algorithm>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using asio::ip::tcp;
using core::Phase;
using core::Reason;

/// A name with more addresses than this would leave each of them no time to answer.
constexpr std::size_t addresses_max = 16;

/// An ephemeral port on loopback can connect to itself (TCP's simultaneous open): nobody listens
/// there.
bool connected_to_itself(const tcp::socket& socket)
{
    Error ignored;
    return socket.local_endpoint(ignored) == socket.remote_endpoint(ignored);
}

Reason reason_of_connect(const Error& error)
{
    if (error == asio::error::timed_out)
        return Reason::connect_timeout;
    if (error == boost::system::errc::no_such_file_or_directory)
        return Reason::connect_refused;  // a Unix socket that nobody made
    return reason_of(error);
}

template <class Socket, class Endpoint>
asio::awaitable<Error> connect(Socket& socket, Endpoint endpoint)
{
    Error error;
    socket.open(endpoint.protocol(), error);
    if (!error)
        std::tie(error) =
            co_await socket.async_connect(endpoint, asio::as_tuple(asio::use_awaitable));
    co_return error;
}

/// One address, in at most `limit`.
template <class Socket, class Endpoint>
asio::awaitable<Dialed> connect_within(Socket& socket, Endpoint endpoint, core::Duration limit)
{
    auto connecting = connect(socket, endpoint);
    const std::optional<Error> error = co_await with_deadline(std::move(connecting), limit);

    Dialed dialed;
    if (!error) {
        dialed.reason = Reason::connect_timeout;
        dialed.detail = "no connection in time";
        co_return dialed;
    }
    dialed.reason = reason_of_connect(*error);
    if (*error)
        dialed.detail = "connect: " + text_of(*error);
    co_return dialed;
}

asio::awaitable<Dialed> dial_address(
    tcp::endpoint endpoint, Peer peer, core::Duration limit, PhaseClock& clock)
{
    clock.enter(Phase::connect);
    const Budget budget(limit);
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    Dialed dialed = co_await connect_within(socket, endpoint, limit);
    if (dialed.reason == Reason::none && connected_to_itself(socket)) {
        dialed.reason = Reason::connect_refused;
        dialed.detail = "connect: nobody listens";
    }
    if (dialed.reason != Reason::none)
        co_return dialed;

    Error ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const Error unguarded = peer.last_byte ? guard_socket(socket, *peer.last_byte) : Error{};
    if (unguarded) {
        dialed.reason = Reason::internal;
        dialed.detail =
            "the socket cannot be bound to the effect's deadline: " + text_of(unguarded);
        co_return dialed;
    }
    if (!peer.tls) {
        dialed.connection = plain_connection(std::move(socket));
        co_return dialed;
    }
    clock.enter(Phase::tls);
    Secured secured = co_await secure(
        std::move(socket), std::move(peer.tls), std::move(peer.host), budget.remaining());
    dialed.connection = std::move(secured.connection);
    dialed.reason = secured.reason;
    dialed.detail = std::move(secured.detail);
    dialed.certificate = std::move(secured.certificate);
    co_return dialed;
}

asio::awaitable<Dialed> dial_unix(std::filesystem::path path, Budget budget, PhaseClock& clock)
{
    using asio::local::stream_protocol;
    clock.enter(Phase::connect);
    const auto executor = co_await asio::this_coro::executor;
    Dialed dialed;
    try {
        stream_protocol::socket socket(executor);
        const stream_protocol::endpoint endpoint(path.string());
        dialed = co_await connect_within(socket, endpoint, budget.remaining());
        if (dialed.reason == Reason::none)
            dialed.connection = plain_connection(std::move(socket));
    } catch (const boost::system::system_error& failure) {  // the path is too long for a socket
        if (failure.code() == asio::error::operation_aborted)
            throw;
        dialed.detail = failure.code().message();
    }
    dialed.detail = path.string() + (dialed.detail.empty() ? "" : ": " + dialed.detail);
    co_return dialed;
}

/// Adds one more failed address to the account of all.
void note_failure(Dialed& all, Dialed one, const std::string& where)
{
    if (!all.detail.empty())
        all.detail += "; ";
    all.detail += where + ": " + one.detail;
    const bool first = all.reason == Reason::none;
    if (first || tells_more(one.reason, all.reason)) {
        all.reason = one.reason;
        all.certificate = std::move(one.certificate);
    }
}

}  // namespace

asio::awaitable<Dialed> dial(Resolver& resolver, Peer peer, Budget budget, PhaseClock& clock)
{
    if (!peer.unix_socket.empty()) {
        Dialed local = co_await dial_unix(std::move(peer.unix_socket), budget, clock);
        co_return local;
    }
    clock.enter(Phase::resolve);
    Resolution names = co_await resolver.resolve(peer.host, budget.remaining());
    Dialed all;
    if (names.addresses.empty()) {
        all.reason = Reason::resolver;
        all.detail = std::move(names.error);
        co_return all;
    }
    all.reason = Reason::none;
    const std::size_t count = std::min(names.addresses.size(), addresses_max);
    for (std::size_t i = 0; i < count; ++i) {
        const tcp::endpoint endpoint(names.addresses[i], peer.port);
        const std::string where = text_of(endpoint.address().to_string(), peer.port);
        const core::Duration limit = budget.share(count - i);
        Dialed one = co_await dial_address(endpoint, peer, limit, clock);
        if (one.connection) {
            one.detail = where;
            co_return one;
        }
        note_failure(all, std::move(one), where);
    }
    co_return all;
}

std::string text_of(const std::string& host, std::uint16_t port)
{
    const bool six = host.find(':') != std::string::npos;
    return (six ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

}  // namespace understudy::net
