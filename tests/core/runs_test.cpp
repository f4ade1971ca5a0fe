// A whole failover under virtual time, and what may go wrong on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

bool accepts_writes(const WorldPlane& plane, Instant now)
{
    const bool is_primary =
        plane.primary || (plane.primary_at != Instant{} && now >= plane.primary_at);
    return is_primary && plane.replicas.at("tsb") > 0;
}

/// Fails as soon as both planes accept writes.
void never_two_active(RunWorld& world)
{
    world.after_each = [&world] {
        ASSERT_FALSE(
            accepts_writes(world.planes["east"], world.now()) &&
            accepts_writes(world.planes["west"], world.now()))
            << "two active planes";
    };
}

std::ptrdiff_t place_of(const RunWorld& world, const std::string& effect)
{
    const auto found = std::ranges::find(world.effects, effect);
    return found == world.effects.end() ? -1 : found - world.effects.begin();
}

std::string story(const RunWorld& world)
{
    std::string text;
    for (const auto& line : world.said)
        text += line + "\n";
    return text;
}

TEST(Failover, FencesThenPromotesThenSwitchesThenBringsEverybodyOver)
{
    RunWorld world;
    never_two_active(world);
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << world.run().why << story(world);
    EXPECT_EQ(world.active, "west");
    EXPECT_EQ(world.name_points_to, "west");
    const auto fenced = place_of(world, "scale east tsb");
    const auto promoted = place_of(world, "promote west managementplane");
    const auto switched = place_of(world, "switch_name floating active.tsb.test");
    ASSERT_GE(fenced, 0);
    EXPECT_LT(fenced, promoted);
    EXPECT_LT(promoted, switched);
    EXPECT_FALSE(world.runs().ledger().is_armed());
    for (const auto& [name, control_plane] : world.control_planes)
        EXPECT_EQ(control_plane.peer, "west") << name;
}

// Nobody says with whom: until its connection holders are stopped that may be the old plane.
TEST(Failover, AnExchangeBeforeTheOldPlaneIsRetiredProvesNothing)
{
    RunWorld world;
    world.fail_active();
    int refusals = 4;
    world.fate = [&](const run_effect::Perform& effect) {
        const auto& object = effect.operation.object;
        const bool retires = object == "central" || object == "envoy";
        return retires && refusals-- > 0 ? Fate::refused : Fate::arrives;
    };
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << world.run().why << story(world);
    for (const auto& [name, control_plane] : world.control_planes)
        EXPECT_EQ(control_plane.peer, "west") << name;
}

TEST(Failover, OneLaggardGoesFirstThenTheOthers)
{
    RunWorld world;
    world.fail_active();
    int at_once = 0;
    bool first_is_back = false;
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::rejoin) {
            EXPECT_TRUE(at_once++ == 0 || first_is_back);
        }
        return Fate::arrives;
    };
    world.after_each = [&] {
        first_is_back = std::ranges::any_of(
            world.control_planes, [](const auto& entry) { return entry.second.peer == "west"; });
    };
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(at_once, 3);
}

TEST(Failover, AMissingControlPlaneMakesItDegradedAndIsOwed)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c2"));
    EXPECT_EQ(world.runs().ledger().obligations().size(), 1U);
    EXPECT_TRUE(world.fires("UnderstudyRunDegraded"));

    world.active_serves = true;
    world.control_planes["c2"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.runs().ledger().obligations().empty(); }))
        << story(world);
    EXPECT_EQ(world.control_planes["c2"].peer, "west");
}

ActingSettings settings_with_token_help()
{
    auto settings = acting_settings();
    settings.token_error = "refused_total";
    settings.control_plane_operator = "operator";
    settings.token_wait = 5s;
    return settings;
}

std::vector<std::string> restarts_in(const RunWorld& world, const std::string& control_plane)
{
    std::vector<std::string> found;
    for (const auto& effect : world.effects) {
        if (effect.starts_with("rejoin " + control_plane))
            found.push_back(effect);
    }
    return found;
}

TEST(Tokens, ThatAreRefusedAreRenewedByTheOperatorAndReadByEdge)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c2"].tokens = Tokens::expired;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_THAT(
        restarts_in(world, "c2"),
        ElementsAre("rejoin c2 edge", "rejoin c2 edge operator", "rejoin c2 edge"));
    EXPECT_THAT(restarts_in(world, "c1"), ElementsAre("rejoin c1 edge"));
}

