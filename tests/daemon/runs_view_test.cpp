#include "daemon/runs_json.hpp"
#include "daemon/runs_text.hpp"

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::noon;
using ::testing::Not;
namespace json = boost::json;

core::RunsReport held_report()
{
    core::RunsReport report;
    report.acting.held = true;
    report.acting.hold = "by user alice (uid 1000)";
    report.hold = core::Hold{noon + 2h, "user alice (uid 1000)", "maintenance"};
    return report;
}

std::string status_of(const core::RunsReport& report)
{
    return acting_text({{"acting", acting_json(core::Mode::automatic, report)}}, {false});
}

TEST(ActingJson, TellsModeArmedHoldAndTheRunInProgress)
{
    const auto acting = acting_json(core::Mode::approve, testing::report_of_parked_run());
    EXPECT_EQ(acting.at("mode"), "approve");
    EXPECT_EQ(acting.at("armed"), false);
    EXPECT_EQ(acting.at("why_not_armed"), "run 8 ended");
    EXPECT_EQ(acting.at("run").at("run"), 8);
    EXPECT_EQ(acting.at("run").at("step"), "fence");
    EXPECT_EQ(acting.at("run").at("state"), "parked");
    EXPECT_EQ(acting.at("hold").at("on"), false);
    EXPECT_EQ(acting.at("two_active"), false);
}

TEST(ActingJson, WithoutARunThereIsNone)
{
    EXPECT_TRUE(
        acting_json(core::Mode::automatic, testing::report_of_done_run()).at("run").is_null());
}

TEST(ActingJson, AHoldTellsWhoUntilWhenAndWhy)
{
    const auto report = held_report();
    const auto acting = acting_json(core::Mode::automatic, report);
    const auto& hold = acting.at("hold").as_object();
    EXPECT_EQ(hold.at("until"), "2023-11-15T00:13:20.000Z");
    EXPECT_EQ(hold.at("by"), "user alice (uid 1000)");
    EXPECT_THAT(
        status_of(report),
        HasSubstr("HELD until 2023-11-15 00:13:20Z by user alice (uid 1000): maintenance"));
}

/// The world's hold has no time and no principal, and is on all the same.
TEST(ActingJson, AHoldInTheWorldIsOnWithoutAnEnd)
{
    core::RunsReport report;
    report.acting.held = true;
    report.acting.hold = "the record in the standby's cluster cannot be read";
    report.world_hold = "unreadable";
    const auto acting = acting_json(core::Mode::automatic, report);
    EXPECT_EQ(acting.at("hold").at("on"), true);
    EXPECT_TRUE(acting.at("hold").at("until").is_null());
    EXPECT_THAT(status_of(report), HasSubstr("HELD: the record in the standby's cluster"));
}

TEST(ActingText, WarnsOfTwoActivesAndOfWhatIsOwed)
{
    auto report = testing::report_of_degraded_run();
    report.two_active = true;
    report.acting.impossible = "the journal cannot be written";
    const auto text = status_of(report);
    EXPECT_THAT(text, HasSubstr("acting: automatic, disarmed (run 7 ended)"));
    EXPECT_THAT(text, HasSubstr("both planes answer as the active one"));
    EXPECT_THAT(text, HasSubstr("no effect is possible: the journal cannot be written"));
    EXPECT_THAT(text, HasSubstr("7.1.1"));
    EXPECT_THAT(text, HasSubstr("by hand: kubectl --context east -n tsb scale deployment iam"));
}

TEST(ActingText, IsSilentWhereTheDaemonDoesNotAct) { EXPECT_EQ(acting_text({}, {false}), ""); }

TEST(History, ShowsTheLatestFirst)
{
    auto report = testing::report_of_done_run();
    const auto parked = testing::report_of_parked_run();
    report.runs.push_back(parked.runs.back());
    const auto history = history_json(report);
    EXPECT_EQ(history.at("runs").as_array().at(0).at("run"), 8);
    EXPECT_EQ(history.at("runs").as_array().at(1).at("run"), 7);
    const auto text = history_text(history, {false});
    EXPECT_LT(text.find("user alice"), text.find("automatic"));
    EXPECT_THAT(text, HasSubstr("east -> west"));
    EXPECT_THAT(text, HasSubstr("25.0 s"));
}

TEST(History, NamesWhatIsMissing)
{
    const auto text = history_text(history_json(testing::report_of_degraded_run()), {false});
    EXPECT_THAT(text, HasSubstr("missing: east/iam, c2"));
    EXPECT_THAT(text, HasSubstr("OWED"));
}

TEST(History, NoRunIsSaid)
{
    EXPECT_EQ(history_text(history_json({}), {false}), "no run yet\n");
    EXPECT_NO_THROW(history_text({}, {false}));
}

TEST(AnswerText, IsTheDaemonsWords)
{
    EXPECT_EQ(answer_text({{"text", "run 9 starts"}, {"run", 9}}, {false}), "run 9 starts\n");
}

}  // namespace
}  // namespace understudy
