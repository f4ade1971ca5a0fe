#include "support/postgres_server.hpp"

#include "support/scripted_peer.hpp"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace understudy::support {

namespace fs = std::filesystem;

namespace {

const fs::path programs = "/usr/lib/postgresql/15/bin";

/// Who may run a server: ourselves, or `postgres` when we are root.
struct Identity {
    uid_t uid = getuid();
    gid_t gid = getgid();
};

Identity server_identity()
{
    Identity identity;
    if (getuid() != 0)
        return identity;
    const auto* entry = getpwnam("postgres");
    if (entry == nullptr)
        throw std::runtime_error("no user 'postgres'; install postgresql-15");
    identity.uid = entry->pw_uid;
    identity.gid = entry->pw_gid;
    return identity;
}

[[noreturn]] void become(
    const std::vector<std::string>& argv, const Identity& who, const fs::path& log)
{
    std::vector<char*> words;
    for (const auto& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    if (getuid() == 0 && (setgid(who.gid) != 0 || setuid(who.uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);  // an immediate shutdown, should the test crash
    setenv("LC_ALL", "C", 1);
    setenv("PGPASSWORD", "secret", 1);
    execv(words.front(), words.data());
    _exit(127);
}

pid_t spawn(const std::vector<std::string>& argv, const fs::path& folder)
{
    const auto who = server_identity();
    const auto log = folder.string() + ".log";
    const auto pid = fork();
    if (pid == 0)
        become(argv, who, log);
    return pid;
}

std::string text_of(const fs::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
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
    const auto who = server_identity();
    if (chown(pattern.c_str(), who.uid, who.gid) != 0)
        throw std::runtime_error("chown failed");
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
    const auto who = server_identity();
    if (chown(file.c_str(), who.uid, who.gid) != 0 || chmod(file.c_str(), 0600) != 0)
        throw std::runtime_error("cannot hand over " + file.string());
    return file;
}

}  // namespace understudy::support
