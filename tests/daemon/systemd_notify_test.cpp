#include "daemon/systemd_notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::MatchesRegex;

/// systemd's end of the notify socket, in the abstract namespace unless a path is given.
class NotifySocket {
public:
    explicit NotifySocket(std::string name = "@understudy-test-" + std::to_string(getpid()))
        : name_(std::move(name)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name_.data(), name_.size());
        if (name_.front() == '@')
            address.sun_path[0] = '\0';
        const void* generic = &address;
        const auto size = offsetof(sockaddr_un, sun_path) + name_.size();
        if (bind(socket_, static_cast<const sockaddr*>(generic), static_cast<socklen_t>(size)) != 0)
            throw std::runtime_error("cannot bind " + name_);
        const timeval patience{10, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~NotifySocket() { close(socket_); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    const std::string& name() const { return name_; }
    std::string receive() const
    {
        std::array<char, 512> buffer;
        const auto got = recv(socket_, buffer.data(), buffer.size(), 0);
        return got < 0 ? "<nothing>" : std::string(buffer.data(), static_cast<std::size_t>(got));
    }

private:
    std::string name_;
    int socket_;
};

SystemdNotify notify_with(
    const std::string& socket, const char* usec = nullptr, const char* pid = nullptr)
{
    setenv("NOTIFY_SOCKET", socket.c_str(), 1);
    usec == nullptr ? unsetenv("WATCHDOG_USEC") : setenv("WATCHDOG_USEC", usec, 1);
    pid == nullptr ? unsetenv("WATCHDOG_PID") : setenv("WATCHDOG_PID", pid, 1);
    return SystemdNotify::from_environment();
}

TEST(SystemdNotify, SaysHowTheDaemonIsDoing)
{
    const NotifySocket systemd;
    const auto notify = notify_with(systemd.name());
    EXPECT_TRUE(notify.ready("watching 2 planes"));
    EXPECT_EQ(systemd.receive(), "READY=1\nSTATUS=watching 2 planes");
    EXPECT_TRUE(notify.ready());
    EXPECT_EQ(systemd.receive(), "READY=1");
    EXPECT_TRUE(notify.reloading());
    EXPECT_THAT(systemd.receive(), MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
    EXPECT_TRUE(notify.kick_watchdog());
    EXPECT_EQ(systemd.receive(), "WATCHDOG=1");
    EXPECT_TRUE(notify.stopping());
    EXPECT_EQ(systemd.receive(), "STOPPING=1");
}

TEST(SystemdNotify, AStatusCannotCarryAnotherMessage)
{
    const NotifySocket systemd;
    const auto notify = notify_with(systemd.name());
    EXPECT_TRUE(notify.status("east failed\nMAINPID=1"));
    EXPECT_EQ(systemd.receive(), "STATUS=east failed MAINPID=1");
}

TEST(SystemdNotify, WorksWithASocketFile)
{
    const auto path =
        std::filesystem::temp_directory_path() / ("understudy-notify-" + std::to_string(getpid()));
    {
        const NotifySocket systemd(path);
        EXPECT_TRUE(notify_with(path).ready());
        EXPECT_EQ(systemd.receive(), "READY=1");
    }
    std::filesystem::remove(path);
}

TEST(SystemdNotify, ChildrenCannotSpeakForUs)
{
    const NotifySocket systemd;
    const auto notify = notify_with(systemd.name(), "10000000");
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_USEC"), nullptr);
    EXPECT_EQ(std::getenv("WATCHDOG_PID"), nullptr);
}

TEST(SystemdNotify, KicksTwiceInThePeriodOfTheWatchdog)
{
    const NotifySocket systemd;
    const auto own = std::to_string(getpid());
    EXPECT_EQ(notify_with(systemd.name(), "10000000").watchdog_period(), 5s);
    EXPECT_EQ(notify_with(systemd.name(), "10000000", own.c_str()).watchdog_period(), 5s);
    EXPECT_EQ(notify_with(systemd.name(), "10000000", "1").watchdog_period(), std::nullopt);
    EXPECT_EQ(notify_with(systemd.name(), "0").watchdog_period(), std::nullopt);
    EXPECT_EQ(notify_with(systemd.name(), "10s").watchdog_period(), std::nullopt);
    EXPECT_EQ(notify_with(systemd.name()).watchdog_period(), std::nullopt);
}

TEST(SystemdNotify, InATerminalItDoesNothing)
{
    unsetenv("NOTIFY_SOCKET");
    setenv("WATCHDOG_USEC", "10000000", 1);
    const auto notify = SystemdNotify::from_environment();
    EXPECT_FALSE(notify.ready());
    EXPECT_FALSE(notify.kick_watchdog());
    EXPECT_EQ(notify.watchdog_period(), std::nullopt);
}

TEST(SystemdNotify, ASocketThatIsNotThereIsNamedWithTheRemedy)
{
    for (const auto& path :
         {std::string("/nowhere/notify"), std::string("relative"), std::string(200, '/')}) {
        try {
            notify_with(path);
            ADD_FAILURE() << path;
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), ::testing::HasSubstr("unset NOTIFY_SOCKET"));
        }
    }
}

TEST(SystemdNotify, ASystemdThatDoesNotReadDoesNotStopUs)
{
    const NotifySocket systemd;
    const auto notify = notify_with(systemd.name());
    bool lost = false;
    for (int i = 0; i < 10'000 && !lost; ++i)
        lost = !notify.kick_watchdog();
    EXPECT_TRUE(lost);
    EXPECT_EQ(systemd.receive(), "WATCHDOG=1");
    EXPECT_TRUE(notify.kick_watchdog());
}

}  // namespace
}  // namespace understudy