TEST(Tokens, ThatStayRefusedAreLeftToPeopleWithTheCommand)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c2"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c2"));
    EXPECT_THAT(restarts_in(world, "c2").size(), 3U) << "one operator, and edge twice";
    const auto& obligations = world.runs().ledger().obligations();
    ASSERT_EQ(obligations.size(), 1U);
    EXPECT_THAT(
        obligations.begin()->second.owed.why,
        HasSubstr("kubectl --context c2 -n istio-system delete secret otel-token oap-token "
                  "ngac-token xcp-edge-central-auth-token"));

    world.active_serves = true;
    world.run_for(1min);
    EXPECT_THAT(restarts_in(world, "c2").size(), 3U) << "nothing new is tried";
    auto& repaired = world.control_planes["c2"];
    repaired.tokens = Tokens::valid;
    repaired.reads_refused = false;
    EXPECT_TRUE(world.run_until([&] { return obligations.empty(); })) << story(world);
}

TEST(Tokens, NobodyIsToldOfAreNotTouched)
{
    RunWorld world;
    world.control_planes["c2"].tokens = Tokens::expired;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(restarts_in(world, "c2"), ElementsAre("rejoin c2 edge"));
}

/// The first to be restarted is only a trial of the restart: what its tokens need is its own
/// matter.
TEST(Tokens, OfTheFirstLaggardDoNotHoldTheOthersUp)
{
    RunWorld world(settings_with_token_help());
    world.control_planes["c1"].tokens = Tokens::stale;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::degraded);
    EXPECT_THAT(world.run().missing(), ElementsAre("c1"));
}

/// However many have trouble with their tokens: a step's effects under way are bounded, those that
/// come later in an operation too.
TEST(Tokens, AreRenewedInAsManyClustersAtOnceAsTheStepAllows)
{
    auto settings = settings_with_token_help();
    settings.rejoin_concurrency = 2;
    settings.control_planes = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"};
    RunWorld world(settings);
    for (auto& [name, control_plane] : world.control_planes)
        control_plane.tokens = Tokens::expired;
    std::ptrdiff_t most = 0;
    world.after_each = [&] {
        most = std::max(most, std::ranges::count_if(world.control_planes, [&](const auto& entry) {
                            return !entry.second.is_available(world.now());
                        }));
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min)) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
    EXPECT_EQ(most, 2);
}

/// A replica that still follows the old plane would make the next failover lose data.
TEST(Failover, FollowersThatWentAstrayAreNamedAndTheRunIsNotDone)
{
    for (const bool is_killed : {false, true}) {
        RunWorld world;
        world.planes["west"].followers_astray = 1;
        world.fail_active();
        if (is_killed) {
            const auto& runs = world.runs().ledger().runs();
            ASSERT_TRUE(
                world.run_until([&] { return !runs.empty() && !world.run().missing().empty(); }));
            world.kill();
        }
        ASSERT_TRUE(world.run_to_end()) << story(world);
        EXPECT_EQ(world.state(), RunState::degraded) << story(world);
        EXPECT_THAT(world.run().missing(), ElementsAre("west/tsb-postgres"));
        EXPECT_TRUE(world.fires("UnderstudyRunDegraded"));
        EXPECT_FALSE(world.fires("UnderstudyRunDone"));
    }
}

struct Unreachable {
    const char* name;
    WhenUnfenceable policy;
    bool dark;
    RunState state;
};
class OldPlaneUnreachable : public ::testing::TestWithParam<Unreachable> {};

