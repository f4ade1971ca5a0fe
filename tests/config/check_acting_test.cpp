/// What is said of a run before there is one.
#include "config/check.hpp"
#include "config/durations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "acting_fixture.hpp"

namespace understudy::config::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class CheckActing : public ActingTest {
protected:
    Assessment assessment() const { return assess(settings()); }
};

TEST_F(CheckActing, NothingIsSaidWhenNothingIsConfigured)
{
    EXPECT_THAT(assess(settings_of(minimal)).acting, IsEmpty());
}

TEST_F(CheckActing, SaysWhoStartsARun)
{
    EXPECT_THAT(
        assessment().acting,
        Contains(AllOf(StartsWith("automatic: a run starts by itself"), HasSubstr("1m"))));
    mode_ = "approve";
    EXPECT_THAT(assessment().acting, Contains(HasSubstr("a human approves its plan, within 30m")));
    mode_ = "observe";
    EXPECT_THAT(assessment().acting, Contains(StartsWith("observe: nothing is done")));
}

TEST_F(CheckActing, SaysThatOnlyAHumanAcceptsALoss)
{
    EXPECT_THAT(
        assessment().acting,
        Contains(AllOf(HasSubstr("no run starts by itself"), HasSubstr("failover --accept-loss"))));
}

TEST_F(CheckActing, NamesTheStepsOfTheRealPlan)
{
    const auto definition = acting();
    const auto plan = core::make_failover_plan(definition.settings, "east", "west", 0);
    const auto lines = assessment().acting;
    auto sum = core::Duration::zero();
    for (const auto& step : plan.steps) {
        EXPECT_THAT(lines, Contains(StartsWith(step.name + ": " + step.title + ", within ")));
        sum += step.deadline;
    }
    EXPECT_GT(sum, std::chrono::minutes(20));
    EXPECT_THAT(
        lines, Contains(StartsWith(
                   "a run ends, or waits for a human, within " + format_duration(sum) + ":")));
}

TEST_F(CheckActing, TheNextPlaneIsTheStandbyWhereverItStands)
{
    EXPECT_THAT(assessment().acting, Contains(HasSubstr("Stop east's writers")));
    top_ = "";
    auto turned = text();
    turned.replace(turned.find("\"active\""), 8, "\"standb\"");
    turned.replace(turned.find("\"standby\""), 9, "\"active\"");
    turned.replace(turned.find("\"standb\""), 8, "\"standby\"");
    EXPECT_THAT(
        assess(settings_of(turned, folder_.path())).acting,
        Contains(HasSubstr("Stop west's writers")));
}

TEST_F(CheckActing, SaysWhatHappensWhenTheOldPlaneCannotBeReached)
{
    EXPECT_THAT(assessment().acting, Contains(HasSubstr("the run waits for a human")));
    rest_ = "[fence]\nwhen_unfenceable = \"refuse\"\n";
    EXPECT_THAT(assessment().acting, Contains(HasSubstr("the run is refused")));
    const std::string waiver =
        "[fence.waiver]\nby = \"Jo\"\nwhy = \"cut off\"\nwhen = \"2026-11-30\"\n";
    rest_ = "[fence]\nwhen_unfenceable = \"proceed\"\n" + waiver;
    EXPECT_THAT(
        assessment().acting,
        Contains(AllOf(
            HasSubstr("two planes may be active"), HasSubstr("by Jo on 2026-11-30: cut off"))));
    rest_ = "[fence]\nwhen_unfenceable = \"proceed-if-dark\"\n" + waiver;
    witnesses_ = "";
    const auto dark = assessment();
    EXPECT_THAT(dark.acting, Contains(HasSubstr("been dark for 10m")));
    EXPECT_THAT(dark.never, Contains(StartsWith("no plane is ever dark")));
    EXPECT_THAT(dark.never, Contains(HasSubstr("fewer than two failure domains")));
}

TEST_F(CheckActing, WritingCannotBeTriedWithTheCredentialsThatWatch)
{
    const auto missing = assessment().missing;
    EXPECT_THAT(missing, Contains(StartsWith("c1: no acting_kubeconfig")));
    EXPECT_THAT(missing, Not(Contains(StartsWith("c2: no acting_kubeconfig"))));
    EXPECT_THAT(missing, Not(Contains(StartsWith("east: no acting_kubeconfig"))));
}

TEST_F(CheckActing, SaysWhatBecomesOfRefusedTokens)
{
    EXPECT_THAT(assessment().missing, Contains(StartsWith("rejoin.token_error is not set")));
    rest_ = "[rejoin]\ntoken_error = \"refused\"\n";
    EXPECT_THAT(assessment().missing, Not(Contains(StartsWith("rejoin.token_error"))));
    EXPECT_THAT(
        assessment().acting,
        Contains(AllOf(
            HasSubstr("as refused tells: tsb-operator-control-plane is restarted"),
            HasSubstr("once more after 1m"))));
    rest_ = "[rejoin]\nrestart_edge = false\n";
    EXPECT_THAT(assessment().missing, Not(Contains(StartsWith("rejoin.token_error"))));
}

TEST_F(CheckActing, ObservingTellsWhatActingWouldLack)
{
    const auto lacking = assess(settings_of(minimal + "[acting]\n"));
    EXPECT_THAT(lacking.missing, Contains("promote.patch is not written"));
    EXPECT_THAT(lacking.missing, Contains("west: no kubeconfig to act with"));
    EXPECT_THAT(lacking.missing, Contains("west: no request to see it serve"));
    EXPECT_THAT(
        lacking.never,
        Contains(HasSubstr("approve and automatic are refused: nothing switches the floating")));
    EXPECT_THAT(lacking.never, Contains(HasSubstr("can never be `done`, only `degraded`")));
    EXPECT_THAT(lacking.never, Contains(StartsWith("a run to west is refused unless")));
    EXPECT_THAT(lacking.never, Contains(HasSubstr("rejoin.laggards_after (1m) must be at least")));
    for (const auto& line : assessment().never)
        EXPECT_THAT(line, Not(HasSubstr("a run"))) << line;
}

TEST_F(CheckActing, PrintsThemAfterTheTimes)
{
    const auto lines = lines_of(assessment());
    EXPECT_THAT(lines, Contains(StartsWith("run: automatic: ")));
    EXPECT_THAT(lines, Contains(StartsWith("run: fence: ")));
}

}  // namespace
}  // namespace understudy::config::test
