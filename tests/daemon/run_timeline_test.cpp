#include "daemon/run_timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::noon;
using ::testing::Pair;

std::map<std::string, core::Duration> phases(const core::Run& run)
{
    std::map<std::string, core::Duration> result;
    for (const auto& phase : phases_of(timeline_of(run)))
        result[std::string(phase.name)] = phase.took;
    return result;
}

TEST(RunTimeline, FindsEveryMomentOfARunThatWentThrough)
{
    const auto report = testing::report_of_done_run();
    const auto timeline = timeline_of(report.runs.back());
    EXPECT_EQ(timeline.suspected, noon - 20s);
    EXPECT_EQ(timeline.failed, noon - 10s);
    EXPECT_EQ(timeline.decided, noon);
    EXPECT_EQ(timeline.fenced, noon + 5s);
    EXPECT_EQ(timeline.promoted, noon + 12s);
    EXPECT_EQ(timeline.switched, noon + 13s);
    EXPECT_EQ(timeline.last_control_plane, noon + 24s);
    EXPECT_EQ(timeline.ended, noon + 25s);
    EXPECT_THAT(
        phases(report.runs.back()),
        ElementsAre(
            Pair("decided_to_fenced", 5s), Pair("fenced_to_promoted", 7s),
            Pair("promoted_to_switched", 1s), Pair("suspected_to_decided", 20s),
            Pair("switched_to_last_control_plane", 11s), Pair("total", 45s)));
}

/// The control that holds nobody's data and the control plane that came must not stand for the
/// whole.
TEST(RunTimeline, OneWriterOrOneControlPlaneShortIsNotThere)
{
    const auto report = testing::report_of_degraded_run();
    const auto timeline = timeline_of(report.runs.back());
    EXPECT_EQ(timeline.fenced, std::nullopt);
    EXPECT_EQ(timeline.last_control_plane, std::nullopt);
    EXPECT_EQ(timeline.promoted, noon + 12s);
    EXPECT_EQ(phases(report.runs.back()).count("fenced_to_promoted"), 0U);
    EXPECT_EQ(phases(report.runs.back()).at("total"), 70s);
}

TEST(RunTimeline, ARunInProgressHasNoTotal)
{
    const auto report = testing::report_of_parked_run();
    EXPECT_THAT(phases(report.runs.back()), ElementsAre(Pair("suspected_to_decided", 20s)));
}

TEST(RunTimeline, AHumansRunBeginsWithTheDecision)
{
    auto report = testing::report_of_done_run();
    report.runs.back().created.suspected_at = {};
    EXPECT_EQ(phases(report.runs.back()).at("total"), 25s);
    EXPECT_EQ(phases(report.runs.back()).count("suspected_to_decided"), 0U);
}

TEST(RunTimeline, AStepBackOfTheWallClockGivesNoNegativePhase)
{
    auto report = testing::report_of_done_run();
    report.runs.back().created.suspected_at = noon + 5s;
    EXPECT_EQ(phases(report.runs.back()).at("suspected_to_decided"), 0s);
}

TEST(OwedFence, IsAWriterAndNotAConnectionHolder)
{
    const auto report = testing::report_of_degraded_run();
    auto obligation = report.obligations.at(0);
    EXPECT_TRUE(is_owed_fence(report, obligation));

    obligation.owed.id.step = 4;
    EXPECT_FALSE(is_owed_fence(report, obligation)) << "central, after the promotion";
    obligation.owed.id = {6, 4, 0};
    EXPECT_TRUE(is_owed_fence(report, obligation)) << "of a run that is not known";
    obligation.owed.operation.kind = core::OperationKind::rejoin;
    EXPECT_FALSE(is_owed_fence(report, obligation));
}

}  // namespace
}  // namespace understudy