TEST_P(OldPlaneUnreachable, DoesAsThePolicySays)
{
    const auto& given = GetParam();
    auto settings = acting_settings();
    settings.when_unfenceable = given.policy;
    if (given.policy == WhenUnfenceable::proceed ||
        given.policy == WhenUnfenceable::proceed_if_dark)
        settings.waiver = {"Ada", "two sites, one bastion", "2026-11-30"};
    RunWorld world(settings);
    world.planes["east"].reachable = false;
    world.fail_active(given.dark);
    world.planes["east"].reachable = false;
    const bool ends = is_final(given.state);
    if (ends)
        world.run_to_end();
    else
        world.run_for(2min);
    EXPECT_EQ(world.state(), given.state) << story(world);
    if (given.state == RunState::parked || given.state == RunState::aborted) {
        EXPECT_THAT(world.effects, IsEmpty()) << "nothing may be changed";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Policies,
    OldPlaneUnreachable,
    ::testing::Values(
        Unreachable{"WaitForHuman", WhenUnfenceable::wait_for_human, true, RunState::parked},
        Unreachable{"Refuse", WhenUnfenceable::refuse, true, RunState::aborted},
        Unreachable{
            "ProceedIfDarkAndDark", WhenUnfenceable::proceed_if_dark, true, RunState::degraded},
        Unreachable{
            "ProceedIfDarkAndNotDark", WhenUnfenceable::proceed_if_dark, false, RunState::running},
        Unreachable{"Proceed", WhenUnfenceable::proceed, false, RunState::degraded}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Failover, AFenceThatIsOwedIsPaidWhenTheOldPlaneReturns)
{
    auto settings = acting_settings();
    settings.when_unfenceable = WhenUnfenceable::proceed_if_dark;
    settings.waiver = {"Ada", "why", "when"};
    RunWorld world(settings);
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.runs().ledger().obligations().size(), 2U);
    EXPECT_TRUE(world.fires("UnderstudyFenceOwed"));

    world.active_serves = true;
    world.planes["east"].reachable = true;
    EXPECT_TRUE(world.run_until([&] { return world.planes["east"].replicas["tsb"] == 0; }, 5s))
        << story(world);
    EXPECT_TRUE(world.run_until([&] { return world.runs().ledger().obligations().empty(); }, 10s));
}

TEST(Failover, AFenceIsNotPaidToThePlaneThatIsActiveAgain)
{
    auto settings = acting_settings();
    settings.when_unfenceable = WhenUnfenceable::proceed_if_dark;
    settings.waiver = {"Ada", "why", "when"};
    RunWorld world(settings);
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    // A human moved the service back by hand, and tells us later.
    world.name_elsewhere = true;
    world.active_serves = true;
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "the good plane was killed";
    EXPECT_TRUE(world.fires("UnderstudyFenceOwed"));

    EXPECT_TRUE(world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"}).ok);
    world.name_elsewhere = false;
    world.run_for(1min);
    EXPECT_EQ(world.active, "east");
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "the good plane was killed";
    EXPECT_THAT(world.runs().ledger().obligations(), IsEmpty());
}

TEST(Failover, NothingIsOwedToAWorldWhoseRecordIsSomebodyElses)
{
    auto settings = acting_settings();
    settings.when_unfenceable = WhenUnfenceable::proceed_if_dark;
    settings.waiver = {"Ada", "why", "when"};
    RunWorld world(settings);
    world.fail_active(true);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    world.planes["west"].record_instance = "bastion-2";
    world.active_serves = true;
    world.planes["east"].reachable = true;
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
}

TEST(Failover, ANewerEpochInTheWorldParks)
{
    RunWorld world;
    world.planes["west"].has_record = true;
    world.planes["west"].record_instance = "bastion-1";
    world.planes["west"].record_epoch = 7;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] {
        return !world.runs().ledger().runs().empty() && world.state() == RunState::parked;
    })) << story(world);
    EXPECT_THAT(world.effects, IsEmpty());
    EXPECT_TRUE(world.fires("UnderstudyNeedsHuman"));
    EXPECT_TRUE(world.fires("UnderstudyActingImpossible"));

    EXPECT_TRUE(world.ask({.verb = "takeover", .reason = "the snapshot was ours"}).ok);
    EXPECT_EQ(world.runs().ledger().generation(), 7U);
}

TEST(TakeOver, WaitsForWhatTheOtherMayHaveSent)
{
    RunWorld world;
    world.planes["west"].has_record = true;
    world.planes["west"].record_instance = "bastion-9";
    world.planes["west"].record_epoch = 7;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] {
        return !world.runs().ledger().runs().empty() && world.state() == RunState::parked;
    })) << story(world);
    ASSERT_TRUE(world.ask({.verb = "takeover", .reason = "it burnt down"}).ok);
    ASSERT_TRUE(world.ask({.verb = "abort", .run = 1}).ok);
    ASSERT_TRUE(world.ask({.verb = "rearm", .reason = "go on"}).ok);
    world.fail_active();
    world.run_for(5s);
    world.kill();
    world.fail_active();
    world.run_for(6s);
    EXPECT_THAT(world.effects, IsEmpty());
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done) << story(world);
}

