#include "daemon/runs_json.hpp"
#include "daemon/runs_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

TEST(RunJson, TellsTheTimelineWithDurations)
{
    const auto run = run_json(testing::report_of_done_run(), 7);
    EXPECT_EQ(run.at("state"), "done");
    EXPECT_EQ(run.at("by"), "automatic");
    EXPECT_EQ(run.at("evidence"), "api down: connect_refused; database down: no_primary");
    const auto& timeline = run.at("timeline").as_object();
    EXPECT_EQ(timeline.at("suspected"), "2023-11-14T22:13:00.000Z");
    EXPECT_EQ(timeline.at("fenced"), "2023-11-14T22:13:25.000Z");
    EXPECT_EQ(timeline.at("last_control_plane_back"), "2023-11-14T22:13:44.000Z");
    EXPECT_EQ(run.at("phases_s").at("decided_to_fenced"), 5.0);
    EXPECT_EQ(run.at("took_s"), 25.0);
    EXPECT_TRUE(run.at("missing").as_array().empty());
    EXPECT_TRUE(run.at("step").is_null());
}

TEST(RunView, TellsWhatWasAcceptedAndByWhom)
{
    auto report = testing::report_of_parked_run();
    auto& created = report.runs.back().created;
    created.by = "user ada (uid 7)";
    created.accepted = "an hour of changes";
    created.plan.loss.gates = {"standby_fresh"};
    const auto run = run_json(report, 8);
    EXPECT_EQ(run.at("accepted_loss"), "an hour of changes");
    EXPECT_EQ(run.at("loss").at("gates").as_array().at(0), "standby_fresh");
    const auto text = run_text(run, {false});
    EXPECT_THAT(text, HasSubstr("asked by  user ada (uid 7)"));
    EXPECT_THAT(text, HasSubstr("accepted  an hour of changes\n  standby_fresh: "));
    const auto other = run_json(testing::report_of_done_run(), 7);
    EXPECT_TRUE(other.at("loss").is_null());
    EXPECT_THAT(run_text(other, {false}), Not(HasSubstr("accepted")));
}

TEST(RunJson, TellsEveryAttemptWithWhatItFound)
{
    const auto run = run_json(testing::report_of_parked_run(), 8);
    const auto& fence = run.at("steps").as_array().at(1).as_object();
    const auto& iam = fence.at("operations").as_array().at(1).as_object();
    EXPECT_EQ(iam.at("state"), "stopped");
    EXPECT_EQ(iam.at("before").at("replicas"), "2");
    const auto& attempt = iam.at("attempts").as_array().at(0).as_object();
    EXPECT_EQ(attempt.at("result"), "refused");
    EXPECT_EQ(attempt.at("detail"), "HTTP 200 from api.east");
    EXPECT_EQ(fence.at("records").as_array().size(), 2U);
}

/// Only what has not reached its goal: a human must not be told to repeat what was done.
TEST(RunJson, AParkedRunNamesTheCommandsThatAreLeft)
{
    const auto parked = run_json(testing::report_of_parked_run(), 8);
    const auto& commands = parked.at("manual_commands").as_array();
    ASSERT_EQ(commands.size(), 1U);
    EXPECT_EQ(commands.at(0), "kubectl --context east -n tsb scale deployment iam --replicas 0");
    EXPECT_TRUE(
        run_json(testing::report_of_done_run(), 7).at("manual_commands").as_array().empty());
}

TEST(RunJson, ADegradedRunNamesWhatIsMissingAndOwed)
{
    const auto run = run_json(testing::report_of_degraded_run(), 7);
    EXPECT_EQ(json::serialize(run.at("missing")), R"(["east/iam","c2"])");
    const auto& owed = run.at("obligations").as_array();
    ASSERT_EQ(owed.size(), 1U);
    EXPECT_EQ(owed.at(0).at("fence"), true);
    EXPECT_EQ(owed.at(0).at("goal"), "scale deployment iam of east to 0");
    EXPECT_TRUE(run.at("timeline").at("fenced").is_null());
}

TEST(RunJson, ShowsWhatIsUnderWay)
{
    auto report = testing::report_of_parked_run();
    report.doing[{8, 1, 1}] = "reading: 1 pod left";
    const auto run = run_json(report, 8);
    const auto& fence = run.at("steps").as_array().at(1).as_object();
    EXPECT_EQ(fence.at("operations").as_array().at(1).at("doing"), "reading: 1 pod left");
}

TEST(RunJson, RebuildingIsToldOnceThereWasAPromotion)
{
    EXPECT_FALSE(run_json(testing::report_of_done_run(), 7).at("rebuild").as_array().empty());
    EXPECT_TRUE(run_json(testing::report_of_parked_run(), 8).at("rebuild").as_array().empty());
}

TEST(RunJson, AnUnknownRunIsRefusedWithWhereToLook)
{
    try {
        run_json(testing::report_of_done_run(), 9);
        FAIL();
    } catch (const std::runtime_error& refusal) {
        EXPECT_STREQ(refusal.what(), "there is no run 9: understudy history lists them");
    }
}

TEST(RunText, TellsPeopleTheSame)
{
    const auto done = run_text(run_json(testing::report_of_done_run(), 7), {false});
    EXPECT_THAT(done, HasSubstr("run 7: failover east -> west is done\n"));
    EXPECT_THAT(done, HasSubstr("fenced              2023-11-14 22:13:25Z  5.0 s\n"));
    EXPECT_THAT(done, HasSubstr("ended               2023-11-14 22:13:45Z  45.0 s in all\n"));
    EXPECT_THAT(done, HasSubstr("TO HAVE A STANDBY AGAIN"));
    EXPECT_THAT(done, HasSubstr("(point of no return)"));
    EXPECT_THAT(done, Not(HasSubstr("NEEDS A HUMAN")));
    EXPECT_THAT(done, Not(HasSubstr("\033[")));
}

TEST(RunText, AParkedRunBeginsWithWhatToDo)
{
    const auto parked = run_text(run_json(testing::report_of_parked_run(), 8), {false});
    EXPECT_THAT(parked, HasSubstr("NEEDS A HUMAN: iam of east: forbidden"));
    EXPECT_THAT(parked, HasSubstr("scale deployment iam --replicas 0"));
    EXPECT_THAT(parked, HasSubstr("Then `understudy resume 8`, or `understudy undo 8"));
    EXPECT_LT(parked.find("NEEDS A HUMAN"), parked.find("MOMENT"));
    EXPECT_THAT(parked, HasSubstr("attempt 1"));
}

TEST(RunText, SurvivesAnAnswerOfAnotherVersion) { EXPECT_NO_THROW(run_text({}, {false})); }

}  // namespace
}  // namespace understudy
