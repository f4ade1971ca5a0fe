#include "store/journal.hpp"

#include "store/journal_rows.hpp"
#include "store/sync_points.hpp"

#include <fmt/format.h>

#include <utility>

namespace understudy::store {

namespace asio = boost::asio;

namespace {

DatabaseOptions database_options(const JournalOptions& options)
{
    DatabaseOptions database;
    database.file = options.file;
    database.busy_timeout = options.busy_timeout;
    database.schema = &journal_schema;
    database.checkpoint_by_hand = true;
    return database;
}

/// Whose journal it is; empty when the first record does not say.
std::string owner_of(const std::vector<core::Record>& records)
{
    const auto* opened =
        records.empty() ? nullptr : std::get_if<core::Opened>(&records.front().body);
    return opened == nullptr ? std::string() : opened->instance;
}

}  // namespace

Journal::Journal(JournalOptions options) : options_(std::move(options)), chain_(options_.hash)
{
    install_sync_points();
    try {
        worker_.emplace(Database::open(database_options(options_)));
    } catch (const StoreError& error) {
        problem_ = error.what();
    }
}

asio::awaitable<LoadedJournal> Journal::load()
{
    LoadedJournal loaded;
    try {
        loaded = co_await read();
    } catch (const StoreError& error) {
        loaded.problem = error.what();
    }
    if (!loaded.problem.empty())
        problem_ = loaded.problem;
    co_return loaded;
}

asio::awaitable<LoadedJournal> Journal::read()
{
    require_intact();
    auto work = [hash = options_.hash](Database& database) {
        return core::verify_journal(read_rows(database), hash);
    };
    auto verified = co_await worker_->call(std::move(work));

    LoadedJournal loaded;
    loaded.records = std::move(verified.records);
    verified.records.clear();
    if (verified.problem.empty() && verified.last_lsn == 0) {
        loaded.records.push_back({options_.now, core::Opened{options_.instance}});
        auto first = loaded.records;
        co_await append(std::move(first));
        co_return loaded;
    }
    loaded.problem = problem_with(verified, owner_of(loaded.records));
    chain_.resume_at(verified.last_lsn, std::move(verified.last_hash));
    co_return loaded;
}

std::string Journal::problem_with(
    const core::VerifiedJournal& journal, const std::string& owner) const
{
    if (!journal.problem.empty())
        return fmt::format(
            "journal {}: {}; nothing is appended or done, and Understudy only watches. Keep a copy "
            "for the report, look at both planes, then move the file away and start again",
            file_name(), journal.problem);
    if (owner != options_.instance)
        return fmt::format(
            "journal {} is of instance \"{}\", and this one is \"{}\"; was the directory copied? "
            "Set that instance again, or move the file away",
            file_name(), owner, options_.instance);
    return {};
}

asio::awaitable<void> Journal::append(std::vector<core::Record> records)
{
    require_intact();
    std::vector<core::JournalRow> rows;
    for (const auto& record : records)
        rows.push_back(chain_.seal(record));
    auto work = [rows = std::move(rows)](Database& database) { write_rows(database, rows); };
    co_await worker_->call(std::move(work));
}

asio::awaitable<void> Journal::reserve(std::size_t bytes)
{
    require_intact();
    auto work = [bytes](Database& database) { make_room(database, bytes); };
    co_await worker_->call(std::move(work));
}

asio::awaitable<void> Journal::checkpoint()
{
    require_intact();
    auto work = [](Database& database) { database.checkpoint(); };
    co_await worker_->call(std::move(work));
}

std::optional<std::string> Journal::failure() const
{
    return problem_ || !worker_ ? problem_ : worker_->failure();
}

void Journal::require_intact() const
{
    if (const auto reason = failure())
        throw StoreError(*reason);
}

core::VerifiedJournal verify_journal_file(const std::filesystem::path& file, core::Hash hash)
{
    DatabaseOptions options;
    options.file = file;
    options.schema = &journal_schema;
    auto database = Database::open_read_only(options);
    return core::verify_journal(read_rows(database), hash);
}

}  // namespace understudy::store