TEST(Failover, StartsByItselfOnlyWhenItMay)
{
    for (const auto mode : {Mode::observe, Mode::approve}) {
        auto settings = acting_settings();
        settings.mode = mode;
        RunWorld world(settings);
        world.fail_active();
        world.run_for(1min);
        EXPECT_THAT(world.effects, IsEmpty()) << name_of(mode);
    }
}

TEST(Approval, StartsThePlanThatWasApprovedAndNoOther)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(1s);
    ASSERT_EQ(world.state(), RunState::awaiting_approval);
    EXPECT_TRUE(world.fires("UnderstudyApprovalNeeded"));
    const auto hash = world.run().created.plan_hash;
    EXPECT_FALSE(world.ask({.verb = "approve", .plan_hash = "0123", .run = 1}).ok);
    EXPECT_TRUE(world.ask({.verb = "approve", .plan_hash = hash, .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Approval, ExpiresWithoutActionAndIsNotAskedAgainForTheSameFailure)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    settings.approval_expires = 1min;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(2min);
    EXPECT_EQ(world.state(), RunState::expired);
    EXPECT_THAT(world.effects, IsEmpty());
    EXPECT_EQ(world.runs().ledger().runs().size(), 1U);
    EXPECT_TRUE(world.runs().ledger().is_armed());
}

TEST(Human, IsRefusedWithAnotherHashOrClosedGates)
{
    RunWorld world;
    world.run_for(1s);
    EXPECT_FALSE(world.ask({.verb = "failover", .reason = "drill", .plan_hash = "beef"}).ok);
    world.closed_gates = "standby_fresh";
    const auto refused =
        world.ask({.verb = "failover", .reason = "drill", .plan_hash = world.hash()});
    EXPECT_FALSE(refused.ok);
    EXPECT_THAT(refused.text, HasSubstr("standby_fresh"));
    world.closed_gates.clear();
    EXPECT_TRUE(world.ask({.verb = "failover", .reason = "drill", .plan_hash = world.hash()}).ok);
}

TEST(Abort, IsPossibleOnlyBeforeAnythingWasIntended)
{
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld world(settings);
    world.fail_active();
    world.run_for(1s);
    EXPECT_TRUE(world.ask({.verb = "abort", .reason = "not now", .run = 1}).ok);
    EXPECT_EQ(world.state(), RunState::aborted);
    EXPECT_FALSE(world.runs().ledger().is_armed()) << "a human said no";

    RunWorld other;
    other.fail_active();
    ASSERT_TRUE(other.run_until([&] { return !other.effects.empty(); }));
    EXPECT_FALSE(other.ask({.verb = "abort", .reason = "stop", .run = 1}).ok);
    EXPECT_TRUE(other.run_to_end());
    EXPECT_EQ(other.state(), RunState::done);
}

TEST(Hold, KeepsARunFromStartingAndSaysSo)
{
    RunWorld world;
    EXPECT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 2h}).ok);
    world.fail_active();
    world.run_for(1min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
    EXPECT_TRUE(world.fires("UnderstudyHeldBack"));
    world.fail_active();
    EXPECT_TRUE(world.ask({.verb = "release"}).ok);
    EXPECT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Hold, OutlivesARestartAndEndsByItself)
{
    RunWorld world;
    EXPECT_TRUE(world.ask({.verb = "hold", .reason = "upgrade", .duration = 10min}).ok);
    world.kill();
    world.fail_active();
    world.run_for(5min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
    world.run_for(5min);
    world.fail_active();
    EXPECT_TRUE(world.run_to_end());
}

TEST(Hold, ThatCannotBeReadCounts)
{
    RunWorld world;
    world.planes["west"].reachable = false;
    world.fail_active();
    world.run_for(1min);
    EXPECT_THAT(world.runs().ledger().runs(), IsEmpty());
}

TEST(Hold, InTheWorldStopsARunBeforeItsNextEffect)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east tsb") >= 0; }));
    world.planes["west"].hold = "stop, says Ada";
    world.run_for(200ms);
    EXPECT_EQ(world.state(), RunState::held);
    const auto effects = world.effects.size();
    world.run_for(1min);
    EXPECT_LE(world.effects.size(), effects + 1);
    world.planes["west"].hold.clear();
    EXPECT_TRUE(world.run_to_end());
    EXPECT_EQ(world.state(), RunState::done);
}

