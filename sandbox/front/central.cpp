#include "sandbox/front/central.hpp"

#include "sandbox/json.hpp"
#include "sandbox/lines.hpp"
#include "sandbox/tasks.hpp"
#include "sandbox/tokens.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <utility>

namespace understudy::sandbox {

namespace asio = boost::asio;

namespace {

constexpr auto create_table = "create table if not exists tsb_standin_cluster_sync "
                              "(cluster text primary key, synced_ms bigint not null)";

// One row of JSON in place of one parameter per cluster.
constexpr auto upsert =
    "insert into tsb_standin_cluster_sync select key, value::bigint from json_each_text($1::json) "
    "on conflict (cluster) do update set synced_ms = excluded.synced_ms";

std::int64_t now_ms()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

json::value parsed(const std::string& line)
{
    boost::system::error_code error;
    auto value = json::parse(line, error);
    if (error)
        throw boost::system::system_error(error);
    return value;
}

}  // namespace

Central::Central(
    asio::any_io_executor executor,
    std::shared_ptr<Database> database,
    std::chrono::milliseconds record)
    : executor_(std::move(executor)), database_(std::move(database)), record_(record)
{}

void Central::start() { spawn(executor_, record_syncs(), shared_from_this()); }

asio::awaitable<void> Central::record_syncs()
{
    for (;;) {
        co_await sleep_for(record_);
        if (!unwritten_.empty())
            co_await write_syncs();
    }
}

asio::awaitable<void> Central::write_syncs()
{
    if (!table_exists_) {
        const auto created = co_await database_->query(create_table);
        table_exists_ = created.ok();
    }
    json::object syncs;
    for (const auto& [cluster, at] : std::exchange(unwritten_, {}))
        syncs[cluster] = at;
    std::vector<std::string> parameters{json::serialize(syncs)};
    co_await database_->query(upsert, std::move(parameters));
}

asio::awaitable<void> Central::serve(std::shared_ptr<Stream> stream)
{
    const auto self = shared_from_this();
    co_await exchange(*stream);
}

/// Its first push is read before: a connection that is closed with something unread in it is reset,
/// and the answer would be lost.
asio::awaitable<void> Central::refuse(Stream& stream, std::string& pending)
{
    const std::string refusal = "{\"refused\":\"the token has expired\"}\n";
    co_await read_line(stream, pending);
    co_await stream.write(refusal);
}

asio::awaitable<void> Central::exchange(Stream& stream)
{
    std::string pending;
    const auto hello = co_await read_line(stream, pending);
    const auto who = parsed(hello);
    const auto cluster = text_at(who, "/cluster");
    if (left_of(text_at(who, "/token")) <= std::chrono::seconds(0)) {
        co_await refuse(stream, pending);
        co_return;
    }
    try {
        for (;;) {
            const auto line = co_await read_line(stream, pending);
            const auto push = integer_at(parsed(line), "/push");
            connected_[cluster] = unwritten_[cluster] = now_ms();
            const auto answer = fmt::format("{{\"ok\":{}}}\n", push);
            co_await stream.write(answer);
        }
    } catch (const boost::system::system_error&) {
        connected_.erase(cluster);
        throw;
    }
}

asio::awaitable<Answer> read_syncs(std::shared_ptr<Database> database)
{
    // On a standby, or before the first exchange, there is no table: then nobody has synced.
    constexpr auto exists = "select to_regclass('tsb_standin_cluster_sync') is not null";
    constexpr auto rows = "select cluster, synced_ms from tsb_standin_cluster_sync";
    auto known = co_await database->query(exists);
    if (!known.ok() || known.rows.empty())
        co_return known;
    const bool there = known.rows.front().front() == "t";
    if (there)
        known = co_await database->query(rows);
    else
        known.rows.clear();
    co_return known;
}

}  // namespace understudy::sandbox
