#include "daemon/metrics.hpp"

#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::noon;
using ::testing::Not;

std::string page_of(const core::RunsReport& runs)
{
    core::Report report;
    report.planes.resize(2);
    report.planes[0].name = "east";
    report.planes[1].name = "west";
    MetricsInput input;
    input.runs = runs;
    return Metrics("1", noon).render(report, input);
}

void expect_lines(const std::string& page, const std::vector<std::string>& lines)
{
    for (const auto& line : lines)
        EXPECT_THAT(page, HasSubstr("\nunderstudy_" + line + "\n"));
}

TEST(RunMetrics, ARunThatWentThroughIsCountedAndTimed)
{
    const auto page = page_of(testing::report_of_done_run());
    expect_lines(
        page, {R"(runs_total{kind="failover",result="done"} 1)",
               R"(runs_total{kind="failover",result="degraded"} 0)",
               R"(runs_total{kind="undo",result="undone"} 0)",
               R"(run_duration_seconds{phase="suspected_to_decided"} 20)",
               R"(run_duration_seconds{phase="decided_to_fenced"} 5)",
               R"(run_duration_seconds{phase="fenced_to_promoted"} 7)",
               R"(run_duration_seconds{phase="promoted_to_switched"} 1)",
               R"(run_duration_seconds{phase="switched_to_last_control_plane"} 11)",
               R"(run_duration_seconds{phase="total"} 45)", R"(fence_owed{plane="east"} 0)",
               "two_active 0", "armed 0", "held 0"});
    for (const char* absent : {"run_state", "run_step", "hold_until"})
        EXPECT_THAT(page, Not(HasSubstr(absent)));
}

TEST(RunMetrics, AnOwedFenceIsThatOfItsPlane)
{
    auto runs = testing::report_of_degraded_run();
    runs.two_active = true;
    expect_lines(
        page_of(runs), {R"(fence_owed{plane="east"} 1)", R"(fence_owed{plane="west"} 0)",
                        "two_active 1", R"(runs_total{kind="failover",result="degraded"} 1)"});
}

TEST(RunMetrics, ARunInProgressTellsItsStateAndStep)
{
    const auto page = page_of(testing::report_of_parked_run());
    expect_lines(
        page, {R"(run_state{state="parked"} 1)", R"(run_state{state="running"} 0)",
               R"(run_step{step="fence"} 1)", R"(run_step{step="promote"} 0)",
               R"(runs_total{kind="failover",result="done"} 0)"});
    EXPECT_THAT(page, Not(HasSubstr("phase=\"total\"")));
}

TEST(RunMetrics, TwoStepsOfOneNameAreOneSeries)
{
    auto runs = testing::report_of_parked_run();
    runs.runs.back().created.plan.steps[2].name = "fence";
    const auto page = page_of(runs);
    const std::string series = "understudy_run_step{step=\"fence\"}";
    EXPECT_EQ(page.find(series), page.rfind(series));
    expect_lines(page, {R"(run_step{step="fence"} 1)"});
}

TEST(RunMetrics, AHoldTellsItsEnd)
{
    core::RunsReport runs;
    runs.acting.held = true;
    runs.hold = core::Hold{noon + 1h, "user alice (uid 1000)", "maintenance"};
    expect_lines(page_of(runs), {"hold_until_timestamp_seconds 1700003600", "held 1", "armed 1"});
}

TEST(RunMetrics, NothingIsSaidBeforeTheJournalWasRead)
{
    const auto page = Metrics("1", noon).render(core::Report(), MetricsInput());
    for (const char* absent : {"understudy_run", "armed", "held", "fence_owed", "two_active"})
        EXPECT_THAT(page, Not(HasSubstr(absent)));
}

TEST(RunMetrics, PromtoolHasNothingToSay)
{
    auto runs = testing::report_of_degraded_run();
    runs.hold = core::Hold{noon + 1h, "", ""};
    const auto parked = testing::report_of_parked_run();
    runs.runs.push_back(parked.runs.back());
    const support::TempFile page(page_of(runs));
    const support::TempFile said("");
    const auto command =
        "promtool check metrics <" + page.path().string() + " >" + said.path().string() + " 2>&1";
    const int status = std::system(command.c_str());  // NOLINT: a command of our own
    EXPECT_EQ(status, 0);
    EXPECT_EQ(std::filesystem::file_size(said.path()), 0U) << "see: " << command;
}

}  // namespace
}  // namespace understudy
