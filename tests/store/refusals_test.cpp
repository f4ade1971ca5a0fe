/// What a receiver refuses is not told, not forgotten, and in nobody's way.

#include "store/outbox_fixture.hpp"
#include "store/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Refusals : public support::OutboxTest {
protected:
    /// The receiver refuses what is due now; says whether that is kept.
    bool refuse(const std::string& receiver = "pager")
    {
        Refusal refusal;
        refusal.at = now;
        refusal.again_at = now + 1h;
        refusal.error = "answered 422";
        return abandon(database, *offer(receiver).delivery, refusal);
    }
    std::uint64_t waiting() { return queue_state(database, "pager").length; }
};

TEST_F(Refusals, ARefusedRaiseIsNotToldAndComesAgainLaterWithItsId)
{
    raise("east");
    EXPECT_TRUE(refuse());
    EXPECT_FALSE(offer().delivery) << "at once again";
    EXPECT_EQ(offer().wake_at, now + 1h);
    now += 1h;
    const auto again = offer();
    ASSERT_TRUE(again.delivery);
    EXPECT_EQ(again.delivery->id, "msg_1");
    EXPECT_EQ(again.delivery->attempts, 1);
    EXPECT_TRUE(refuse());
    EXPECT_FALSE(offer().delivery);
    now += 1h;
    EXPECT_THAT(drain(), ElementsAre("msg_1"));
    EXPECT_EQ(offer().wake_at, now + 4h) << "repeats are counted from when it was taken";
}

TEST_F(Refusals, HoldUpNoOtherAlert)
{
    raise("east");
    raise("west");
    refuse();
    EXPECT_THAT(drain(), ElementsAre("msg_2"));
}

TEST_F(Refusals, TheEndOfAnAlertThatWasNeverTakenIsNotTold)
{
    raise("east");
    EXPECT_TRUE(refuse());
    resolve("east");
    ASSERT_TRUE(offer().delivery) << "now is the time to ask once more";
    EXPECT_TRUE(offer().delivery->event.firing);
    EXPECT_FALSE(refuse());
    EXPECT_FALSE(offer().delivery);
    EXPECT_FALSE(offer().wake_at);
    EXPECT_EQ(waiting(), 0U);
    EXPECT_THAT(drain("chat"), ElementsAre("msg_1", "msg_2"));
}

TEST_F(Refusals, WhatIsTakenAfterAllHasAnEnd)
{
    raise("east");
    refuse();
    resolve("east");
    EXPECT_THAT(drain(), ElementsAre("msg_1", "msg_2"));
}

TEST_F(Refusals, AnEndThatCameMeanwhileGoesWithItsRaiseAndTheNextRaiseDoesNotWait)
{
    raise("east");
    resolve("east");
    raise("east");
    EXPECT_FALSE(refuse());
    ASSERT_TRUE(offer().delivery);
    EXPECT_EQ(offer().delivery->id, "msg_3");
    EXPECT_TRUE(refuse()) << "that one still holds";
    EXPECT_EQ(waiting(), 1U);
}

TEST_F(Refusals, ANewRaiseDoesNotWaitBehindARefusedOne)
{
    raise("east");
    refuse();
    resolve("east");
    raise("east");
    EXPECT_FALSE(refuse());
    EXPECT_THAT(drain(), ElementsAre("msg_3"));
}

TEST_F(Refusals, ARefusedRepeatKeepsNobodyFromHearingOfTheEnd)
{
    raise("east");
    drain();
    now += 4h;
    EXPECT_TRUE(refuse());
    EXPECT_EQ(offer().wake_at, now + 1h);
    resolve("east");
    EXPECT_THAT(drain(), ElementsAre("msg_2"));
}

TEST_F(Refusals, ARefusedEndIsLostAndNotRepeatedAtOnce)
{
    policy = every(60s, 5min);
    raise("east");
    drain();
    now += 2min;
    auto end = support::event("east", false);
    end.ends_at = now;
    put(end);
    EXPECT_FALSE(refuse());
    EXPECT_FALSE(offer().delivery);
    EXPECT_EQ(offer().wake_at, now + 60s);
}

TEST_F(Refusals, AreDueWhenTheConfigurationWasLoadedAgain)
{
    raise("east");
    refuse();
    now += 1min;
    hurry_refused(database, "chat", now);
    EXPECT_FALSE(offer().delivery) << "another receiver's";
    hurry_refused(database, "pager", now);
    EXPECT_TRUE(offer().delivery);
}

TEST_F(Refusals, OfWhatIsDeliveredMeanwhileChangeNothing)
{
    raise("east");
    drain();
    now += 4h;
    const auto under_way = offer();
    resolve("east");
    Refusal refusal;
    refusal.at = now;
    refusal.again_at = now + 1h;
    EXPECT_FALSE(abandon(database, *under_way.delivery, refusal));
    EXPECT_THAT(drain(), ElementsAre("msg_2"));
}

}  // namespace
}  // namespace understudy::store
