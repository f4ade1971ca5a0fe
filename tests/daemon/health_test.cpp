#include "daemon/health.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;

Progress judge() { return {"the decision loop", judge_stuck_after}; }
Progress executor() { return {"the executor", executor_stuck_after}; }

TEST(Progress, NotReadyBeforeTheFirstStep)
{
    EXPECT_EQ(judge().stuck(core::Instant(1h)), "the decision loop has not started yet");
}

TEST(Progress, ReadyAfterAStepAndNotWhenTheLoopStandsStill)
{
    auto progress = judge();
    progress.stepped(core::Instant(1h));
    EXPECT_FALSE(progress.stuck(core::Instant(1h + 4s)).has_value());
    EXPECT_EQ(
        progress.stuck(core::Instant(1h + 9s)), "the decision loop has not progressed for 9 s");
}

TEST(Progress, OfOneLoopSaysNothingOfTheOther)
{
    auto stands_still = judge();
    auto goes_on = executor();
    ProgressReader watchdog(stands_still);
    for (auto passed = 0s; passed < 1min; passed += 1s)
        goes_on.stepped(core::Instant(1h + passed));
    EXPECT_FALSE(watchdog.has_progressed());
    EXPECT_TRUE(stands_still.stuck(core::Instant(1h + 1min)));
    EXPECT_FALSE(goes_on.stuck(core::Instant(1h + 1min)));
    EXPECT_EQ(goes_on.stuck(core::Instant(1h + 70s)), "the executor has not progressed for 11 s");
}

TEST(Reasons, EachHasALine)
{
    EXPECT_FALSE(lines_of({std::nullopt, std::nullopt}));
    EXPECT_EQ(lines_of({std::nullopt, "b"}), "b");
    EXPECT_EQ(lines_of({"a", std::nullopt, "c"}), "a\nc");
}

TEST(Backlog, IsStuckWhenTheOldestWorkDoesNotEnd)
{
    Backlog backlog("the record", "no alert is sent", record_stuck_after);
    EXPECT_FALSE(backlog.stuck(core::Instant(1h)).has_value());
    backlog.accepted(core::Instant(1h));
    backlog.accepted(core::Instant(1h + 14s));
    EXPECT_FALSE(backlog.stuck(core::Instant(1h + 15s)).has_value());
    EXPECT_EQ(
        backlog.stuck(core::Instant(1h + 16s)),
        "the record has waited for the disk for 16 s: no alert is sent meanwhile; look at the disk "
        "of state_directory");
    backlog.ended(core::Instant(1h + 20s));
    EXPECT_FALSE(backlog.stuck(core::Instant(1h + 30s)).has_value());
    EXPECT_TRUE(backlog.stuck(core::Instant(1h + 40s)).has_value()) << "the second one waits too";
    backlog.ended(core::Instant(1h + 41s));
    EXPECT_FALSE(backlog.stuck(core::Instant(2h)).has_value());
}

TEST(ProgressReader, EachReaderSeesEachStepOnce)
{
    auto progress = judge();
    ProgressReader watchdog(progress);
    ProgressReader heartbeat(progress);
    EXPECT_FALSE(watchdog.has_progressed());
    progress.stepped(core::Instant(1s));
    EXPECT_TRUE(watchdog.has_progressed());
    EXPECT_FALSE(watchdog.has_progressed());
    EXPECT_TRUE(heartbeat.has_progressed());
}

}  // namespace
}  // namespace understudy
