/// The journal on disk: what was intended and what became of it, durable before anything is done.
#pragma once

#include "core/journal.hpp"
#include "core/record.hpp"
#include "core/time.hpp"
#include "net/sha256.hpp"
#include "store/journal_room.hpp"
#include "store/worker.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace understudy::store {

struct JournalOptions {
    std::filesystem::path file;  ///< `journal.db` in the state directory.
    std::string instance;        ///< Whose journal it is; goes into its first record.
    core::WallTime now{};        ///< For that record, when the journal is new.
    core::Hash hash = net::sha256_hex;
    std::chrono::milliseconds busy_timeout{5000};

    JournalOptions() = default;
};

struct LoadedJournal {
    std::vector<core::Record> records;  ///< What may be believed: all, or those before a bad row.
    std::string problem;  ///< Empty: intact and ours. Else nothing can be appended, and why.

    LoadedJournal() = default;
};

/// A SQLite file of its own, with one encoded record a row, on a thread of its own: a slow disk
/// never holds up the event loop, and what happens to this file does not stop alerts.
///
/// The journal ends for the life of the process with the first write or fsync that fails (store::
/// Worker), with a bad row, and when the file cannot be opened or is another instance's. Watching
/// goes on without it; `failure()` says why nothing is done any more.
///
/// The log is moved into the file by `reserve` and `checkpoint` alone. It stays when the daemon
/// ends, so that the room of an unfinished run is still there for who resumes it.
///
/// One thread uses it: the event loop's. Must be destroyed before the loop. Who opens it holds the
/// directory's StateLock.
class Journal {
public:
    /// Opens the file, or creates it. Does not throw: see `failure`.
    explicit Journal(JournalOptions options);

    /// Reads and verifies all rows; a new journal gets its first record. Once, before any other.
    boost::asio::awaitable<LoadedJournal> load();

    /// All of the records or none, in this order, durable when it returns. Throws StoreError. A
    /// call that is cancelled or whose process dies may have become durable.
    boost::asio::awaitable<void> append(std::vector<core::Record> records);

    /// Makes that much room in log and file, see `room_for`. Not during a run: it empties the log.
    /// Throws NoRoom, after which the journal is as it was, or StoreError, which ends it.
    boost::asio::awaitable<void> reserve(std::size_t bytes);

    /// Moves the log into the file, between runs; what another program is just reading stays in the
    /// log. Throws StoreError.
    boost::asio::awaitable<void> checkpoint();

    /// Why nothing can be appended; empty while it can.
    std::optional<std::string> failure() const;

private:
    void require_intact() const;
    boost::asio::awaitable<LoadedJournal> read();
    std::string problem_with(const core::VerifiedJournal& journal, const std::string& owner) const;
    std::string file_name() const { return options_.file.native(); }

    JournalOptions options_;
    core::JournalChain chain_;
    std::optional<std::string> problem_;
    std::optional<Worker> worker_;  ///< Empty when the file could not be opened.
};

/// Reads a journal that a daemon may be writing to at the same time, and changes nothing. Throws
/// StoreError when it cannot be read at all.
core::VerifiedJournal verify_journal_file(
    const std::filesystem::path& file, core::Hash hash = net::sha256_hex);

}  // namespace understudy::store
