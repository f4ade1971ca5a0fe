#include "actions/database_roles.hpp"

#include <algorithm>
#include <utility>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

/// A receiver that has lost its sender is in no view, but it will follow the same one again when it
/// returns: whom, says the setting. pg_settings leaves out what our user may not see, and of the
/// setting, which may hold a password, only the host leaves the server.
constexpr auto role_query = R"(
SELECT pg_is_in_recovery(), host(inet_server_addr()),
       coalesce(receiver.sender_host,
                substring(setting.setting from '(?:^|\s)host\s*=\s*''?([^''\s]+)'))
  FROM (SELECT) AS once
  LEFT JOIN pg_stat_wal_receiver AS receiver ON true
  LEFT JOIN pg_settings AS setting ON setting.name = 'primary_conninfo')";
enum Column : std::size_t { in_recovery, address, sender };
constexpr std::size_t column_count = sender + 1;

/// Refused in recovery and where default_transaction_read_only is on; leaves nothing behind.
constexpr auto write_query = "BEGIN; CREATE TEMPORARY TABLE understudy_write_check (); ROLLBACK";

}  // namespace

asio::awaitable<DatabaseRole> read_role(net::Resolver& resolver, net::PostgresAccess access)
{
    DatabaseRole role;
    role.host = access.host;
    auto first = access;
    const auto answer = co_await net::query_once(resolver, std::move(first), role_query);
    role.answered = answer.reason == core::Reason::none && answer.row.size() == column_count;
    if (!role.answered) {
        role.detail = answer.detail;
        co_return role;
    }
    role.address = answer.row[address].value_or("");
    if (answer.row[in_recovery] != "f") {
        role.sender = answer.row[sender].value_or("");
        co_return role;
    }
    const auto written = co_await net::query_once(resolver, std::move(access), write_query);
    role.writable = written.reason == core::Reason::none;
    if (!role.writable)
        role.detail = written.detail;
    co_return role;
}

std::int64_t count_writable(const std::vector<DatabaseRole>& roles)
{
    return std::ranges::count_if(roles, &DatabaseRole::writable);
}

std::int64_t count_astray(
    const std::vector<DatabaseRole>& roles, std::set<std::string> primary_names)
{
    if (count_writable(roles) == 0)
        return 0;
    for (const auto& role : roles) {
        if (role.writable)
            primary_names.insert({role.host, role.address});
    }
    return std::ranges::count_if(roles, [&](const DatabaseRole& role) {
        return !role.writable && !role.sender.empty() && !primary_names.contains(role.sender);
    });
}

}  // namespace understudy::actions