TEST(Undo, RestoresWhatTheRunHadChanged)
{
    RunWorld world;
    world.planes["west"].accepts_patch = true;
    world.fail_active();
    world.fate = [](const run_effect::Perform& effect) {
        return effect.operation.kind == OperationKind::promote ? Fate::refused : Fate::arrives;
    };
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    world.planes["west"].hold = "stop";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    world.planes["west"].hold.clear();
    const auto answer = world.ask({.verb = "undo", .reason = "east is back", .run = 1});
    if (!answer.ok)
        GTEST_FAIL() << answer.text;
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::undone);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1);
    EXPECT_EQ(world.planes["east"].replicas["iam"], 1);
    EXPECT_THAT(world.effects, Not(Contains(HasSubstr("promote"))));
}

/// Every `scale east tsb` of the first run is on its way for ten seconds, and its reply is lost.
void delay_the_fence(RunWorld& world)
{
    const auto is_fence = [](const run_effect::Perform& effect) {
        return effect.id.epoch == 1 && effect.operation.object == "tsb" &&
               effect.operation.target == "east";
    };
    world.fate = [is_fence](const run_effect::Perform& effect) {
        return is_fence(effect) ? Fate::reply_lost : Fate::arrives;
    };
    world.travels = [is_fence](const run_effect::Perform& effect) {
        return is_fence(effect) ? Duration(10s) : Duration(30ms);
    };
}

TEST(Undo, DoesNotTakeForRestoredWhatIsStillAboutToChange)
{
    RunWorld world;
    delay_the_fence(world);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    world.planes["west"].hold = "stop";
    ASSERT_TRUE(world.run_until([&] { return world.state() == RunState::held; }));
    world.planes["west"].hold.clear();
    ASSERT_TRUE(world.ask({.verb = "undo", .reason = "east is back", .run = 1}).ok);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::undone);
    world.run_for(1min);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 1) << "fenced after it was undone";
    EXPECT_EQ(world.planes["east"].replicas["iam"], 1);
}

TEST(Adopt, IsRefusedWhileAChangeMayStillArrive)
{
    RunWorld world;
    delay_the_fence(world);
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east iam") >= 0; }));
    const auto early = world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"});
    EXPECT_FALSE(early.ok);
    EXPECT_THAT(early.text, HasSubstr("may still arrive: in 13 s"));
    world.planes["west"].hold = "stop";
    world.run_for(13s);
    EXPECT_EQ(world.planes["east"].replicas["tsb"], 0) << "it has arrived, where people see it";
    EXPECT_TRUE(world.ask({.verb = "adopt", .reason = "by hand", .plane = "east"}).ok);
}

TEST(Rearm, IsRefusedUntilTheNewStandbyIsFit)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    world.closed_gates = "replicas_ready: 0";
    EXPECT_FALSE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    EXPECT_FALSE(world.runs().ledger().is_armed());
    world.closed_gates.clear();
    EXPECT_TRUE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    EXPECT_TRUE(world.runs().ledger().is_armed());
}

TEST(Cap, LimitsAutomaticRunsInThirtyDays)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    EXPECT_TRUE(world.ask({.verb = "rearm", .reason = "rebuilt"}).ok);
    world.fail_active();
    world.run_for(1min);
    EXPECT_EQ(world.runs().ledger().runs().size(), 1U);
}

TEST(Journal, AFailureEndsActing)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return place_of(world, "scale east tsb") >= 0; }));
    world.disk_fails = true;
    world.run_for(100ms);
    const auto effects = world.effects.size();
    world.run_for(5min);
    EXPECT_EQ(world.effects.size(), effects) << "an effect without a durable intent";
    EXPECT_TRUE(world.fires("UnderstudyActingImpossible"));
    EXPECT_FALSE(world.ask({.verb = "hold", .reason = "x", .duration = 1h}).ok);
}

