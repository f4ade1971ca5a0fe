/// One PostgreSQL cluster, asked without blocking: its primary, while there is one.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace understudy::sandbox {

class Settings;

struct DatabaseSettings {
    std::string host;  ///< A numeric address or the folder of a Unix socket: a name would block in
                       ///< DNS. Folders of several instances are separated by commas.
    std::uint16_t port = 5432;
    std::string user;
    std::filesystem::path password_file;  ///< Empty: none.
    std::string name;
    std::chrono::milliseconds timeout{1000};

    DatabaseSettings() = default;
};

/// Reads the fields of `database` in the configuration of `front`.
DatabaseSettings database_settings(Settings settings);

struct Answer {
    std::string error;  ///< Empty: it worked.
    std::vector<std::vector<std::string>> rows;

    Answer() = default;
    bool ok() const noexcept { return error.empty(); }
};

/// A small pool of connections. A connection that failed or overran its time is thrown away, never
/// used again. Make it with std::make_shared; use it from the executor's one thread.
class Database : public std::enable_shared_from_this<Database> {
public:
    Database(boost::asio::any_io_executor executor, DatabaseSettings settings);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Connects if need be, runs one statement with text parameters; `timeout` for all of it. Never
    /// throws for a sick server.
    boost::asio::awaitable<Answer> query(std::string sql, std::vector<std::string> parameters = {});

private:
    class Link;
    using Clock = std::chrono::steady_clock;
    boost::asio::awaitable<std::unique_ptr<Link>> connected(const char* session);
    boost::asio::awaitable<std::unique_ptr<Link>> chosen();
    boost::asio::awaitable<Answer> ask(std::string sql, std::vector<std::string> parameters);

    boost::asio::any_io_executor executor_;
    DatabaseSettings settings_;
    std::vector<std::unique_ptr<Link>> idle_;
    std::optional<Clock::time_point> makeshift_until_;  ///< What is idle is no primary.
};

}  // namespace understudy::sandbox
