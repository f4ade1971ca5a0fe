#include "core/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ProbeSettings probe(const std::string& id, const std::string& target = "east")
{
    ProbeSettings settings;
    settings.id = id;
    settings.target = target;
    settings.interval = 1s;
    settings.burst_interval = 250ms;
    settings.timeout = 1s;
    return settings;
}

/// One probe, played in steps of 10 ms: when it was started, in milliseconds, when every run takes
/// `took`.
class Timeline {
public:
    Timeline() { schedule.add(probe("east/api"), beginning); }

    std::vector<std::int64_t> starts(Duration length, Duration took)
    {
        std::vector<std::int64_t> result;
        const auto end = now_ + length;
        for (; now_ < end; now_ += 10ms) {
            if (ends_ && now_ >= *ends_) {
                schedule.finished("east/api", now_);
                ends_.reset();
            }
            for (const auto& due : schedule.take_due(now_)) {
                EXPECT_FALSE(ends_) << "two at once";
                EXPECT_LE(due.due, now_);
                ends_ = now_ + took;
                result.push_back((now_ - beginning) / 1ms);
            }
        }
        return result;
    }
    void sleep(Duration length) { now_ += length; }
    Instant now() const { return now_; }

    Schedule schedule;

private:
    Instant now_ = beginning;
    std::optional<Instant> ends_;
};

std::vector<std::int64_t> gaps(const std::vector<std::int64_t>& starts)
{
    std::vector<std::int64_t> result;
    for (std::size_t i = 1; i < starts.size(); ++i)
        result.push_back(starts[i] - starts[i - 1]);
    return result;
}

TEST(Schedule, RunsAtAFixedRateHoweverLongARunTakes)
{
    for (const auto took : {10ms, 500ms, 980ms}) {
        Timeline timeline;
        EXPECT_THAT(gaps(timeline.starts(6s, took)), ElementsAre(1000, 1000, 1000, 1000, 1000));
        EXPECT_EQ(timeline.schedule.overruns("east/api"), 0U);
    }
}

TEST(Schedule, AnOverrunIsSkippedAndCounted)
{
    Timeline timeline;
    EXPECT_THAT(gaps(timeline.starts(6s, 1500ms)), ElementsAre(2000, 2000));
    EXPECT_EQ(timeline.schedule.overruns("east/api"), 3U);
    EXPECT_EQ(timeline.schedule.overruns("nobody"), 0U);
}

TEST(Schedule, NothingIsCaughtUpAfterALongStall)
{
    Timeline timeline;
    timeline.starts(2s, 10ms);
    timeline.sleep(1h + 300ms);
    const auto starts = timeline.starts(3s, 10ms);
    EXPECT_LE(starts.size(), 4U);
    EXPECT_THAT(gaps({starts.begin() + 1, starts.end()}), ::testing::Each(1000)) << "back in phase";
}

TEST(Schedule, ThePhaseIsStableAndSpread)
{
    EXPECT_EQ(phase_of("east/api", 1s), phase_of("east/api", 1s));
    EXPECT_EQ(phase_of("east/api", 2s), 2 * phase_of("east/api", 1s));
    std::set<Duration> phases;
    for (int i = 0; i < 20; ++i) {
        const auto phase = phase_of("p" + std::to_string(i), 1s);
        EXPECT_GE(phase, 0s);
        EXPECT_LT(phase, 1s);
        phases.insert(phase);
    }
    EXPECT_GE(phases.size(), 19U);
}

TEST(Schedule, ARestartFallsIntoTheSameSlots)
{
    Schedule first;
    Schedule second;
    first.add(probe("east/api"), beginning);
    second.add(probe("east/api"), beginning + 12345ms);
    const auto apart = *second.next_due() - *first.next_due();
    EXPECT_EQ(apart % 1s, 0s);
}

TEST(Schedule, AddingAgainKeepsTheDeadlineUnlessThePaceChanges)
{
    Schedule schedule;
    schedule.add(probe("east/api"), beginning);
    const auto due = schedule.next_due();
    schedule.add(probe("east/api"), beginning + 10ms);
    EXPECT_EQ(schedule.next_due(), due);

    auto slower = probe("east/api");
    slower.interval = 1min;
    schedule.add(slower, beginning);
    EXPECT_EQ((*schedule.next_due() - Instant{phase_of("east/api", 1min)}) % 1min, 0s);
}

