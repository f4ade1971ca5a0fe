#include "net/process.hpp"

#include "support/run_coroutine.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <signal.h>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Process : public testing::Test {
protected:
    static ProcessOptions shell(const std::string& script, core::Duration timeout = 10s)
    {
        ProcessOptions options;
        options.argv = {"/bin/sh", "-c", script};
        options.timeout = timeout;
        return options;
    }

    ProcessResult run(ProcessOptions options)
    {
        return support::run_coroutine(io_, run_process(io_.get_executor(), std::move(options)));
    }

    boost::asio::io_context io_{1};
};

/// Dead, or dead and not yet collected by whoever inherited it.
bool is_gone(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const auto state = stat.rfind(") ");
    return !file || state == std::string::npos || stat[state + 2] == 'Z';
}

bool ends_soon(pid_t pid)
{
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!is_gone(pid) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    return is_gone(pid);
}

std::vector<pid_t> numbers_in(const std::string& text)
{
    std::istringstream stream(text);
    return {std::istream_iterator<pid_t>(stream), {}};
}

TEST_F(Process, ReportsTheExitCodeAndBothStreams)
{
    const auto result = run(shell("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(result.end, ProcessEnd::exited);
    EXPECT_EQ(result.code, 3);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.error_output, "err\n");
    EXPECT_EQ(describe(result), "exited with code 3");
}

TEST_F(Process, ReportsTheSignalThatKilledIt)
{
    const auto result = run(shell("kill -SEGV $$"));
    EXPECT_EQ(result.end, ProcessEnd::signalled);
    EXPECT_EQ(result.code, SIGSEGV);
}

TEST_F(Process, SaysWhyItCouldNotBeStarted)
{
    ProcessOptions options;
    options.argv = {"/nonexistent/check"};
    const auto result = run(std::move(options));
    EXPECT_EQ(result.end, ProcessEnd::not_started);
    EXPECT_EQ(result.code, ENOENT);
    EXPECT_EQ(describe(result), "could not be started: No such file or directory");
}

TEST_F(Process, AnEmptyCommandIsNotStarted)
{
    EXPECT_EQ(run(ProcessOptions()).end, ProcessEnd::not_started);
}

TEST_F(Process, KeepsOnlySoMuchOutputAndLetsTheProgramEnd)
{
    const auto result = run(shell("head -c 1000000 /dev/zero; exit 4"));
    EXPECT_EQ(result.code, 4);
    EXPECT_EQ(result.output.size(), 64u * 1024);
    EXPECT_TRUE(result.truncated);
}

TEST_F(Process, AProgramThatWritesWithoutEndMeetsItsDeadline)
{
    const auto result = run(shell("yes", 200ms));
    EXPECT_EQ(result.end, ProcessEnd::timed_out);
    EXPECT_EQ(result.output.size(), 64u * 1024);
}

TEST_F(Process, HasNothingToReadFromItsInput)
{
    const auto result = run(shell("cat; echo end"));
    EXPECT_EQ(result.output, "end\n");
}

TEST_F(Process, InheritsNoDescriptorOfOurs)
{
    constexpr int leaked = 57;
    ASSERT_EQ(fcntl(leaked, F_GETFD), -1);
    ASSERT_EQ(dup2(STDERR_FILENO, leaked), leaked);
    const auto result = run(shell("test -e /proc/self/fd/57 && echo leaked; exit 0"));
    close(leaked);
    EXPECT_EQ(result.output, "");
}

TEST_F(Process, DoesNotSeeWhatSystemdToldUsAlone)
{
    setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
    setenv("UNDERSTUDY_TEST_SEEN", "yes", 1);
    auto options = shell("env");
    options.environment.emplace_back("ADDED", "value");
    const auto result = run(std::move(options));
    unsetenv("NOTIFY_SOCKET");
    unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(result.output, Not(HasSubstr("NOTIFY_SOCKET")));
    EXPECT_THAT(result.output, Not(HasSubstr("CREDENTIALS_DIRECTORY")));
    EXPECT_THAT(result.output, HasSubstr("UNDERSTUDY_TEST_SEEN=yes\n"));
    EXPECT_THAT(result.output, HasSubstr("ADDED=value\n"));
}

TEST_F(Process, StartsWithDefaultSignals)
{
    struct sigaction before {};
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &before);
    const auto result = run(shell("kill -PIPE $$; echo survived"));
    sigaction(SIGPIPE, &before, nullptr);
    EXPECT_EQ(result.end, ProcessEnd::signalled);
}

/// A child in the group that ignores SIGTERM, one in a session of its own, and one whose parent is
/// gone.
constexpr auto stubborn_family = R"(
trap '' TERM
sleep 1000 & echo $!
setsid sh -c 'echo $$; exec sleep 1000' &
(setsid sh -c 'echo $$; exec sleep 1000' &)
exec 2>&-
wait
)";

TEST_F(Process, IsKilledWithAllItsChildrenAtTheDeadline)
{
    const auto result = run(shell(stubborn_family, 500ms));
    EXPECT_EQ(result.end, ProcessEnd::timed_out);
    const auto children = numbers_in(result.output);
    ASSERT_EQ(children.size(), 3u) << result.output;
    for (const auto child : children)
        EXPECT_TRUE(ends_soon(child)) << child;
}

TEST_F(Process, AChildThatHoldsTheOutputOpenNeitherDelaysTheEndNorSurvivesIt)
{
    const auto result = run(shell("sleep 1000 & echo $!; exit 0", 30s));
    EXPECT_EQ(result.end, ProcessEnd::exited);
    EXPECT_LT(result.took, 10s);
    const auto children = numbers_in(result.output);
    ASSERT_EQ(children.size(), 1u);
    EXPECT_TRUE(ends_soon(children.front()));
}

TEST_F(Process, IsKilledWhenTheCallIsCancelled)
{
    const auto script =
        std::string("echo $$ > /tmp/understudy-") + std::to_string(getpid()) + "; exec sleep 1000";
    const auto file = "/tmp/understudy-" + std::to_string(getpid());
    boost::asio::cancellation_signal cancel;
    std::exception_ptr thrown;
    boost::asio::co_spawn(
        io_, run_process(io_.get_executor(), shell(script, 1h)),
        boost::asio::bind_cancellation_slot(
            cancel.slot(), [&](std::exception_ptr error, ProcessResult) { thrown = error; }));

    pid_t pid = 0;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (pid == 0 && std::chrono::steady_clock::now() < deadline) {
        io_.poll();
        std::ifstream(file) >> pid;
    }
    ASSERT_NE(pid, 0);
    cancel.emit(boost::asio::cancellation_type::terminal);
    io_.run_for(10s);
    unlink(file.c_str());
    ASSERT_TRUE(thrown);
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
    EXPECT_TRUE(ends_soon(pid));
}

TEST_F(Process, LeavesNoDescriptorBehind)
{
    const auto count = [] {
        return std::distance(
            std::filesystem::directory_iterator("/proc/self/fd"),
            std::filesystem::directory_iterator());
    };
    run(shell("exit 0"));
    const auto before = count();
    for (int i = 0; i < 5; ++i)
        run(shell("exit 0"));
    run(shell("sleep 1000", 50ms));
    EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace understudy::net
