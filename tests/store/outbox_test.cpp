#include "store/outbox_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::store {
namespace {

using namespace std::chrono_literals;
using support::event;
using support::OutboxTest;
using support::start;
using testing::ElementsAre;

TEST_F(OutboxTest, TellsEachReceiverOnceAndInOrder)
{
    raise("east");
    resolve("east");
    EXPECT_THAT(drain("pager"), ElementsAre("msg_1", "msg_2"));
    EXPECT_THAT(drain("pager"), ElementsAre());
    EXPECT_THAT(drain("chat"), ElementsAre("msg_1", "msg_2"));
}

TEST_F(OutboxTest, TheEventComesBackAsItWasSubmitted)
{
    raise("east");
    const auto next = offer();
    ASSERT_TRUE(next.delivery);
    const auto& told = next.delivery->event;
    const auto sent = event("east", true);
    EXPECT_EQ(told.name, sent.name);
    EXPECT_EQ(told.labels, sent.labels);
    EXPECT_EQ(told.annotations, sent.annotations);
    EXPECT_TRUE(told.firing);
    EXPECT_EQ(told.starts_at, start);
    EXPECT_FALSE(told.ends_at);
    EXPECT_EQ(next.delivery->fingerprint, fingerprint_of(identity_of(sent)));
}

TEST_F(OutboxTest, WhatIsAlreadySoIsNotToldAgain)
{
    EXPECT_TRUE(raise("east").changed);
    EXPECT_FALSE(raise("east").changed);
    EXPECT_FALSE(resolve("west").changed) << "never raised";
    EXPECT_THAT(drain(), ElementsAre("msg_1"));
}

TEST_F(OutboxTest, AResolveKeepsTheTimeOfItsRaise)
{
    raise("east");
    auto end = event("east", false);
    end.starts_at = start + 1h;
    put(end);
    drain("chat");
    settle(database, *offer().delivery, now);
    EXPECT_EQ(offer().delivery->event.starts_at, start);
}

TEST_F(OutboxTest, ARetryWaitsAndKeepsItsId)
{
    raise("east");
    const auto first = offer();
    postpone(database, *first.delivery, now + 5s, "answered 503");
    const auto waiting = offer();
    EXPECT_FALSE(waiting.delivery);
    EXPECT_EQ(waiting.wake_at, now + 5s);
    now += 5s;
    const auto second = offer();
    ASSERT_TRUE(second.delivery);
    EXPECT_EQ(second.delivery->id, first.delivery->id);
    EXPECT_EQ(second.delivery->attempts, 1);
}

TEST_F(OutboxTest, AResolveNeverOvertakesItsRaiseButOtherAlertsMay)
{
    raise("east");
    resolve("east");
    raise("west");
    postpone(database, *offer().delivery, now + 1min, "answered 500");
    EXPECT_THAT(drain(), ElementsAre("msg_3"));
    now += 1min;
    EXPECT_THAT(drain(), ElementsAre("msg_1", "msg_2"));
}

TEST_F(OutboxTest, RepeatsWhatFiresAndCountsFromTheLastTimeItWasTaken)
{
    policy = every(60s);
    raise("east");
    drain();
    EXPECT_EQ(offer().wake_at, now + 60s);
    now += 59s;
    EXPECT_FALSE(offer().delivery);
    now += 1s;
    const auto repeat = offer();
    ASSERT_TRUE(repeat.delivery);
    EXPECT_NE(repeat.delivery->id, "msg_1");
    settle(database, *repeat.delivery, now);
    EXPECT_EQ(offer().wake_at, now + 60s);
}

TEST_F(OutboxTest, RepeatsAResolveOnlyForAsLongAsThePolicySays)
{
    policy = every(60s, 5min);
    raise("east");
    auto end = event("east", false);
    end.ends_at = now;
    put(end);
    drain();
    int repeats = 0;
    for (; now < start + 20min; now += 1s)
        repeats += static_cast<int>(drain().size());
    EXPECT_EQ(repeats, 4);
    EXPECT_FALSE(offer().wake_at);
}

TEST_F(OutboxTest, ANewerEventReplacesAnUndeliveredRepeat)
{
    policy = every(60s);
    raise("east");
    drain();
    now += 60s;
    ASSERT_TRUE(offer().delivery) << "the repeat is queued";
    resolve("east");
    EXPECT_THAT(drain(), ElementsAre("msg_2"));
}

TEST_F(OutboxTest, OverTheBoundOnlySupersededEventsGo)
{
    submission.deliveries_max = 3;
    std::uint64_t dropped = 0;
    for (int i = 0; i < 5; ++i) {
        dropped += raise("east").dropped["pager"];
        dropped += resolve("east").dropped["pager"];
    }
    for (const auto* plane : {"a", "b", "c", "d"})
        dropped += raise(plane).dropped["pager"];
    // Each alert's last word is there, although that makes five: resolve of east, and four raises.
    EXPECT_THAT(drain(), ElementsAre("msg_10", "msg_11", "msg_12", "msg_13", "msg_14"));
    EXPECT_EQ(dropped, 9U);
}

TEST_F(OutboxTest, TheReceiverThatAnAlertIsAboutIsNotTold)
{
    policy = every(60s);
    submission.not_to = "pager";
    raise("east");
    EXPECT_THAT(drain("pager"), ElementsAre());
    EXPECT_FALSE(offer("pager").wake_at);
    EXPECT_THAT(drain("chat"), ElementsAre("msg_1"));
}

TEST_F(OutboxTest, ANewReceiverLearnsWhatFires)
{
    submission = to({"pager"});
    raise("east");
    EXPECT_TRUE(offer("chat").delivery);
}

TEST_F(OutboxTest, AReceiverThatNeverHeardOfAnAlertIsNotToldItsEnd)
{
    submission = to({"pager"});
    raise("east");
    submission = to({"pager", "chat"});
    resolve("east");
    EXPECT_THAT(drain("pager"), ElementsAre("msg_1", "msg_2"));
    EXPECT_THAT(drain("chat"), ElementsAre());
}

TEST_F(OutboxTest, ANewReceiverThatIsJustBeingToldHearsTheEndToo)
{
    submission = to({"pager"});
    raise("east");
    const auto under_way = offer("chat");
    submission = to({"pager", "chat"});
    resolve("east");
    settle(database, *under_way.delivery, now);
    EXPECT_THAT(drain("chat"), ElementsAre("msg_2"));
}

TEST_F(OutboxTest, ANewReceiverThatIsAwayHearsTheWholeStoryLater)
{
    submission = to({"pager"});
    raise("east");
    const auto first_word = offer("chat");
    postpone(database, *first_word.delivery, now + 1min, "answered 503");
    submission = to({"pager", "chat"});
    resolve("east");
    EXPECT_THAT(drain("chat"), ElementsAre(first_word.delivery->id, "msg_2"));
}

TEST_F(OutboxTest, AClockThatWasSetBackDelaysNothingForLong)
{
    policy = every(60s);
    now = start + 24h * 365;
    raise("east");
    raise("west");
    drain("chat");
    settle(database, *offer().delivery, now);
    postpone(database, *offer().delivery, now + 1min, "answered 500");
    now = start;
    EXPECT_EQ(drain().size(), 2U) << "one that waits for its next attempt, one repeat";
}

TEST_F(OutboxTest, RemembersWhatFires)
{
    raise("east");
    raise("west");
    resolve("east");
    const auto firing = firing_alerts(database);
    ASSERT_EQ(firing.size(), 1U);
    EXPECT_EQ(firing.front().labels.at("plane"), "west");
}

TEST_F(OutboxTest, ForgetsReceiversThatAreNotConfigured)
{
    raise("east");
    EXPECT_EQ(retain_receivers(database, {"chat"}), 1U);
    EXPECT_EQ(queue_state(database, "pager").length, 0U);
    EXPECT_EQ(queue_state(database, "chat").length, 1U);
    EXPECT_EQ(queue_state(database, "chat").oldest_queued_at, start);
}

TEST_F(OutboxTest, ForgetsAlertsThatAreLongOver)
{
    raise("east");
    resolve("east");
    raise("west");
    now += 1h;
    drain("pager");
    drain("chat");
    auto row = database.statement("SELECT count(*) FROM alert");
    row.step();
    EXPECT_EQ(row.integer(0), 1);
}

}  // namespace
}  // namespace understudy::store
