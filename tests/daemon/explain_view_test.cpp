// What `understudy explain` says, to programs and to people.
#include "core/healthy_pair.hpp"
#include "core/watch.hpp"
#include "daemon/explain_json.hpp"
#include "daemon/explain_text.hpp"

#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
namespace json = boost::json;

core::WatchSettings settings() { return core::testing::fast_settings(); }

core::Report report()
{
    core::Watch watch(settings(), {}, {});
    auto result = watch.report({});
    auto& east = result.planes.front().detector;
    east.since = core::WallTime(1'790'000'000s);
    east.observed = 90 * 24h;
    east.mistakes = 3;
    east.mistaken = 45s;
    east.dead = {2, 7s, 4s};
    return result;
}

const json::object& first(const json::object& object, std::string_view key)
{
    return array(object, key).at(0).as_object();
}

TEST(ExplainJson, PredictsForEachPlaneWithoutADaemon)
{
    const auto predicted = prediction_json(settings());
    EXPECT_EQ(array(predicted, "planes").size(), 2U);
    const auto& east = first(predicted, "planes");
    EXPECT_EQ(text(east, "name"), "east");
    EXPECT_EQ(array(east, "detection").size(), 8U);
    const auto& refused = first(east, "detection");
    EXPECT_EQ(text(refused, "path"), "dead, kubernetes confirms");
    EXPECT_EQ(text(refused, "outage"), "refused");
    EXPECT_DOUBLE_EQ(number(refused, "worst"), 1.5);
    EXPECT_GT(number(refused, "expected"), number(refused, "expected_since_first_failure"));
    EXPECT_DOUBLE_EQ(number(predicted, "confirm"), 3);
}

TEST(ExplainJson, TellsMistakesForSomeLossesAndWhatTheModelLeavesOut)
{
    const auto predicted = prediction_json(settings());
    const auto& mistakes = array(first(predicted, "planes"), "mistakes");
    ASSERT_EQ(mistakes.size(), 3U);
    EXPECT_DOUBLE_EQ(number(mistakes.at(1).as_object(), "loss"), 0.01);
    const auto& suspect = object_in(mistakes.at(1).as_object(), "suspect");
    EXPECT_GT(number(suspect, "recurrence"), number(suspect, "duration"));
    EXPECT_THAT(std::string(text(predicted, "loss_model")), HasSubstr("loss alone never gives"));
    EXPECT_THAT(std::string(text(predicted, "loss_leaves_out")), HasSubstr("come together"));
}

TEST(ExplainJson, WhatNeverComesIsNull)
{
    auto without = settings();
    std::erase_if(without.probes, [](const core::ProbeSettings& probe) {
        return probe.purpose != core::Purpose::api;
    });
    const auto predicted = prediction_json(without);
    const auto& east = first(predicted, "planes");
    EXPECT_TRUE(array(east, "detection").empty());
    EXPECT_FALSE(has(object_in(first(east, "mistakes"), "failed"), "recurrence"));
}

TEST(ExplainJson, TellsWhatWasMeasuredAndWhatAMistakeIs)
{
    const auto measured = measured_json(report());
    EXPECT_THAT(std::string(text(measured, "mistake")), HasSubstr("ended without `failed`"));
    const auto& east = first(measured, "planes");
    EXPECT_DOUBLE_EQ(number(east, "recurrence"), 30 * 86'400);
    EXPECT_DOUBLE_EQ(number(east, "duration"), 15);
    EXPECT_DOUBLE_EQ(number(east, "accuracy"), 1 - 45.0 / (90 * 86'400));
    EXPECT_FALSE(has(east, "recurrence_above"));
    const auto& dead = first(east, "detections");
    EXPECT_DOUBLE_EQ(number(dead, "mean"), 3.5);
    EXPECT_DOUBLE_EQ(number(dead, "longest"), 4);
    const auto& west = array(measured, "planes").at(1).as_object();
    for (const char* unknown : {"since", "recurrence", "recurrence_above", "duration", "accuracy"})
        EXPECT_FALSE(has(west, unknown)) << unknown;
    EXPECT_FALSE(has(first(west, "detections"), "mean"));
}

TEST(ExplainText, PutsWhatWasMeasuredBesideWhatIsPredicted)
{
    const auto shown = explain_text(explain_json(settings(), report()), {});
    EXPECT_THAT(shown, HasSubstr("dead, kubernetes confirms    refused, errors"));
    EXPECT_THAT(shown, HasSubstr("3.5 s (2)\n"));
    EXPECT_THAT(shown, HasSubstr("east      measured   30 days"));
    EXPECT_THAT(shown, HasSubstr("mistakes: 3 in 90 days, since 2026-09-21"));
    EXPECT_THAT(shown, HasSubstr("east      1.0 %"));
    EXPECT_THAT(shown, Not(HasSubstr("west      measured")));
}

TEST(ExplainText, WithoutAMistakeItSaysHowRareTheyAreAtMost)
{
    auto quiet = report();
    quiet.planes.front().detector.mistakes = 0;
    const auto shown = explain_text(explain_json(settings(), quiet), {});
    EXPECT_THAT(shown, HasSubstr("measured   over 30 days (95 %)"));
}

TEST(ExplainText, SaysWhyNothingWasMeasured)
{
    const json::object alone{
        {"predicted", prediction_json(settings())},
        {"measured", nullptr},
        {"unmeasured_because", "no daemon answers"}};
    const auto shown = explain_text(alone, {});
    EXPECT_THAT(shown, HasSubstr("not measured: no daemon answers"));
    EXPECT_THAT(shown, HasSubstr("HOW SOON"));
    EXPECT_THAT(shown, Not(HasSubstr("A mistake, as it is measured")));
}

TEST(ExplainText, SaysThatTheDaemonRunsWithOtherSettings)
{
    auto explanation = explain_json(settings(), report());
    EXPECT_THAT(explain_text(explanation, {}), Not(HasSubstr("other settings")));
    explanation["daemon_has_other_settings"] = true;
    EXPECT_THAT(explain_text(explanation, {}), HasSubstr("other settings"));
}

TEST(ExplainText, SurvivesAnAnswerOfAnotherVersion)
{
    EXPECT_THAT(explain_text({}, {}), HasSubstr("not measured"));
}

}  // namespace
}  // namespace understudy
