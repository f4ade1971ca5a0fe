/// One connection to a PostgreSQL server, without ever blocking the event loop (libpq).
#pragma once

#include "core/outcome.hpp"
#include "net/budget.hpp"
#include "net/phase_clock.hpp"
#include "net/secret.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace understudy::net {

struct PostgresOptions {
    std::string host;  ///< The name that the certificate must carry.
    std::uint16_t port = 5432;
    std::string user;
    std::string database = "postgres";
    Secret password;
    std::string sslmode = "verify-full";
    std::filesystem::path ca_file;                               ///< Empty: the system's roots.
    core::Duration statement_timeout = std::chrono::seconds(3);  ///< The server's own bound.

    PostgresOptions() = default;
};

/// What a step came to. `row` is the first row of a query; null values are empty.
struct PostgresReply {
    core::Reason reason = core::Reason::internal;
    std::string detail;
    std::vector<std::optional<std::string>> row;

    PostgresReply() = default;
};

/// Each call ends within its budget; after a failure the connection is closed and only good for
/// being destroyed. Neither the home directory (~/.pgpass, ~/.postgresql) nor PGHOST, PGOPTIONS,
/// PGSSLMODE and their like have a say; PGSERVICE and, where there is no password, PGPASSWORD
/// cannot be told to keep out. Throws operation_aborted when cancelled, nothing for a sick server.
class PostgresConnection {
public:
    PostgresConnection(boost::asio::any_io_executor executor, PhaseClock& clock)
        : executor_(std::move(executor)), clock_(clock)
    {}

    boost::asio::awaitable<PostgresReply> open(
        PostgresOptions options, boost::asio::ip::address address, Budget budget);

    /// One statement, or several separated by semicolons; the first row of the last counts.
    boost::asio::awaitable<PostgresReply> query(std::string sql, Budget budget);

private:
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };

    boost::asio::awaitable<PostgresReply> handshake();
    boost::asio::awaitable<PostgresReply> exchange(std::string sql);
    boost::asio::awaitable<void> wait_readable();
    boost::asio::awaitable<void> wait_writable();
    boost::asio::awaitable<void> flush();
    boost::asio::awaitable<void> wait_for_result();
    void enter_phase();
    PostgresReply failure() const;
    PostgresReply out_of_time(const std::string& doing);

    boost::asio::any_io_executor executor_;
    PhaseClock& clock_;
    std::string peer_;  ///< For messages.
    std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace understudy::net
