#include "net/postgres_connection.hpp"

#include "net/deadline.hpp"
#include "net/postgres_error.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <libpq-fe.h>
#include <utility>

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using Stream = asio::posix::stream_descriptor;

/// Debian's bundle of trusted roots. libpq before 16 has no word for "the system's".
constexpr auto system_roots = "/etc/ssl/certs/ca-certificates.crt";

/// A place where nothing is. libpq takes an empty value for none, and looks below the home
/// directory.
constexpr auto nowhere = "/nonexistent";

using Parameters = std::vector<std::pair<const char*, std::string>>;

std::string milliseconds_of(core::Duration duration)
{
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return std::to_string(std::max<std::int64_t>(count, 1));  // 0 would mean: without end
}

Parameters parameters_of(const PostgresOptions& options, const asio::ip::address& address)
{
    const auto patience = milliseconds_of(options.statement_timeout);
    return {
        {"host", options.host},
        {"hostaddr", address.to_string()},  // libpq would resolve `host` with a blocking call
        {"port", std::to_string(options.port)},
        {"user", options.user},
        {"password", std::string(options.password.reveal())},
        {"dbname", options.database},
        {"application_name", "understudy"},
        {"sslmode", options.sslmode},
        {"sslrootcert", options.ca_file.empty() ? system_roots : options.ca_file.string()},
        {"sslcert", nowhere},
        {"sslkey", nowhere},
        {"sslcrl", nowhere},
        {"passfile", nowhere},
        {"gssencmode", "disable"},  // would ask Kerberos, which blocks
        {"target_session_attrs", "any"},
        {"client_encoding", "UTF8"},
        {"options", "-c statement_timeout=" + patience},
        // The second net: what our own deadline should have ended long before.
        {"tcp_user_timeout", patience},
    };
}

pg_conn* start(const Parameters& parameters)
{
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : parameters) {
        names.push_back(name);
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    return PQconnectStartParams(names.data(), values.data(), 0);
}

void ignore_notice(void*, const PGresult*) {}

