#include "support/postgres_server.hpp"

#include "support/scripted_peer.hpp"
#include "support/server_process.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace understudy::support {

namespace fs = std::filesystem;

namespace {

const fs::path programs = "/usr/lib/postgresql/15/bin";

Identity postgres_user() { return server_identity("postgres", "postgresql-15"); }

/// SIGQUIT is an immediate shutdown.
pid_t spawn(const std::vector<std::string>& argv, const fs::path& folder)
{
    const Environment environment{{"LC_ALL", "C"}, {"PGPASSWORD", "secret"}};
    return spawn_server(argv, postgres_user(), folder.string() + ".log", SIGQUIT, environment);
}

bool succeeds(const std::vector<std::string>& argv, const fs::path& folder)
{
    int status = 0;
    waitpid(spawn(argv, folder), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void run(const std::vector<std::string>& argv, const fs::path& folder)
{
    if (!succeeds(argv, folder))
        throw std::runtime_error(argv.front() + " failed:\n" + text_of(folder.string() + ".log"));
}

fs::path new_folder()
{
    std::string pattern = "/tmp/understudy-pg-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("mkdtemp failed");
    hand_over(pattern, postgres_user());
    return pattern;
}

std::string program(const char* name) { return (programs / name).string(); }

}  // namespace

PostgresServer::PostgresServer(Empty) : folder_(new_folder()), port_(unused_port()) {}

PostgresServer::PostgresServer() : PostgresServer(Empty{})
{
    const auto password = put("password", "secret");
    const auto data = (folder_ / "data").string();
    run({program("initdb"), "-D", data, "-U", "admin", "-A", "scram-sha-256", "--pwfile",
         password.string(), "--no-sync", "-E", "UTF8", "--locale=C"},
        folder_);
}

std::unique_ptr<PostgresServer> PostgresServer::standby_of(const PostgresServer& primary)
{
    std::unique_ptr<PostgresServer> standby(new PostgresServer(Empty{}));
    const auto& folder = standby->folder_;
    run({program("pg_basebackup"), "-D", (folder / "data").string(), "-R", "-c", "fast",
         "--no-sync", "-h", "127.0.0.1", "-p", std::to_string(primary.port()), "-U", "admin"},
        folder);
    return standby;
}

PostgresServer::~PostgresServer()
{
    stop();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    fs::remove(folder_.string() + ".log", ignored);
}

void PostgresServer::start(const std::vector<std::string>& settings)
{
    std::vector<std::string> argv{
        program("postgres"),
        "-D",
        (folder_ / "data").string(),
        "-p",
        std::to_string(port_),
        "-h",
        "127.0.0.1",
        "-k",
        folder_.string(),
        "-F"};
    for (const auto& setting : settings) {
        argv.push_back("-c");
        argv.push_back(setting);
    }
    postmaster_ = spawn(argv, folder_);
    const std::vector<std::string> ready{program("pg_isready"), "-q", "-h",
                                         "127.0.0.1",           "-p", std::to_string(port_)};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!succeeds(ready, folder_)) {
        poll(nullptr, 0, 20);
        if (waitpid(postmaster_, nullptr, WNOHANG) != 0 ||
            std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error(
                "postgres did not start:\n" + text_of(folder_.string() + ".log"));
    }
}

void PostgresServer::stop()
{
    if (postmaster_ <= 0)
        return;
    kill(postmaster_, SIGCONT);
    kill(postmaster_, SIGQUIT);
    waitpid(std::exchange(postmaster_, -1), nullptr, 0);
}

void PostgresServer::signal(int number) const { kill(postmaster_, number); }

void PostgresServer::sql(const std::string& statement) const
{
    run({program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
         std::to_string(port_), "-U", "admin", "-d", "postgres", "-c", statement},
        folder_);
}

fs::path PostgresServer::put(const std::string& name, const std::string& text) const
{
    const auto file = folder_ / name;
    std::ofstream(file) << text;
    hand_over(file, postgres_user());
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return file;
}

}  // namespace understudy::support
