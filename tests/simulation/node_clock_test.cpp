#include <gtest/gtest.h>

#include "node_clock.hpp"

namespace understudy::simulation {
namespace {

using namespace std::chrono_literals;

constexpr core::Instant start{1000h};

TEST(NodeClock, DriftsByMillionths)
{
    const NodeClock fast(start, 200, 0ms);
    EXPECT_EQ(fast.boot_at(start + 1h) - start, 1h + 720ms);
}

TEST(NodeClock, FindsTheTrueTimeOfItsOwn)
{
    for (const std::int64_t drift : {-200, -1, 0, 1, 200}) {
        const NodeClock clock(start, drift, 0ms);
        for (const core::Duration passed :
             {core::Duration(1ns), core::Duration(7777777ns), core::Duration(5h)}) {
            const auto at = clock.true_at(start + passed);
            EXPECT_GE(clock.boot_at(at), start + passed) << drift;
            EXPECT_LE(clock.boot_at(at), start + passed + 10us) << drift;
        }
    }
}

TEST(NodeClock, StandsStillWhileItIsPaused)
{
    NodeClock clock(start, 0, 0ms);
    clock.pause(start + 1min);
    EXPECT_EQ(clock.boot_at(start + 1h), start + 1min);
    clock.go_on(start + 1h);
    EXPECT_EQ(clock.boot_at(start + 1h + 1s), start + 1min + 1s);
}

TEST(NodeClock, StepsItsWallTimeOnly)
{
    NodeClock clock(start, 0, 0ms);
    const auto before = clock.at(start);
    clock.step_wall(-5s);
    EXPECT_EQ(clock.at(start).instant, before.instant);
    EXPECT_EQ(clock.at(start).wall, before.wall - 5s);
}

TEST(NodeClock, BeginsAnewWhenItsMachineBoots)
{
    NodeClock clock(start, 0, 0ms);
    clock.restart(start + 1h);
    EXPECT_EQ(clock.boot_at(start + 1h), core::Instant(1s));
}

}  // namespace
}  // namespace understudy::simulation
