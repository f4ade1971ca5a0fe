/// `understudy run` as a process.

#include "daemon/child_process.hpp"
#include "store/coroutines.hpp"
#include "store/temporary_directory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "faults/notify_socket.hpp"

namespace understudy {
namespace {

/// Of this process alone, so that no other test listens there.
std::string own_address()
{
    const auto pid = static_cast<unsigned>(::getpid());
    return fmt::format("127.{}.{}.{}", 1 + (pid >> 16U & 63U), pid >> 8U & 255U, pid & 255U);
}

/// Holds a database, so that whoever opens it waits for a while.
class HeldDatabase {
public:
    explicit HeldDatabase(const std::filesystem::path& file)
    {
        if (sqlite3_open(file.c_str(), &connection_) != SQLITE_OK ||
            sqlite3_exec(connection_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error("cannot hold " + file.string());
    }
    ~HeldDatabase() { sqlite3_close(connection_); }
    HeldDatabase(const HeldDatabase&) = delete;
    HeldDatabase& operator=(const HeldDatabase&) = delete;

private:
    sqlite3* connection_ = nullptr;
};

/// A daemon that watches two planes which are not there.
class Program : public testing::Test {
protected:
    Program()
    {
        std::ofstream(config_) << "mode = \"observe\"\n"
                               << "state_directory = \"" << folder_.path().string() << "\"\n"
                               << "[floating]\nname = \"active.test\"\n"
                               << "[[plane]]\nname = \"east\"\nrole = \"active\"\n"
                               << "host = \"127.0.0.1\"\n"
                               << "[[plane]]\nname = \"west\"\nrole = \"standby\"\n"
                               << "host = \"127.0.0.2\"\n"
                               << "[admin]\nsocket = \"" << folder_.path().string()
                               << "/admin.sock\"\n"
                               << "[listen]\naddress = \"" << own_address() << ":9189\"\n";
    }
    void start()
    {
        ::setenv("NOTIFY_SOCKET", (folder_.path() / "notify").c_str(), 1);
        daemon_.emplace(std::vector<std::string>{UNDERSTUDY, "run", "--config", config_.string()});
        ::unsetenv("NOTIFY_SOCKET");
    }
    /// It has written its pid where the next one would look for it.
    bool holds_the_state_directory() const
    {
        std::ifstream file(folder_.path() / "lock");
        pid_t pid = 0;
        return file >> pid && pid == daemon_->pid();
    }

    bool eventually(const std::function<bool()>& holds)
    {
        const auto something_to_wait_for = boost::asio::make_work_guard(io_);
        return support::run_until(io_, holds);
    }

    boost::asio::io_context io_;
    support::TemporaryDirectory folder_;
    std::filesystem::path config_ = folder_.path() / "understudy.toml";
    sandbox::NotifySocket systemd_{folder_.path() / "notify"};
    std::optional<support::ChildProcess> daemon_;
};

TEST_F(Program, ASighupInTheMiddleOfTheStartIsAReloadAfterIt)
{
    auto held = std::make_unique<HeldDatabase>(folder_.path() / "understudy.db");
    start();
    ASSERT_TRUE(eventually([this] { return holds_the_state_directory(); }));
    daemon_->kill(SIGHUP);
    EXPECT_EQ(systemd_.count("READY=1"), 0U);
    held.reset();
    ASSERT_TRUE(eventually([this] { return daemon_->ended() || systemd_.count("READY=1") == 2; }));
    ASSERT_FALSE(daemon_->ended()) << "status " << daemon_->status();
    EXPECT_EQ(systemd_.messages().front(), "READY=1");
    EXPECT_EQ(systemd_.count("RELOADING=1"), 1U);

    daemon_->kill(SIGTERM);
    ASSERT_TRUE(eventually([this] { return daemon_->ended(); }));
    EXPECT_TRUE(WIFEXITED(daemon_->status()));
    EXPECT_EQ(WEXITSTATUS(daemon_->status()), 0);
    EXPECT_EQ(systemd_.messages().back(), "STOPPING=1");
}

}  // namespace
}  // namespace understudy
