/// One statement to one PostgreSQL server: resolve, connect, ask, close.
#pragma once

#include "net/postgres_connection.hpp"
#include "net/resolver.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <string>

namespace understudy::net {

/// How to reach a server and as whom. The password file is read again for every connection.
struct PostgresAccess {
    std::string name;  ///< For messages.
    std::string host;
    std::uint16_t port = 5432;
    std::string user;
    std::string database = "postgres";
    std::filesystem::path password_file;  ///< Empty: none.
    std::string sslmode = "verify-full";  ///< `disable` only where the link itself is trusted.
    std::filesystem::path ca_file;
    core::Duration timeout = std::chrono::seconds(3);

    PostgresAccess() = default;
};

/// The first row of the last of the statements in `sql`, within `access.timeout`. The detail names
/// the server. Throws operation_aborted when cancelled, nothing for a sick server; `resolver` must
/// outlive the call.
boost::asio::awaitable<PostgresReply> query_once(
    Resolver& resolver, PostgresAccess access, std::string sql);

}  // namespace understudy::net