TEST(Intent, IsDurableBeforeItsEffect)
{
    RunWorld world;
    world.fail_active();
    world.fate = [&world](const run_effect::Perform& effect) {
        const bool is_durable = std::ranges::any_of(world.journal, [&](const Record& record) {
            const auto* intent = std::get_if<Intent>(&record.body);
            return intent != nullptr && intent->id == effect.id &&
                   intent->attempt == effect.attempt;
        });
        EXPECT_TRUE(is_durable) << text_of(effect.id);
        return Fate::arrives;
    };
    EXPECT_TRUE(world.run_to_end());
}

/// What an effect's sender cannot know, for each effect in turn: the run ends as the clean one.
class EachEffect : public ::testing::TestWithParam<Fate> {};

TEST_P(EachEffect, MayGoWrongOnce)
{
    RunWorld clean;
    clean.fail_active();
    ASSERT_TRUE(clean.run_to_end());
    for (std::size_t chosen = 0; chosen < clean.effects.size(); ++chosen) {
        RunWorld world;
        never_two_active(world);
        std::size_t number = 0;
        world.fate = [&](const run_effect::Perform&) {
            return number++ == chosen ? GetParam() : Fate::arrives;
        };
        world.fail_active();
        ASSERT_TRUE(world.run_to_end(30min)) << "effect " << chosen << "\n" << story(world);
        EXPECT_EQ(world.state(), RunState::done) << "effect " << chosen << "\n" << story(world);
        // The judge is told once that is durable.
        EXPECT_TRUE(world.run_until([&] { return world.active == "west"; }, 1s));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Fates,
    EachEffect,
    ::testing::Values(Fate::reply_lost, Fate::lost, Fate::refused),
    [](const auto& row) {
        return row.param == Fate::reply_lost ? "ReplyLost"
               : row.param == Fate::lost     ? "Lost"
                                             : "Refused";
    });

struct Kill {
    const char* name;
    bool reboot;
    Duration down;
};
class KilledAnywhere : public ::testing::TestWithParam<Kill> {};

/// The process is killed every few milliseconds of a clean run in turn: each time the run ends as
/// the clean one does, and no promotion is sent twice.
TEST_P(KilledAnywhere, TheRunEndsAllTheSame)
{
    RunWorld clean;
    clean.fail_active();
    const auto began = clean.now();
    ASSERT_TRUE(clean.run_to_end());
    const auto length = clean.now() - began;
    for (Duration at{}; at < length; at += 11ms) {
        RunWorld world;
        never_two_active(world);
        world.fail_active();
        world.run_for(at);
        world.kill(GetParam().down, GetParam().reboot);
        ASSERT_TRUE(world.run_to_end(30min)) << "killed after " << at.count() << "\n"
                                             << story(world);
        EXPECT_EQ(world.state(), RunState::done) << "killed after " << at.count();
        EXPECT_EQ(std::ranges::count(world.effects, "promote west managementplane"), 1);
        EXPECT_EQ(world.runs().ledger().runs().size(), 1U);
    }
}

/// The same where tokens are refused: the operator is restarted once, however often we were.
TEST_P(KilledAnywhere, TokensAreRenewedAllTheSame)
{
    const auto broken = [](RunWorld& world) {
        world.control_planes["c2"].tokens = Tokens::expired;
        world.fail_active();
    };
    RunWorld clean(settings_with_token_help());
    broken(clean);
    ASSERT_TRUE(clean.run_until([&] { return !restarts_in(clean, "c1").empty(); }));
    const auto from = clean.now();
    ASSERT_TRUE(clean.run_to_end());
    const auto length = clean.now() - from;
    for (Duration at{}; at < length; at += 37ms) {
        RunWorld world(settings_with_token_help());
        broken(world);
        ASSERT_TRUE(world.run_until([&] { return !restarts_in(world, "c1").empty(); }));
        world.run_for(at);
        world.kill(GetParam().down, GetParam().reboot);
        ASSERT_TRUE(world.run_to_end(30min)) << "killed after " << at.count() << "\n"
                                             << story(world);
        EXPECT_EQ(world.state(), RunState::done) << "killed after " << at.count();
        EXPECT_EQ(std::ranges::count(world.effects, "rejoin c2 edge operator"), 1)
            << "killed after " << at.count();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Restarts,
    KilledAnywhere,
    ::testing::Values(
        Kill{"AtOnce", false, 1ms},
        Kill{"AfterAMinute", false, 60s},
        Kill{"AfterAReboot", true, 5s}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Restart, AnOpenEffectKeepsTheNextOneBackUntilItCanNoLongerLand)
{
    RunWorld world;
    world.fail_active();
    Instant sent{};
    Instant again{};
    bool killed = false;
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind != OperationKind::promote)
            return Fate::arrives;
        if (!killed) {
            sent = effect.started_at;
            return Fate::lost;
        }
        again = world.now();
        return Fate::arrives;
    };
    ASSERT_TRUE(world.run_until([&] { return sent != Instant{}; }));
    killed = true;
    world.kill(10ms);
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_GE(again - sent, 8s + 5s);
    EXPECT_EQ(world.state(), RunState::done);
}

std::string told(const RunWorld& world, const std::string& alert)
{
    for (const auto& change : world.alerts) {
        if (change.alert.name == alert)
            return change.alert.description;
    }
    return {};
}

TEST(Told, TheDecisionWithItsEvidenceAndHowToStopIt)
{
    RunWorld world;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end());
    const auto text = told(world, "UnderstudyRunStarted");
    for (const auto* words :
         {"By automatic: failed", "Evidence: api down", "understudy abort 1", "understudy undo 1"})
        EXPECT_THAT(text, HasSubstr(words));
    auto settings = acting_settings();
    settings.mode = Mode::approve;
    RunWorld asking(settings);
    asking.fail_active();
    asking.run_for(1s);
    EXPECT_THAT(told(asking, "UnderstudyApprovalNeeded"), HasSubstr("Evidence: api down"));
    EXPECT_THAT(told(asking, "UnderstudyApprovalNeeded"), HasSubstr("understudy approve 1 --plan"));
}