/// Lends libpq's socket to Asio for one wait. libpq owns the socket and may open another one at
/// every step, so it is given back at once, also when the wait is cancelled.
class Borrowed {
public:
    Borrowed(const asio::any_io_executor& executor, PGconn* connection)
        : stream_(executor, PQsocket(connection))
    {}
    ~Borrowed() { stream_.release(); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    Stream& stream() noexcept { return stream_; }

private:
    Stream stream_;
};

struct Clear {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

std::string field(const PGresult* result, int code)
{
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

void take_error(PostgresReply& reply, const PGresult* result)
{
    const auto sqlstate = field(result, PG_DIAG_SQLSTATE);
    // Without a state it is libpq that complains: the connection broke while we waited.
    reply.reason = sqlstate.empty() ? reason_of_connect_error(PQresultErrorMessage(result))
                                    : reason_of_sqlstate(sqlstate);
    const auto message = sqlstate.empty() ? std::string(PQresultErrorMessage(result))
                                          : sqlstate + " " + field(result, PG_DIAG_MESSAGE_PRIMARY);
    reply.detail = one_line(message);
}

void take_row(PostgresReply& reply, const PGresult* result)
{
    constexpr std::size_t value_bytes_max = 4096;
    reply.row.clear();
    for (int column = 0; column < PQnfields(result); ++column) {
        if (PQgetisnull(result, 0, column) != 0)
            reply.row.emplace_back();
        else
            reply.row.emplace_back(
                std::string(PQgetvalue(result, 0, column)).substr(0, value_bytes_max));
    }
}

/// Row by row, so that a query of a million rows costs the memory of one.
void take_result(PostgresReply& reply, const PGresult* result)
{
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        if (reply.row.empty())
            take_row(reply, result);
        return;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY: return;
    case PGRES_COPY_OUT:
    case PGRES_COPY_IN:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_COPY_BOTH:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        if (reply.reason == core::Reason::none)
            take_error(reply, result);
        return;
    }
}

}  // namespace

void PostgresConnection::Finish::operator()(pg_conn* connection) const noexcept
{
    PQfinish(connection);
}

asio::awaitable<PostgresReply> PostgresConnection::open(
    PostgresOptions options, asio::ip::address address, Budget budget)
{
    peer_ = options.user + "@" + options.host + " (" + address.to_string() + ":" +
            std::to_string(options.port) + ")";
    clock_.enter(core::Phase::connect);
    connection_.reset(start(parameters_of(options, address)));
    if (!connection_) {
        PostgresReply reply;
        reply.reason = core::Reason::local_limit;
        reply.detail = peer_ + ": out of memory";
        co_return reply;
    }
    // Verbose, because only so a refused login carries its SQLSTATE.
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
    PQsetNoticeReceiver(connection_.get(), ignore_notice, nullptr);
    if (PQstatus(connection_.get()) == CONNECTION_BAD)
        co_return failure();

    auto shaking = handshake();
    auto reply = co_await with_deadline(std::move(shaking), budget.remaining());
    if (!reply)
        co_return out_of_time("log in");
    co_return std::move(*reply);
}

asio::awaitable<PostgresReply> PostgresConnection::query(std::string sql, Budget budget)
{
    clock_.enter(core::Phase::request);
    auto exchanging = exchange(std::move(sql));
    auto reply = co_await with_deadline(std::move(exchanging), budget.remaining());
    if (!reply)
        co_return out_of_time("query");
    if (reply->reason != core::Reason::none)
        reply->detail = peer_ + ": " + reply->detail;
    co_return std::move(*reply);
}

asio::awaitable<PostgresReply> PostgresConnection::handshake()
{
    // The documented protocol of PQconnectPoll: as if it had said "writing" before the first call.
    auto wanted = PGRES_POLLING_WRITING;
    while (wanted == PGRES_POLLING_READING || wanted == PGRES_POLLING_WRITING) {
        if (wanted == PGRES_POLLING_READING)
            co_await wait_readable();
        else
            co_await wait_writable();
        wanted = PQconnectPoll(connection_.get());
        enter_phase();
    }
    if (wanted != PGRES_POLLING_OK || PQsetnonblocking(connection_.get(), 1) != 0)
        co_return failure();
    PostgresReply reply;
    reply.reason = core::Reason::none;
    co_return reply;
}

void PostgresConnection::enter_phase()
{
    switch (PQstatus(connection_.get())) {
    case CONNECTION_SSL_STARTUP: return clock_.enter(core::Phase::tls);
    case CONNECTION_AWAITING_RESPONSE:
    case CONNECTION_AUTH_OK:
    case CONNECTION_CHECK_STANDBY:
    case CONNECTION_CHECK_TARGET:
    case CONNECTION_CHECK_WRITABLE:
    case CONNECTION_CONSUME:
    case CONNECTION_SETENV: return clock_.enter(core::Phase::auth);
    case CONNECTION_OK:
    case CONNECTION_BAD:
    case CONNECTION_STARTED:
    case CONNECTION_MADE:
    case CONNECTION_NEEDED:
    case CONNECTION_GSS_STARTUP: return;
    }
}

asio::awaitable<PostgresReply> PostgresConnection::exchange(std::string sql)
{
    PostgresReply reply;
    auto* connection = connection_.get();
    if (PQsendQuery(connection, sql.c_str()) == 0 || PQsetSingleRowMode(connection) == 0)
        co_return failure();
    co_await flush();
    reply.reason = core::Reason::none;
    while (true) {
        co_await wait_for_result();
        const Result result(PQgetResult(connection));
        if (!result)
            break;
        take_result(reply, result.get());
    }
    co_return reply;
}

asio::awaitable<void> PostgresConnection::flush()
{
    while (PQflush(connection_.get()) > 0)
        co_await wait_writable();
}

asio::awaitable<void> PostgresConnection::wait_for_result()
{
    while (PQisBusy(connection_.get()) != 0) {
        co_await wait_readable();
        // A connection that broke makes a result that says so; there is nothing more to wait for.
        if (PQconsumeInput(connection_.get()) == 0)
            co_return;
    }
}

asio::awaitable<void> PostgresConnection::wait_readable()
{
    Borrowed socket(executor_, connection_.get());
    co_await socket.stream().async_wait(Stream::wait_read, asio::use_awaitable);
}

asio::awaitable<void> PostgresConnection::wait_writable()
{
    Borrowed socket(executor_, connection_.get());
    co_await socket.stream().async_wait(Stream::wait_write, asio::use_awaitable);
}

PostgresReply PostgresConnection::failure() const
{
    PostgresReply reply;
    const std::string_view message = PQerrorMessage(connection_.get());
    reply.reason = reason_of_connect_error(message);
    reply.detail = peer_ + ": " + one_line(message);
    return reply;
}

PostgresReply PostgresConnection::out_of_time(const std::string& doing)
{
    const bool connected = PQstatus(connection_.get()) != CONNECTION_STARTED;
    PostgresReply reply;
    reply.reason = connected ? core::Reason::timeout : core::Reason::connect_timeout;
    reply.detail =
        peer_ + (connected ? ": no answer in time to " + doing : ": no connection in time");
    connection_.reset();
    return reply;
}

}  // namespace understudy::net
