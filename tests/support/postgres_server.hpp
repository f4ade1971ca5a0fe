/// A real PostgreSQL server of the test's own, on loopback, in a temporary folder.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

/// One data folder and, while it runs, one postmaster. Runs as user `postgres` when the test is
/// root, which PostgreSQL refuses to be. Dies with the test.
class PostgresServer {
public:
    /// A new cluster with superuser `admin`, password `secret`.
    PostgresServer();
    /// A standby of `primary`, made by pg_basebackup; it streams once started.
    static std::unique_ptr<PostgresServer> standby_of(const PostgresServer& primary);
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// Starts the postmaster and waits until it takes connections.
    void start(const std::vector<std::string>& settings = {});
    void stop();
    void signal(int number) const;

    /// Runs one statement as superuser; throws when it fails.
    void sql(const std::string& statement) const;

    std::uint16_t port() const noexcept { return port_; }
    const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Puts a file into the data folder that only the server may read.
    std::filesystem::path put(const std::string& name, const std::string& text) const;

private:
    struct Empty {};
    explicit PostgresServer(Empty);

    std::filesystem::path folder_;
    std::uint16_t port_;
    pid_t postmaster_ = -1;
};

}  // namespace understudy::support
