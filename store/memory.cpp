#include "store/memory.hpp"

namespace understudy::store {

namespace {

std::map<std::string, std::string> read_all(Database& database)
{
    std::map<std::string, std::string> entries;
    auto row = database.statement("SELECT key, value FROM memory");
    while (row.step())
        entries.emplace(row.text(0), row.text(1));
    return entries;
}

void write(Database& database, const std::vector<std::pair<std::string, std::string>>& entries)
{
    Transaction transaction(database);
    for (const auto& [key, value] : entries) {
        auto row = database.statement("INSERT INTO memory(key, value) VALUES (?, ?) "
                                      "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        row.bind(key).bind(value).run();
    }
    transaction.commit();
}

}  // namespace

// Plain functions, not coroutines: the closure is moved into the worker's frame at once.
boost::asio::awaitable<std::map<std::string, std::string>> Memory::load_all()
{
    return worker_.call_best_effort([](Database& database) { return read_all(database); });
}

boost::asio::awaitable<void> Memory::put(std::vector<std::pair<std::string, std::string>> entries)
{
    return worker_.call(
        [entries = std::move(entries)](Database& database) { write(database, entries); });
}

}  // namespace understudy::store