TEST(Told, WhoCannotReachTheOldPlaneHearsHowToFenceItByHand)
{
    RunWorld world;
    world.planes["east"].reachable = false;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    const auto text = told(world, "UnderstudyNeedsHuman");
    EXPECT_THAT(text, HasSubstr("kubectl --context east -n tsb scale deployment tsb --replicas=0"));
    EXPECT_THAT(text, HasSubstr("kubectl --context east -n tsb scale deployment iam --replicas=0"));
    EXPECT_THAT(text, HasSubstr("understudy abort 1"));
    EXPECT_THAT(text, Not(HasSubstr("understudy undo")));
}

/// Another installation acts: nobody must be told to do its work a second time.
TEST(Told, AForeignRecordNamesTheTakeoverAndNoStep)
{
    RunWorld world;
    world.planes["west"].has_record = true;
    world.planes["west"].record_instance = "bastion-2";
    world.planes["west"].record_epoch = 1;
    world.fail_active();
    ASSERT_TRUE(world.run_until([&] { return world.fires("UnderstudyNeedsHuman"); }));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), HasSubstr("understudy takeover"));
    EXPECT_THAT(told(world, "UnderstudyNeedsHuman"), Not(HasSubstr("kubectl")));
}

TEST(Told, TheMissingControlPlanesByName)
{
    RunWorld world;
    world.control_planes["c2"].reachable = false;
    world.planes["west"].followers_astray = 1;
    world.fail_active();
    ASSERT_TRUE(world.run_to_end(30min));
    EXPECT_THAT(
        told(world, "UnderstudyRunDegraded"),
        HasSubstr("Control planes that did not come: c2. Missing: west/tsb-postgres."));
}

/// A program that switches the name has the time that the settings give it, and no more.
TEST(NameHook, HasItsOwnDeadline)
{
    auto settings = acting_settings();
    settings.name_hook = HookSettings{"dns", "switch-name", true, "/bin/dns", "11", 25s};
    RunWorld world(settings);
    Duration deadline{};
    world.fate = [&](const run_effect::Perform& effect) {
        if (effect.operation.kind == OperationKind::switch_name)
            deadline = effect.deadline;
        else
            EXPECT_EQ(effect.deadline, settings.effect.deadline);
        return Fate::arrives;
    };
    world.fail_active();
    ASSERT_TRUE(world.run_to_end()) << story(world);
    EXPECT_EQ(world.state(), RunState::done);
    EXPECT_EQ(deadline, 25s);
}

}  // namespace
}  // namespace understudy::core::testing
