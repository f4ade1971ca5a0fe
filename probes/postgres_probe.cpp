#include "probes/postgres_probe.hpp"

#include "net/budget.hpp"
#include "net/phase_clock.hpp"
#include "net/postgres_connection.hpp"
#include "net/printable.hpp"
#include "net/whole_number.hpp"

#include <boost/asio/this_coro.hpp>

#include <array>
#include <optional>
#include <stdexcept>

namespace understudy::probes {

namespace {

namespace asio = boost::asio;
using core::Reason;

/// One round trip for everything. A standby has no current position and a primary no replayed one;
/// asking the wrong one is an error, hence the CASE. Without pg_monitor the receiver's columns are
/// null, but its pid is not: that tells "no receiver" from "may not see it".
constexpr auto role_query = R"(
SELECT pg_is_in_recovery(),
       current_setting('transaction_read_only') = 'on',
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
             ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn)::bigint,
       (SELECT system_identifier FROM pg_control_system()),
       receiver.pid IS NOT NULL, receiver.status, receiver.sender_host,
       (pg_last_wal_receive_lsn() - pg_last_wal_replay_lsn())::bigint,
       (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint
  FROM (SELECT) AS once LEFT JOIN pg_stat_wal_receiver AS receiver ON true)";

enum Column : std::size_t {
    in_recovery,
    read_only,
    position,
    system,
    has_receiver,
    status,
    sender,
    unreplayed,
    replayed_ms_ago
};
constexpr std::size_t column_count = replayed_ms_ago + 1;

using Row = std::vector<std::optional<std::string>>;

struct Role {
    bool in_recovery = false;
    bool read_only = false;
    bool streaming = false;
    bool receiver_hidden = false;  ///< There is a receiver, and our user may not see it.
};

bool is_true(const Row& row, Column column) { return row[column] == "t"; }

Role role_in(const Row& row)
{
    Role role;
    role.in_recovery = is_true(row, in_recovery);
    role.read_only = is_true(row, read_only);
    role.streaming = row[status] == "streaming";
    role.receiver_hidden = is_true(row, has_receiver) && !row[status];
    return role;
}

std::optional<std::int64_t> number_in(const std::optional<std::string>& text)
{
    return text ? net::whole_number(*text) : std::nullopt;
}

void add_number(core::Facts& facts, const std::string& name, std::optional<std::int64_t> value)
{
    if (value)
        facts[name] = *value;
}

void add_text(core::Facts& facts, const std::string& name, const std::optional<std::string>& value)
{
    if (value)
        facts[name] = *value;
}

void add_facts(core::Facts& facts, const std::string& instance, const Row& row, const Role& role)
{
    const auto prefix = "postgres/" + instance;
    facts[prefix + "/in_recovery"] = role.in_recovery;
    facts[prefix + "/writable"] = !role.in_recovery && !role.read_only;
    if (role.in_recovery && !role.receiver_hidden)
        facts[prefix + "/streaming"] = role.streaming;
    add_text(facts, prefix + "/system", row[system]);
    add_text(facts, prefix + "/sender", row[sender]);
    add_number(facts, prefix + "/position", number_in(row[position]));
    // A server that was promoted keeps telling how it was at that moment.
    if (!role.in_recovery)
        return;
    add_number(facts, prefix + "/unreplayed", number_in(row[unreplayed]));
    add_number(facts, prefix + "/replayed_ms_ago", number_in(row[replayed_ms_ago]));
}

/// How far a standby is behind; empty when it receives nothing.
std::string lag_in_words(const Row& row)
{
    const auto bytes = number_in(row[unreplayed]);
    const auto age = number_in(row[replayed_ms_ago]);
    if (!bytes)
        return {};
    auto text = "has " + std::to_string(*bytes) + " bytes of received WAL to replay";
    if (age)
        text += ", and replayed a transaction " + std::to_string(*age) + " ms ago";
    return text;
}

core::Outcome judge_primary(const Role& role)
{
    if (role.in_recovery)
        return core::Outcome(Reason::in_recovery, "is in recovery, a primary was expected");
    if (role.read_only)
        return core::Outcome(
            Reason::read_only, "refuses writes: default_transaction_read_only is on");
    return core::Outcome(Reason::none);
}

core::Outcome judge_standby(const Role& role)
{
    if (!role.in_recovery)
        return core::Outcome(Reason::field, "is not in recovery, a standby was expected");
    if (role.receiver_hidden)
        return core::Outcome(
            Reason::credentials,
            "does not show its WAL receiver to this user; grant it the role pg_monitor");
    if (!role.streaming)
        return core::Outcome(Reason::stale, "receives no WAL: its receiver is not streaming");
    return core::Outcome(Reason::none);
}

core::Outcome judge(PostgresProbe::Expect expect, const Role& role)
{
    switch (expect) {
    case PostgresProbe::Expect::primary: return judge_primary(role);
    case PostgresProbe::Expect::standby: return judge_standby(role);
    case PostgresProbe::Expect::any: break;
    }
    return core::Outcome(Reason::none);
}

/// A statement of the operator's: any answer will do, unless it is the boolean false.
core::Outcome judge_query(const net::PostgresReply& reply)
{
    if (reply.reason != Reason::none)
        return core::Outcome(reply.reason, "query: " + reply.detail);
    if (!reply.row.empty() && reply.row.front() == "f")
        return core::Outcome(Reason::field, "query returned false");
    return core::Outcome(Reason::none);
}

/// Null is "not told"; a row of another shape tells nothing.
void add_content(core::Facts& facts, const Row& row)
{
    constexpr std::array<const char*, 3> names{
        "content/organization", "content/clusters", "content/schema_version"};
    constexpr std::size_t bytes_max = 80;
    for (std::size_t i = 0; row.size() >= names.size() && i < names.size(); ++i) {
        if (row[i])
            facts[names[i]] = net::printable(*row[i], bytes_max);
    }
}

net::PostgresOptions connection_options(const PostgresProbe::Options& options)
{
    net::PostgresOptions result;
    result.host = options.host;
    result.port = options.port;
    result.user = options.user;
    result.database = options.database;
    result.sslmode = options.sslmode;
    result.ca_file = options.ca_file;
    result.statement_timeout = options.timeout;
    if (!options.password_file.empty())
        result.password = net::read_secret(options.password_file);
    return result;
}

/// Tries each address in turn; a silent one leaves the others their share of the time.
asio::awaitable<net::PostgresReply> open_any(
    net::PostgresConnection& connection,
    const net::PostgresOptions& options,
    const std::vector<asio::ip::address>& addresses,
    net::Budget budget)
{
    net::PostgresReply reply;
    auto left = addresses.size();
    for (const auto& address : addresses) {
        const net::Budget share(budget.share(left--));
        reply = co_await connection.open(options, address, share);
        // An answer is an answer: asking the next address is for those that gave none.
        if (core::testimony_of(reply.reason) == core::Testimony::statement)
            break;
    }
    co_return reply;
}

asio::awaitable<core::Outcome> inspect(
    net::PostgresConnection& connection, const PostgresProbe::Options& options, net::Budget budget)
{
    const auto answer = co_await connection.query(role_query, budget);
    if (answer.reason != Reason::none)
        co_return core::Outcome(answer.reason, answer.detail);
    if (answer.row.size() != column_count)
        co_return core::Outcome(Reason::protocol, "not the answer of a PostgreSQL server");

    const auto role = role_in(answer.row);
    auto outcome = judge(options.expect, role);
    if (outcome.reason == Reason::none && !options.query.empty()) {
        const auto reply = co_await connection.query(options.query, budget);
        outcome = judge_query(reply);
        if (options.tells_content && outcome.reason == Reason::none)
            add_content(outcome.facts, reply.row);
    }
    add_facts(outcome.facts, options.instance, answer.row, role);
    if (outcome.reason == Reason::none && role.in_recovery)
        outcome.detail = lag_in_words(answer.row);
    if (!outcome.detail.empty())
        outcome.detail = options.instance + " at " + options.host + " " + outcome.detail;
    co_return outcome;
}

asio::awaitable<core::Outcome> check(
    net::Resolver& resolver, const PostgresProbe::Options& options, net::PhaseClock& clock)
{
    const net::Budget budget(options.timeout);
    net::PostgresOptions settings;
    try {
        settings = connection_options(options);
    } catch (const std::runtime_error& error) {
        co_return core::Outcome(Reason::credentials, error.what());
    }
    const auto resolution = co_await resolver.resolve(options.host, budget.remaining());
    if (resolution.addresses.empty())
        co_return core::Outcome(Reason::resolver, resolution.error);

    const auto executor = co_await asio::this_coro::executor;
    net::PostgresConnection connection(executor, clock);
    const auto opened = co_await open_any(connection, settings, resolution.addresses, budget);
    if (opened.reason != Reason::none)
        co_return core::Outcome(opened.reason, opened.detail);
    co_return co_await inspect(connection, options, budget);
}

}  // namespace

PostgresProbe::PostgresProbe(net::Resolver& resolver, Options options)
    : resolver_(resolver), options_(std::move(options))
{}

asio::awaitable<core::Outcome> PostgresProbe::run()
{
    net::PhaseClock clock(core::Phase::resolve);
    auto outcome = co_await check(resolver_, options_, clock);
    outcome.phases = clock.phases();
    outcome.took = net::total_of(outcome.phases);
    co_return outcome;
}

}  // namespace understudy::probes
