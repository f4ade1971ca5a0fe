// What the detector measures of itself: detections, mistakes, and what counts for neither.
#include "core/detector_measure.hpp"

#include <gtest/gtest.h>

#include <string>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using R = Reason;

/// Verdicts at given times, as the judge would give them.
class Measure : public ::testing::Test {
protected:
    void at(Duration passed, Verdict verdict, std::string_view reason = "")
    {
        Judgement judgement;
        judgement.verdict = verdict;
        judgement.kind = verdict == Verdict::failed ? FailureKind::dead : FailureKind::none;
        judgement.reason = reason;
        measure_.observe(judgement, onset_, moment(passed));
    }
    const DetectorFigures& figures() const { return measure_.figures(); }

    DetectorMeasure measure_;
    std::optional<Instant> onset_ = moment(100s).instant;
};

TEST_F(Measure, NothingIsKnownBeforeAnythingWasObserved)
{
    EXPECT_FALSE(figures().accuracy());
    EXPECT_FALSE(figures().mistake_recurrence());
    EXPECT_FALSE(figures().mistake_duration());
    EXPECT_FALSE(figures().recurrence_bound());
}

TEST_F(Measure, ASuspicionThatEndsWithoutFailedIsAMistake)
{
    at(0s, Verdict::healthy);
    at(100s, Verdict::suspect);
    at(110s, Verdict::healthy);
    at(200s, Verdict::suspect);
    at(230s, Verdict::degraded);
    at(400s, Verdict::healthy);
    EXPECT_EQ(figures().since, moment(0s).wall);
    EXPECT_EQ(figures().mistakes, 2U);
    EXPECT_EQ(figures().observed, 400s);
    EXPECT_EQ(figures().mistake_recurrence(), 200s);
    EXPECT_EQ(figures().mistake_duration(), 20s);
    EXPECT_DOUBLE_EQ(*figures().accuracy(), 0.9);
    EXPECT_FALSE(figures().recurrence_bound());
}

TEST_F(Measure, WhatNeverErredIsBoundedByTheRuleOfThree)
{
    at(0s, Verdict::healthy);
    at(300s, Verdict::healthy);
    EXPECT_EQ(figures().recurrence_bound(), 100s);
    EXPECT_DOUBLE_EQ(*figures().accuracy(), 1);
}

TEST_F(Measure, FailedIsADetectionFromTheOnsetOn)
{
    at(0s, Verdict::healthy);
    at(103s, Verdict::suspect);
    at(107s, Verdict::failed);
    at(110s, Verdict::failed);
    EXPECT_EQ(figures().dead, (Detections{1, 7s, 7s}));
    EXPECT_EQ(figures().unreachable.count, 0U);
    EXPECT_EQ(figures().mistakes, 0U);
    EXPECT_EQ(figures().observed, 103s) << "the time of an outage is not one in which to err";
}

TEST_F(Measure, OneOutageIsOneDetectionHoweverItsVerdictMoves)
{
    at(0s, Verdict::healthy);
    at(107s, Verdict::failed);
    at(110s, Verdict::unknown);
    at(120s, Verdict::suspect);
    at(125s, Verdict::failed);
    at(130s, Verdict::suspect);
    at(140s, Verdict::healthy);
    EXPECT_EQ(figures().dead.count, 1U);
    EXPECT_EQ(figures().mistakes, 0U) << "the suspicion had been confirmed";
    onset_ = moment(200s).instant;
    at(203s, Verdict::failed);
    EXPECT_EQ(figures().dead, (Detections{2, 10s, 7s}));
}

TEST_F(Measure, WithoutAnOnsetNothingIsMeasured)
{
    onset_.reset();
    at(0s, Verdict::healthy);
    at(10s, Verdict::failed);
    EXPECT_EQ(figures().dead.count, 0U);
}

TEST_F(Measure, AMaintenanceThatWasSeenIsNoMistake)
{
    at(0s, Verdict::healthy);
    at(100s, Verdict::suspect, "unconfirmed");
    at(105s, Verdict::suspect, "maintenance");
    at(110s, Verdict::suspect, "unconfirmed");
    at(120s, Verdict::healthy);
    EXPECT_EQ(figures().mistakes, 0U);
    EXPECT_EQ(figures().observed, 100s);
    at(130s, Verdict::suspect, "unconfirmed");
    at(131s, Verdict::healthy);
    EXPECT_EQ(figures().mistakes, 1U) << "the next one is judged anew";
}

TEST_F(Measure, TimeWithoutAVerdictDoesNotCount)
{
    at(0s, Verdict::healthy);
    at(10s, Verdict::unknown);
    at(50s, Verdict::suspect);
    at(52s, Verdict::unknown);
    at(90s, Verdict::healthy);
    at(100s, Verdict::healthy);
    EXPECT_EQ(figures().observed, 22s);
    EXPECT_EQ(figures().mistakes, 1U) << "we suspected it, and were wrong";
    EXPECT_EQ(figures().mistaken, 2s);
}

TEST_F(Measure, AStandstillOfOursDoesNotCount)
{
    at(0s, Verdict::healthy);
    at(10s, Verdict::healthy);
    measure_.pause();
    at(500s, Verdict::healthy);
    at(510s, Verdict::healthy);
    EXPECT_EQ(figures().observed, 20s);
}