TEST(Schedule, RemovedIsNeverDue)
{
    Schedule schedule;
    schedule.add(probe("east/api"), beginning);
    schedule.remove("east/api");
    EXPECT_EQ(schedule.next_due(), std::nullopt);
    EXPECT_THAT(schedule.take_due(beginning + 1h), IsEmpty());
    schedule.finished("east/api", beginning);
    schedule.hold_until_finished("east/api");
    EXPECT_EQ(schedule.running(), 0);
}

TEST(Schedule, DueOnesComeInTheOrderOfTheirDeadlines)
{
    Schedule schedule;
    for (int i = 0; i < 10; ++i)
        schedule.add(probe("p" + std::to_string(i)), beginning);
    const auto due = schedule.take_due(beginning + 1s);
    EXPECT_EQ(due.size(), 10U);
    EXPECT_TRUE(std::ranges::is_sorted(due, {}, &Due::due));
    EXPECT_EQ(schedule.running(), 10);
}

TEST(Schedule, ABurstStartsAtOnceAndRunsFaster)
{
    Timeline timeline;
    timeline.starts(1500ms, 10ms);
    timeline.schedule.burst("east", timeline.now());
    EXPECT_TRUE(timeline.schedule.is_bursting("east"));
    const auto starts = timeline.starts(1s, 10ms);
    EXPECT_EQ(starts.front(), 1500);
    EXPECT_THAT(gaps(starts), ElementsAre(250, 250, 250));
}

TEST(Schedule, ABurstNeitherDoublesNorStarvesASlowRun)
{
    Timeline timeline;
    timeline.schedule.burst("east", timeline.now());
    const auto starts = timeline.starts(6s, 1s);
    EXPECT_THAT(
        gaps(starts), ::testing::Each(::testing::AllOf(::testing::Ge(1000), ::testing::Le(1250))));
    EXPECT_GE(starts.size(), 5U);
    EXPECT_EQ(timeline.schedule.overruns("east/api"), 0U) << "waiting in a burst is no overrun";
}

TEST(Schedule, ABurstDuringARunWaitsForItsEnd)
{
    Timeline timeline;
    auto starts = timeline.starts(1s, 600ms);
    ASSERT_EQ(starts.size(), 1U);
    timeline.schedule.burst("east", timeline.now());
    timeline.schedule.burst("east", timeline.now());
    EXPECT_THAT(timeline.starts(1500ms, 600ms).size(), ::testing::Ge(1U));
}

TEST(Schedule, CalmGoesBackIntoPhase)
{
    Timeline timeline;
    const auto before = timeline.starts(2s, 10ms);
    timeline.schedule.burst("east", timeline.now());
    timeline.starts(1130ms, 10ms);
    timeline.schedule.calm("east", timeline.now());
    EXPECT_FALSE(timeline.schedule.is_bursting("east"));
    const auto after = timeline.starts(3s, 10ms);
    EXPECT_EQ((after.front() - before.front()) % 1000, 0);
    EXPECT_THAT(gaps(after), ElementsAre(1000, 1000));
}

TEST(Schedule, ABurstIsOfOneTargetOnly)
{
    Schedule schedule;
    schedule.add(probe("east/api", "east"), beginning);
    schedule.add(probe("west/api", "west"), beginning);
    schedule.burst("west", beginning);
    EXPECT_FALSE(schedule.is_bursting("east"));
    const auto due = schedule.take_due(beginning);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due.front().id, "west/api");
}

TEST(Schedule, AHeldProbeWaitsForTheEndOfItsEarlierRun)
{
    Schedule schedule;
    schedule.add(probe("east/api"), beginning);
    schedule.hold_until_finished("east/api");
    EXPECT_THAT(schedule.take_due(beginning + 1s), IsEmpty());
    schedule.finished("east/api", beginning + 1s);
    EXPECT_EQ(schedule.take_due(beginning + 3s).size(), 1U);
}

}  // namespace
}  // namespace understudy::core
