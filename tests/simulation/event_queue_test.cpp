#include <gtest/gtest.h>

#include "event_queue.hpp"
#include "random.hpp"

namespace understudy::simulation {
namespace {

using namespace std::chrono_literals;

Event at(core::Duration time, std::uint32_t subject)
{
    return {core::Instant(time), 0, EventKind::probe_ends, 0, subject, 0};
}

TEST(EventQueue, KeepsTheOrderOfTime)
{
    EventQueue queue;
    Random random(1, "test");
    for (int i = 0; i < 1000; ++i)
        queue.push(at(random.between(0s, 10s), 0));
    core::Instant last{};
    while (!queue.empty()) {
        const auto event = queue.pop();
        EXPECT_GE(event.at, last);
        last = event.at;
    }
}

TEST(EventQueue, KeepsTheOrderOfPlanningWithinOneMoment)
{
    EventQueue queue;
    for (std::uint32_t i = 0; i < 100; ++i)
        queue.push(at(1s, i));
    for (std::uint32_t i = 0; i < 100; ++i)
        EXPECT_EQ(queue.pop().subject, i);
}

TEST(Random, HasAStreamOfItsOwnForEachPurpose)
{
    Random one(7, "weather");
    Random same(7, "weather");
    Random other(7, "people");
    const auto first = one.next();
    EXPECT_EQ(first, same.next());
    EXPECT_NE(first, other.next());
}

TEST(Random, StaysWithinItsBounds)
{
    Random random(3, "bounds");
    for (int i = 0; i < 10'000; ++i) {
        const auto drawn = random.between(2s, 5s);
        EXPECT_GE(drawn, 2s);
        EXPECT_LE(drawn, 5s);
        EXPECT_LT(random.below(7), 7U);
    }
    EXPECT_EQ(random.below(0), 0U);
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1000));
}

}  // namespace
}  // namespace understudy::simulation