TEST_F(Measure, ASuspicionOfAPlaneThatIsActiveNoMoreIsForgotten)
{
    at(0s, Verdict::healthy);
    at(10s, Verdict::suspect);
    measure_.abandon();
    at(20s, Verdict::healthy);
    EXPECT_EQ(figures().mistakes, 0U);
    EXPECT_EQ(figures().observed, 10s);
}

TEST_F(Measure, IsSavedAtOnceAfterAMistakeAndElseNowAndThen)
{
    at(0s, Verdict::healthy);
    EXPECT_FALSE(measure_.take_unsaved(moment(0s).instant));
    at(599s, Verdict::healthy);
    EXPECT_FALSE(measure_.take_unsaved(moment(599s).instant));
    at(600s, Verdict::healthy);
    EXPECT_TRUE(measure_.take_unsaved(moment(600s).instant));
    EXPECT_FALSE(measure_.take_unsaved(moment(3600s).instant)) << "nothing new";
    at(601s, Verdict::suspect);
    at(602s, Verdict::healthy);
    EXPECT_TRUE(measure_.take_unsaved(moment(602s).instant));
    at(603s, Verdict::failed);
    EXPECT_TRUE(measure_.take_unsaved(moment(603s).instant));
}

TEST_F(Measure, GoesOnFromWhatWasSaved)
{
    at(0s, Verdict::healthy);
    at(100s, Verdict::suspect);
    at(110s, Verdict::healthy);
    const auto saved = measure_.take_unsaved(moment(110s).instant);
    ASSERT_TRUE(saved);
    DetectorMeasure next;
    ASSERT_TRUE(next.recall(*saved));
    EXPECT_EQ(next.figures(), figures());
    EXPECT_FALSE(next.take_unsaved(moment(110s).instant)) << "it is saved already";
}

TEST_F(Measure, RecallsNothingFromWhatIsDamaged)
{
    at(0s, Verdict::healthy);
    at(600s, Verdict::healthy);
    measure_.take_unsaved(moment(0s).instant);
    const auto saved = measure_.take_unsaved(moment(600s).instant);
    ASSERT_TRUE(saved);
    DetectorMeasure next;
    for (const auto& damaged :
         {std::string(), std::string("x"), *saved + "x", saved->substr(0, saved->size() - 2),
          "format=2\n" + saved->substr(saved->find('\n') + 1)})
        EXPECT_FALSE(next.recall(damaged)) << damaged;
    EXPECT_EQ(next.figures(), DetectorFigures());
}

DetectorFigures figures_of(const Scenario& scenario) { return scenario.plane().detector; }

TEST(JudgeMeasures, ADetectionFromTheFirstFailedOutcomeToTheVerdict)
{
    Scenario s;
    s.run_for(20s);
    break_east(s);
    ASSERT_TRUE(s.run_until(10s, [&] { return s.plane().suspect_since.has_value(); }));
    const auto took = s.run_until(10s, [&] { return is_failed(s); });
    ASSERT_TRUE(took);
    EXPECT_EQ(figures_of(s).dead, (Detections{1, *took, *took}));
}

TEST(JudgeMeasures, ASuspicionThatNobodyConfirmed)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(R::status));
    s.run_for(20s);
    ASSERT_EQ(s.judgement().verdict, Verdict::suspect);
    const auto since = s.plane().verdict_since;
    s.heal();
    const auto healed = s.run_until(20s, [&] { return s.judgement().verdict != Verdict::suspect; });
    ASSERT_TRUE(healed);
    EXPECT_EQ(figures_of(s).mistakes, 1U);
    EXPECT_EQ(figures_of(s).mistaken, s.now().instant - since);
}

TEST(JudgeMeasures, OnlyTheActivePlane)
{
    Scenario s;
    s.answer("west/api", always(R::status));
    s.run_for(60s);
    EXPECT_EQ(s.plane("west").detector, DetectorFigures());
    EXPECT_GE(figures_of(s).observed, 55s);
}

TEST(JudgeMeasures, TheTimeOfAStandstillIsLeftOut)
{
    Scenario s;
    s.run_for(60s);
    const auto before = figures_of(s).observed;
    s.stand_still(1h);
    s.run_for(1s);
    EXPECT_LE(figures_of(s).observed, before + 2s);
}

TEST(JudgeMeasures, GoesOnAfterARestart)
{
    Scenario s;
    s.run_for(20s);
    break_east(s);
    s.run_for(20s);
    const auto before = figures_of(s);
    ASSERT_EQ(before.dead.count, 1U);
    Scenario next(fast_settings(), s.remembered(), 60s);
    EXPECT_EQ(figures_of(next).dead, before.dead);
    EXPECT_EQ(figures_of(next).since, before.since);
    next.run_for(20s);
    break_east(next);
    next.run_for(20s);
    EXPECT_EQ(figures_of(next).dead.count, 2U);
}

TEST(JudgeMeasures, ForgetsTheSuspicionOfAPlaneThatTheServiceLeft)
{
    Scenario s;
    s.run_for(20s);
    s.answer("east/api", always(R::status));
    s.run_for(20s);
    ASSERT_EQ(s.judgement().verdict, Verdict::suspect);
    s.send(RolesMoved{"west"});
    s.heal();
    s.run_for(20s);
    s.send(RolesMoved{"east"});
    s.run_for(60s);
    EXPECT_EQ(figures_of(s).mistakes, 0U);
}

}  // namespace
}  // namespace understudy::core
