#include "daemon/plan_json.hpp"
#include "daemon/runs_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using core::Finding;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

core::Assessment assessment(Finding finding, std::string why)
{
    core::Assessment result;
    result.finding = finding;
    result.why = std::move(why);
    return result;
}

PlanView sample_view()
{
    PlanView view;
    view.plan = testing::sample_plan();
    view.hash = "0123456789abcdef";
    view.checks[{7, 1, 0}] = assessment(Finding::needed, "2 replicas");
    view.checks[{7, 1, 1}] = assessment(Finding::satisfied, "0 replicas");
    view.checks[{7, 2, 0}] = assessment(Finding::unreadable, "connection refused");
    return view;
}

const json::object& operation(const json::object& plan, std::size_t step, std::size_t index)
{
    return plan.at("steps").as_array().at(step).at("operations").as_array().at(index).as_object();
}

TEST(PlanJson, ShowsStepsHashAndThePointOfNoReturn)
{
    const auto plan = plan_json(sample_view());
    EXPECT_EQ(plan.at("steps").as_array().size(), 6U);
    EXPECT_EQ(plan.at("hash"), "0123456789abcdef");
    EXPECT_EQ(plan.at("point_of_no_return"), "promote");
    EXPECT_EQ(plan.at("old_plane"), "east");
    EXPECT_EQ(plan.at("expected_s"), 12.0);
    EXPECT_TRUE(plan.at("waiver").is_null());
    EXPECT_EQ(operation(plan, 1, 0).at("id"), "7.1.0");
}

/// `would_change` is a promise: what could not be read, or was not, promises nothing.
TEST(PlanJson, SaysWhatItWouldChangeAndWhatItDoesNotKnow)
{
    const auto plan = plan_json(sample_view());
    EXPECT_EQ(operation(plan, 1, 0).at("would_change"), true);
    EXPECT_EQ(operation(plan, 1, 1).at("would_change"), false);
    EXPECT_TRUE(operation(plan, 2, 0).at("would_change").is_null());
    EXPECT_TRUE(operation(plan, 3, 0).at("would_change").is_null());
    EXPECT_TRUE(operation(plan, 3, 0).at("check").is_null());
    EXPECT_EQ(operation(plan, 0, 0).at("would_change"), false) << "it only reads";
    EXPECT_EQ(plan.at("changes").as_array().size(), 1U);
    EXPECT_EQ(plan.at("changes").as_array().at(0), "scale deployment tsb of east to 0");
    EXPECT_EQ(operation(plan, 2, 0).at("check").at("finding"), "unreadable");
}

TEST(PlanJson, TheLongestOfAStepsStabilitiesIsWaitedFor)
{
    auto view = sample_view();
    view.plan.steps[1].operations[0].stable_for = 5s;
    view.plan.steps[1].operations[1].stable_for = 3s;
    view.plan.steps[1].delay = 1s;
    EXPECT_EQ(plan_json(view).at("steps").as_array().at(1).at("expected_s"), 8.0);
}

TEST(PlanText, ShowsChecksCommandsAndHowToStart)
{
    auto view = sample_view();
    view.obstacles = {"standby_ready: the standby is not fresh"};
    view.plan.waiver = {"bob", "the site is gone", "2026-01-01"};
    const auto text = plan_text(plan_json(view), {false});
    EXPECT_THAT(text, HasSubstr("point of no return"));
    EXPECT_LT(text.find("point of no return"), text.find(" 3 promote"));
    EXPECT_THAT(text, HasSubstr("needed      scale deployment tsb of east to 0\n"));
    EXPECT_THAT(text, HasSubstr("$ kubectl --context east -n tsb scale deployment tsb"));
    EXPECT_THAT(text, HasSubstr("connection refused"));
    EXPECT_THAT(text, HasSubstr("waived by bob on 2026-01-01: the site is gone"));
    EXPECT_THAT(text, HasSubstr("it could not start now:\n  standby_ready"));
    EXPECT_THAT(text, HasSubstr("understudy failover --plan 0123456789abcdef --reason TEXT"));
    EXPECT_THAT(text, Not(HasSubstr("\033[")));
    EXPECT_THAT(plan_text(plan_json(view), {true}), HasSubstr("\033[33mneeded"));
}

core::Loss sample_loss()
{
    core::Loss loss;
    loss.gates = {"standby_fresh"};
    loss.bytes = 1024;
    loss.data_until = testing::noon - 90s;
    return loss;
}

TEST(PlanJson, StatesTheLoss)
{
    auto view = sample_view();
    EXPECT_TRUE(plan_json(view).at("loss").is_null());
    view.plan.loss = sample_loss();
    view.suspected_at = testing::noon;
    auto loss = plan_json(view).at("loss").as_object();
    EXPECT_EQ(loss.at("gates").as_array().at(0), "standby_fresh");
    EXPECT_EQ(loss.at("bytes_max"), 1024);
    EXPECT_EQ(loss.at("seconds"), 90.0);
    EXPECT_EQ(loss.at("data_until"), "2023-11-14T22:11:50.000Z");
    view.plan.loss.bytes.reset();
    view.plan.loss.data_until.reset();
    loss = plan_json(view).at("loss").as_object();
    EXPECT_TRUE(loss.at("bytes_max").is_null());
    EXPECT_TRUE(loss.at("seconds").is_null());
}

TEST(PlanText, StatesTheLossAndHowToAcceptIt)
{
    auto view = sample_view();
    EXPECT_THAT(plan_text(plan_json(view), {false}), Not(HasSubstr("--accept-loss")));
    view.plan.loss = sample_loss();
    view.suspected_at = testing::noon;
    auto text = plan_text(plan_json(view), {false});
    EXPECT_THAT(text, HasSubstr("IT WOULD LOSE:\n  standby_fresh: what was committed since"));
    EXPECT_THAT(text, HasSubstr("bytes at most 1024, seconds before the suspicion 90.0 s"));
    EXPECT_THAT(text, HasSubstr("--plan 0123456789abcdef --reason TEXT --accept-loss TEXT\n"));
    view.plan.loss.bytes.reset();
    view.plan.loss.data_until.reset();
    text = plan_text(plan_json(view), {false});
    EXPECT_THAT(text, HasSubstr("bytes not known, seconds before the suspicion not known"));
}

TEST(PlanText, SurvivesAnAnswerOfAnotherVersion) { EXPECT_NO_THROW(plan_text({}, {false})); }

}  // namespace
}  // namespace understudy
