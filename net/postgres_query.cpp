#include "net/postgres_query.hpp"

#include "net/budget.hpp"
#include "net/phase_clock.hpp"

#include <boost/asio/this_coro.hpp>

#include <stdexcept>
#include <utility>

namespace understudy::net {

namespace asio = boost::asio;

namespace {

PostgresOptions options_of(const PostgresAccess& access)
{
    PostgresOptions options;
    options.host = access.host;
    options.port = access.port;
    options.user = access.user;
    options.database = access.database;
    options.sslmode = access.sslmode;
    options.ca_file = access.ca_file;
    options.statement_timeout = access.timeout;
    if (!access.password_file.empty())
        options.password = read_secret(access.password_file);
    return options;
}

PostgresReply failed(core::Reason reason, const std::string& detail)
{
    PostgresReply reply;
    reply.reason = reason;
    reply.detail = detail;
    return reply;
}

/// Tries each address in turn; a silent one leaves the others their share of the time.
asio::awaitable<PostgresReply> open_any(
    PostgresConnection& connection,
    const PostgresOptions& options,
    const std::vector<asio::ip::address>& addresses,
    Budget budget)
{
    PostgresReply reply;
    auto left = addresses.size();
    for (const auto& address : addresses) {
        const Budget share(budget.share(left--));
        reply = co_await connection.open(options, address, share);
        if (core::testimony_of(reply.reason) == core::Testimony::statement)
            break;
    }
    co_return reply;
}

asio::awaitable<PostgresReply> ask(Resolver& resolver, PostgresAccess access, std::string sql)
{
    const Budget budget(access.timeout);
    PostgresOptions options;
    try {
        options = options_of(access);
    } catch (const std::runtime_error& error) {
        co_return failed(core::Reason::credentials, error.what());
    }
    const auto resolution = co_await resolver.resolve(access.host, budget.remaining());
    if (resolution.addresses.empty())
        co_return failed(core::Reason::resolver, resolution.error);

    PhaseClock clock(core::Phase::connect);
    const auto executor = co_await asio::this_coro::executor;
    PostgresConnection connection(executor, clock);
    auto reply = co_await open_any(connection, options, resolution.addresses, budget);
    if (reply.reason == core::Reason::none)
        reply = co_await connection.query(std::move(sql), budget);
    co_return reply;
}

}  // namespace

asio::awaitable<PostgresReply> query_once(
    Resolver& resolver, PostgresAccess access, std::string sql)
{
    const auto name = access.name + " at " + access.host;
    auto reply = co_await ask(resolver, std::move(access), std::move(sql));
    reply.detail = name + ": " + reply.detail;
    co_return reply;
}

}  // namespace understudy::net
