#include "probes/held_connection.hpp"

#include "net/dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace understudy::probes {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> throw_if_cancelled()
{
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace

HeldConnection::HeldConnection(net::Resolver& resolver, Options options)
    : resolver_(resolver), options_(std::move(options)), tls_(options_.tls_options)
{}

asio::awaitable<void> HeldConnection::until_broken()
{
    bool had_lasted = co_await hold_once();
    while (!had_lasted) {
        co_await pause();
        had_lasted = co_await hold_once();
    }
}

asio::awaitable<bool> HeldConnection::hold_once()
{
    net::PhaseClock clock(core::Phase::resolve);
    const net::Budget budget(options_.connect_timeout);
    net::Peer peer;
    peer.host = options_.host;
    peer.port = options_.port;
    try {
        peer.tls = tls_.current();
    } catch (const std::runtime_error&) {
        co_return false;  // The probe of the same port reports it.
    }
    const net::Dialed dialed = co_await net::dial(resolver_, std::move(peer), budget, clock);
    if (!dialed.connection)
        co_return false;

    const auto connected = std::chrono::steady_clock::now();
    std::array<char, 4096> ignored{};
    const auto into = asio::buffer(ignored);
    net::Transfer transfer = co_await dialed.connection->read_some(into);
    while (!transfer.error)
        transfer = co_await dialed.connection->read_some(into);
    co_await throw_if_cancelled();
    co_return std::chrono::steady_clock::now() - connected >= options_.retry_after;
}

asio::awaitable<void> HeldConnection::pause()
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, options_.retry_after);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await throw_if_cancelled();
}

}  // namespace understudy::probes
