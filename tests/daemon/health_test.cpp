#include "daemon/health.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;

TEST(Progress, NotReadyBeforeTheFirstStep)
{
    EXPECT_TRUE(Progress().stuck(core::Instant(1h)).has_value());
}

TEST(Progress, ReadyAfterAStepAndNotWhenTheLoopStandsStill)
{
    Progress progress;
    progress.stepped(core::Instant(1h));
    EXPECT_FALSE(progress.stuck(core::Instant(1h + 4s)).has_value());
    EXPECT_EQ(
        progress.stuck(core::Instant(1h + 9s)), "the decision loop has not progressed for 9 s");
}

TEST(Backlog, IsStuckWhenTheOldestWorkDoesNotEnd)
{
    Backlog backlog;
    EXPECT_FALSE(backlog.stuck(core::Instant(1h)).has_value());
    backlog.accepted(core::Instant(1h));
    backlog.accepted(core::Instant(1h + 14s));
    EXPECT_FALSE(backlog.stuck(core::Instant(1h + 15s)).has_value());
    EXPECT_NE(backlog.stuck(core::Instant(1h + 16s)).value_or("").find("16 s"), std::string::npos);
    backlog.ended(core::Instant(1h + 20s));
    EXPECT_FALSE(backlog.stuck(core::Instant(1h + 30s)).has_value());
    EXPECT_TRUE(backlog.stuck(core::Instant(1h + 40s)).has_value()) << "the second one waits too";
    backlog.ended(core::Instant(1h + 41s));
    EXPECT_FALSE(backlog.stuck(core::Instant(2h)).has_value());
}

TEST(ProgressReader, EachReaderSeesEachStepOnce)
{
    Progress progress;
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
