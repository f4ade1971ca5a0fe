#include "core/operation_machine.hpp"
#include "core/run_machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "machine_diagram.hpp"

namespace understudy::core {
namespace {

// The proofs, held against tables with one fault each: a proof that cannot fail proves nothing.
enum class Door { open, shut, bricked };
enum class Push { gently, hard };
struct DoorRow {
    Door from;
    Push event;
    Door to;
    std::string_view why;
};
using DoorRows = std::vector<DoorRow>;
using DoorStays = std::vector<Unmoved<Door>>;
constexpr StateSet bricked = bit_of(Door::bricked);

const DoorRow closes{Door::open, Push::gently, Door::shut, "it swings"};
const DoorRow is_walled{Door::shut, Push::hard, Door::bricked, "nobody knows"};
const Unmoved<Door> stays_open{Door::open, events(Push::hard), Ruling::impossible, "it gives way"};
const Unmoved<Door> stays_shut{Door::shut, events(Push::gently), Ruling::ignored, "too weak"};
const Unmoved<Door> stays_bricked{
    Door::bricked, events(Push::gently, Push::hard), Ruling::ignored, "a wall"};

bool is_decided(const DoorRows& rows, const DoorStays& stays)
{
    return decides_each_pair_once(
        std::span<const DoorRow>(rows), std::span<const Unmoved<Door>>(stays), 3, 2);
}
bool is_reached(const DoorRows& rows)
{
    return reaches_every_state(std::span<const DoorRow>(rows), Door::open, 3);
}
bool ends(const DoorRows& rows)
{
    return every_state_has_an_end<Door>(std::span<const DoorRow>(rows), bricked, 3);
}

TEST(Transitions, AWholeTablePasses)
{
    EXPECT_TRUE(is_decided({closes, is_walled}, {stays_open, stays_shut, stays_bricked}));
    EXPECT_TRUE(is_reached({closes, is_walled}));
    EXPECT_TRUE(ends({closes, is_walled}));
}

TEST(Transitions, APairIsNeitherLeftOutNorDecidedTwice)
{
    EXPECT_FALSE(is_decided({closes}, {stays_open, stays_shut, stays_bricked}));
    EXPECT_FALSE(is_decided({closes, is_walled}, {stays_open, stays_shut}));
    EXPECT_FALSE(is_decided({closes, closes, is_walled}, {stays_open, stays_shut, stays_bricked}));
    EXPECT_FALSE(
        is_decided({closes, is_walled}, {stays_open, stays_shut, stays_bricked, stays_bricked}));
}

TEST(Transitions, EveryLineSaysWhy)
{
    auto silent = closes;
    silent.why = {};
    EXPECT_FALSE(is_decided({silent, is_walled}, {stays_open, stays_shut, stays_bricked}));
    auto mute = stays_open;
    mute.why = {};
    EXPECT_FALSE(is_decided({closes, is_walled}, {mute, stays_shut, stays_bricked}));
}

TEST(Transitions, WhatStaysDoesNotMove)
{
    auto moving = stays_open;
    moving.ruling = Ruling::moves;
    EXPECT_FALSE(is_decided({closes, is_walled}, {moving, stays_shut, stays_bricked}));
}

TEST(Transitions, AStateThatNothingLeadsToIsFound)
{
    EXPECT_FALSE(is_reached({closes}));
    EXPECT_FALSE(is_reached({is_walled}));
}

TEST(Transitions, ADeadEndAndAWayOutOfAnEndAreFound)
{
    EXPECT_FALSE(ends({closes}));
    EXPECT_FALSE(ends({closes, is_walled, {Door::bricked, Push::hard, Door::open, "magic"}}));
}

// The tables themselves, as their callers see them.
template <class State, class Event>
void expect_consistent_answers(State state, Event event)
{
    SCOPED_TRACE(std::string(name_of(state)) + " + " + std::string(name_of(event)));
    EXPECT_EQ(next(state, event).has_value(), ruling_on(state, event) == Ruling::moves);
    EXPECT_FALSE(why_of(state, event).empty());
    if (is_final(state)) {
        EXPECT_EQ(next(state, event), std::nullopt);
    }
}

template <class State, class Event>
void expect_consistent_table(std::size_t states, std::size_t events)
{
    for (std::size_t i = 0; i < states; ++i) {
        for (std::size_t j = 0; j < events; ++j)
            expect_consistent_answers(static_cast<State>(i), static_cast<Event>(j));
    }
}

TEST(OperationMachine, AnswersEveryPair)
{
    expect_consistent_table<OperationState, OperationEvent>(
        operation_state_count, operation_event_count);
}

TEST(RunMachine, AnswersEveryPair)
{
    expect_consistent_table<RunState, RunEvent>(run_state_count, run_event_count);
}

using O = OperationState;
using OE = OperationEvent;

O after(O state, const std::vector<OperationEvent>& events)
{
    for (const auto event : events)
        state = next(state, event).value_or(state);
    return state;
}

TEST(OperationMachine, ReadsBeforeAndAfterItsEffect)
{
    EXPECT_EQ(after(O::queued, {OE::began, OE::needed, OE::recorded, OE::performed}), O::reading);
    EXPECT_EQ(
        after(O::queued, {OE::began, OE::needed, OE::recorded, OE::performed, OE::satisfied}),
        O::reached);
}

TEST(OperationMachine, LooksAgainAfterAPause)
{
    EXPECT_EQ(after(O::queued, {OE::began, OE::not_yet}), O::pausing);
    EXPECT_EQ(after(O::queued, {OE::began, OE::not_yet, OE::woke}), O::reading);
}

TEST(OperationMachine, TheDeadlineWaitsForAnEffectInFlight)
{
    EXPECT_EQ(after(O::intending, {OE::out_of_time}), O::intending);
    EXPECT_EQ(after(O::acting, {OE::out_of_time, OE::given_up}), O::acting);
    EXPECT_EQ(ruling_on(O::acting, OE::out_of_time), Ruling::ignored);
    EXPECT_EQ(after(O::acting, {OE::performed, OE::out_of_time}), O::stopped);
}

TEST(OperationMachine, WhatStoppedWaitsForAHuman)
{
    EXPECT_EQ(after(O::reading, {OE::forbidden}), O::stopped);
    EXPECT_EQ(after(O::stopped, {OE::began, OE::woke, OE::satisfied, OE::needed}), O::stopped);
    EXPECT_EQ(after(O::stopped, {OE::resumed}), O::reading);
    EXPECT_EQ(after(O::stopped, {OE::given_up}), O::passed_over);
}

TEST(OperationMachine, ARestartReadsWhateverWasUnderWay)
{
    for (const auto state : {O::queued, O::reading, O::pausing, O::intending, O::acting})
        EXPECT_EQ(next(state, OE::began), O::reading) << name_of(state);
}

TEST(OperationMachine, AnAnswerThatNobodyAskedForIsImpossible)
{
    EXPECT_EQ(ruling_on(O::queued, OE::needed), Ruling::impossible);
    EXPECT_EQ(ruling_on(O::reading, OE::performed), Ruling::impossible);
    EXPECT_EQ(ruling_on(O::reached, OE::performed), Ruling::impossible);
}

using R = RunState;
using RE = RunEvent;

TEST(RunMachine, GoesFromApprovalToItsEnd)
{
    EXPECT_EQ(next(R::awaiting_approval, RE::approved), R::running);
    EXPECT_EQ(next(R::awaiting_approval, RE::approval_expired), R::expired);
    EXPECT_EQ(next(R::running, RE::all_reached), R::done);
    EXPECT_EQ(next(R::running, RE::ended_with_missing), R::degraded);
    EXPECT_EQ(next(R::running, RE::undo_reached), R::undone);
}

TEST(RunMachine, AHoldStopsAndReleasesIt)
{
    EXPECT_EQ(next(R::running, RE::hold_began), R::held);
    EXPECT_EQ(next(R::held, RE::hold_ended), R::running);
    EXPECT_EQ(next(R::held, RE::all_reached), std::nullopt);
}

TEST(RunMachine, AParkedRunNeedsAHuman)
{
    EXPECT_EQ(next(R::running, RE::operation_stopped), R::parked);
    EXPECT_EQ(next(R::running, RE::foreign_record), R::parked);
    EXPECT_EQ(next(R::held, RE::foreign_record), R::parked);
    EXPECT_EQ(next(R::parked, RE::hold_ended), std::nullopt);
    EXPECT_EQ(next(R::parked, RE::all_reached), std::nullopt);
    EXPECT_EQ(next(R::parked, RE::resumed), R::running);
}

TEST(RunMachine, EveryLivingRunCanBeTakenOutOfOurHands)
{
    for (const auto state : {R::awaiting_approval, R::running, R::held, R::parked}) {
        EXPECT_EQ(next(state, RE::superseded), R::abandoned) << name_of(state);
        EXPECT_EQ(next(state, RE::abort_allowed), R::aborted) << name_of(state);
    }
    EXPECT_EQ(next(R::awaiting_approval, RE::foreign_record), R::abandoned);
}

TEST(RunMachine, SaysWhyItRefuses)
{
    EXPECT_EQ(why_of(R::running, RE::resumed), "it is not parked");
    EXPECT_EQ(why_of(R::done, RE::resumed), "it has ended");
    EXPECT_EQ(why_of(R::parked, RE::resumed), "a human says that it can go on");
}

TEST(MachinePage, IsWhatTheTablesSay)
{
    std::ifstream file(SOURCE_DIR "/docs/run-machine.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(page, machine_page())
        << "docs/run-machine.md is not what the tables say; draw it again:\n  " BINARY_DIR
           "/tests/core/draw_machines > " SOURCE_DIR "/docs/run-machine.md";
}

}  // namespace
}  // namespace understudy::core
