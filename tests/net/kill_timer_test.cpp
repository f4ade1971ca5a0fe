/// Each case runs in a process of its own, because that is what dies.
#include "net/boot_clock.hpp"
#include "net/kill_timer.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <poll.h>
#include <unistd.h>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int lived = 7;

/// What waitpid says of a child that runs `life`, which ends with `lived` if it gets so far.
template <class Life>
int status_of(Life life)
{
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        life();
        _exit(lived);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
bool has_lived(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == lived; }

void pass(std::chrono::milliseconds time) { poll(nullptr, 0, static_cast<int>(time.count())); }

TEST(KillTimer, EndsTheProcessWhoseEffectIsStillInFlight)
{
    EXPECT_TRUE(was_killed(status_of([] {
        KillTimer timer;
        const auto guard = timer.end_at(boot_now() + 100ms);
        pass(10s);
    })));
}

TEST(KillTimer, LeavesAloneWhoseEffectEnded)
{
    EXPECT_TRUE(has_lived(status_of([] {
        KillTimer timer;
        {
            const auto guard = timer.end_at(boot_now() + 200ms);
        }
        pass(500ms);
    })));
}

TEST(KillTimer, AnInstantThatPassedIsNow)
{
    EXPECT_TRUE(was_killed(status_of([] {
        KillTimer timer;
        const auto guard = timer.end_at(core::Instant{});
        pass(10s);
    })));
}

TEST(KillTimer, OfSeveralTheEarliestCounts)
{
    EXPECT_TRUE(was_killed(status_of([] {
        KillTimer timer;
        const auto early = timer.end_at(boot_now() + 100ms);
        const auto late = timer.end_at(boot_now() + 1h);
        pass(10s);
    })));
    EXPECT_TRUE(has_lived(status_of([] {
        KillTimer timer;
        const auto late = timer.end_at(boot_now() + 1h);
        {
            const auto early = timer.end_at(boot_now() + 200ms);
        }
        pass(500ms);
    })));
    EXPECT_TRUE(was_killed(status_of([] {
        KillTimer timer;
        const auto late = timer.end_at(boot_now() + 300ms);
        {
            const auto early = timer.end_at(boot_now() + 200ms);
        }
        pass(10s);
    })));
}

TEST(KillTimer, AGuardMayMove)
{
    EXPECT_TRUE(has_lived(status_of([] {
        KillTimer timer;
        std::optional<KillTimer::Guard> kept;
        {
            auto guard = timer.end_at(boot_now() + 200ms);
            kept.emplace(std::move(guard));
        }
        if (!timer.is_armed())
            _exit(1);
        kept.reset();
        if (timer.is_armed())
            _exit(1);
        pass(500ms);
    })));
}

/// The case it is made for: stopped in the middle of an effect, and woken when it is too late.
TEST(KillTimer, AProcessThatWasStoppedDoesNothingMoreWhenItGoesOn)
{
    const fs::path trace = fs::temp_directory_path() / ("kill-timer-" + std::to_string(getpid()));
    fs::remove(trace);
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        KillTimer timer;
        const auto guard = timer.end_at(boot_now() + 300ms);
        raise(SIGSTOP);
        std::ofstream(trace) << "the effect goes on";
        _exit(lived);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status)) << "it has to be stopped before its deadline";
    const auto too_late = boot_now() + 400ms;
    while (until(too_late) > core::Duration::zero())
        pass(20ms);
    kill(child, SIGCONT);
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(was_killed(status));
    EXPECT_FALSE(fs::exists(trace));
    fs::remove(trace);
}

}  // namespace
}  // namespace understudy::net
