/// Which of a plane's PostgreSQL servers takes writes, and whom the others follow.
#pragma once

#include "net/postgres_query.hpp"

#include <boost/asio/awaitable.hpp>

#include <set>
#include <string>
#include <vector>

namespace understudy::actions {

struct DatabaseRole {
    std::string host;  ///< As we reach it.
    bool answered = false;
    bool writable = false;  ///< It took a write, which was rolled back.
    std::string address;    ///< As it sees itself.
    /// In recovery: the host that its WAL receiver follows, or would; empty: none, or hidden.
    std::string sender;
    std::string detail;  ///< What went wrong, or nothing.

    DatabaseRole() = default;
};

/// Asks one server. The write needs the right to make temporary tables, which every role has unless
/// it was taken away. `resolver` must outlive the call.
boost::asio::awaitable<DatabaseRole> read_role(net::Resolver& resolver, net::PostgresAccess access);

std::int64_t count_writable(const std::vector<DatabaseRole>& roles);
/// Servers that follow a sender which is none of the writable servers and none of `primary_names`;
/// 0 when no server is writable.
std::int64_t count_astray(
    const std::vector<DatabaseRole>& roles, std::set<std::string> primary_names);

}  // namespace understudy::actions
