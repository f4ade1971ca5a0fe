// An oracle that sees nothing proves nothing: each violation is made by hand, and has to be seen.
#include <gtest/gtest.h>

#include <algorithm>

#include "bastion.hpp"
#include "digest.hpp"
#include "stage.hpp"

namespace understudy::simulation {
namespace {

using namespace std::chrono_literals;

class OracleSees : public ::testing::Test {
protected:
    OracleSees() { stage_.now += 10min; }

    bool sees(std::string_view invariant) const
    {
        const auto& violations = stage_.oracle.violations();
        return std::ranges::find(violations, invariant, &Violation::invariant) != violations.end();
    }
    void intend(core::RecordBody body)
    {
        stage_.oracle.intends(bastion_, {core::Record{bastion_.now().wall, std::move(body)}});
    }
    core::RunCreated created(std::uint64_t epoch = 1, std::string by = "automatic") const
    {
        core::RunCreated run;
        run.epoch = epoch;
        run.by = std::move(by);
        run.plan = core::make_failover_plan(bastion_.acting_settings(), "east", "west", epoch - 1);
        run.plan_hash = core::hash_of(run.plan, digest);
        return run;
    }
    /// The active plane has been gone for so long.
    void lose_active(core::Duration since)
    {
        stage_.world.planes[0].front.is_up = false;
        stage_.oracle.look();
        stage_.now += since;
        stage_.oracle.look();
    }
    core::run_effect::Perform order(std::uint32_t step, std::uint32_t index = 0) const
    {
        core::run_effect::Perform made;
        made.id = {1, step, index};
        made.attempt = 1;
        made.operation = created().plan.steps[step].operations[index];
        made.started_at = bastion_.now().instant;
        made.deadline = 8s;
        return made;
    }
    void record(core::RecordBody body)
    {
        bastion_.belongings.disk.write({core::Record{bastion_.now().wall, std::move(body)}});
        bastion_.belongings.disk.sync();
    }
    core::Intent intent_of(const core::run_effect::Perform& made) const
    {
        return {made.id, made.attempt, bastion_.boot_id(), made.started_at, made.deadline, {}};
    }
    static std::uint32_t step_named(const core::Plan& plan, std::string_view name)
    {
        const auto found = std::ranges::find(plan.steps, name, &core::Step::name);
        return static_cast<std::uint32_t>(found - plan.steps.begin());
    }

    Stage stage_{1, core::Variant::embedded_sync, false};
    Bastion bastion_{stage_, 0, Choices{}};
};

TEST_F(OracleSees, NothingInARunThatIsRight)
{
    lose_active(2min);
    intend(created());
    EXPECT_TRUE(stage_.oracle.violations().empty());
}

TEST_F(OracleSees, TwoActives)
{
    stage_.oracle.look();
    EXPECT_FALSE(sees("X1"));
    stage_.world.promote(1, 0s, stage_.now);
    stage_.world.advance(stage_.now);
    stage_.oracle.look();
    EXPECT_TRUE(sees("X1"));
}

TEST_F(OracleSees, ARunFromAPlaneThatServes)
{
    stage_.oracle.look();
    intend(created());
    EXPECT_TRUE(sees("D1"));
    EXPECT_EQ(stage_.statistics.false_failovers, 1U);
}

TEST_F(OracleSees, ARunThatWasNotConfirmed)
{
    lose_active(30s);
    intend(created());
    EXPECT_TRUE(sees("D1"));
}

TEST_F(OracleSees, ARunRightAfterADisturbance)
{
    lose_active(5min);
    bastion_.note_disturbance();
    intend(created());
    EXPECT_TRUE(sees("D5"));
}

TEST_F(OracleSees, ARunInSpiteOfMaintenance)
{
    stage_.oracle.maintained(0, true);
    core::Outcome read;
    read.facts["deployment/tsb/replicas"] = std::int64_t{0};
    stage_.oracle.heard("east/deployments", read);
    stage_.oracle.heard("east/managementplane", read);
    lose_active(5min);
    intend(created());
    EXPECT_TRUE(sees("D4"));
}

TEST_F(OracleSees, NothingWrongWithWorkThatNobodyCouldRead)
{
    stage_.oracle.maintained(0, true);
    lose_active(5min);
    intend(created());
    EXPECT_FALSE(sees("D4"));
}

TEST_F(OracleSees, ARunInSpiteOfAHold)
{
    lose_active(5min);
    intend(core::HoldSet{bastion_.now().wall + 1h, "bob", ""});
    intend(created());
    EXPECT_TRUE(sees("D6"));
}

TEST_F(OracleSees, ARunInSpiteOfAHoldInTheWorld)
{
    stage_.oracle.hold_in_world(1, true);
    lose_active(5min);
    intend(created());
    EXPECT_TRUE(sees("D6"));
}

TEST_F(OracleSees, ARunWithoutItsApproval)
{
    lose_active(5min);
    auto asked = created();
    asked.needs_approval = true;
    intend(asked);
    EXPECT_TRUE(sees("D6")) << "mode automatic asks nobody";
}

TEST_F(OracleSees, ASecondRunBesideTheFirst)
{
    lose_active(5min);
    intend(created(1));
    intend(created(2));
    EXPECT_TRUE(sees("D7"));
}

TEST_F(OracleSees, AnEpochThatComesTwice)
{
    lose_active(5min);
    intend(created(1));
    intend(core::RunChanged{1, core::RunState::expired, "", ""});
    intend(created(1));
    EXPECT_TRUE(sees("X4"));
}

TEST_F(OracleSees, ARunBeforeAnybodyArmed)
{
    lose_active(5min);
    intend(created(1));
    intend(core::RunChanged{1, core::RunState::aborted, "bob", ""});
    intend(created(2));
    EXPECT_TRUE(sees("D9"));
}

TEST_F(OracleSees, ArmingAndACalledOffRequestAreNoObstacle)
{
    lose_active(5min);
    intend(created(1));
    intend(core::RunChanged{1, core::RunState::aborted, "bob", ""});
    intend(core::Armed{"bob", ""});
    intend(created(2));
    intend(core::RunChanged{2, core::RunState::expired, "", ""});
    intend(created(3));
    EXPECT_FALSE(sees("D9"));
}

TEST_F(OracleSees, AStandbyThatLacksTooMuch)
{
    stage_.world.planes[1].database.position -= 100'000'000;
    lose_active(5min);
    intend(created());
    EXPECT_TRUE(sees("D8"));
}

TEST_F(OracleSees, AStandbyOfAnotherDatabase)
{
    stage_.world.planes[1].database.system = "another";
    lose_active(5min);
    intend(created());
    EXPECT_TRUE(sees("D8"));
}

TEST_F(OracleSees, APlanThatIsNotWhatItsHashNames)
{
    lose_active(5min);
    auto run = created();
    run.plan.steps.pop_back();
    intend(run);
    EXPECT_TRUE(sees("X8"));
}

TEST_F(OracleSees, AnEffectBeforeItsIntent)
{
    lose_active(5min);
    intend(created());
    stage_.oracle.sends(bastion_, order(0));
    EXPECT_TRUE(sees("X3"));
}

TEST_F(OracleSees, AnEffectAfterItsDeadline)
{
    lose_active(5min);
    intend(created());
    auto late = order(0);
    late.started_at = bastion_.now().instant - 20s;
    record(intent_of(late));
    stage_.oracle.sends(bastion_, late);
    EXPECT_TRUE(sees("X5"));
    EXPECT_FALSE(sees("X3"));
}

TEST_F(OracleSees, AnEffectBesideAnotherOnItsObject)
{
    lose_active(5min);
    intend(created());
    auto first = order(0);
    record(intent_of(first));
    stage_.oracle.sends(bastion_, first);
    stage_.oracle.effect_ended(bastion_, first, core::EffectResult::unknown);
    auto second = first;
    second.attempt = 2;
    record(intent_of(second));
    stage_.oracle.sends(bastion_, second);
    EXPECT_TRUE(sees("X7"));
}

TEST_F(OracleSees, AnEffectThatIsNotOfThePlan)
{
    lose_active(5min);
    intend(created());
    auto other = order(step_named(created().plan, "fence"));
    other.operation.target = "west";
    record(intent_of(other));
    stage_.oracle.sends(bastion_, other);
    EXPECT_TRUE(sees("X8"));
}

TEST_F(OracleSees, APromotionBeforeTheFence)
{
    lose_active(5min);
    intend(created());
    const auto promotion = order(step_named(created().plan, "promote"));
    record(intent_of(promotion));
    stage_.oracle.sends(bastion_, promotion);
    EXPECT_TRUE(sees("X2"));
}

TEST_F(OracleSees, APromotionOnAnOldSightOfTheFence)
{
    lose_active(5min);
    intend(created());
    const auto fence = step_named(created().plan, "fence");
    for (std::uint32_t i = 0; i < 2; ++i)
        record(core::OperationEnded{{1, fence, i}, "reached", ""});
    for (auto& deployment : stage_.world.planes[0].deployments)
        deployment.seen_stopped = stage_.now;
    const auto fresh = order(step_named(created().plan, "promote"));
    record(intent_of(fresh));
    stage_.oracle.sends(bastion_, fresh);
    EXPECT_FALSE(sees("X2"));
    stage_.now += 5min;
    auto late = order(step_named(created().plan, "promote"));
    late.attempt = 2;
    record(intent_of(late));
    stage_.oracle.sends(bastion_, late);
    EXPECT_TRUE(sees("X2"));
}

TEST_F(OracleSees, ARunThatIsCalledOffAfterItActed)
{
    lose_active(5min);
    intend(created());
    intend(intent_of(order(0)));
    intend(core::RunChanged{1, core::RunState::aborted, "bob", ""});
    EXPECT_TRUE(sees("X10"));
}

TEST_F(OracleSees, ADoneThatIsNotTrue)
{
    lose_active(5min);
    intend(created());
    intend(core::RunChanged{1, core::RunState::done, "", ""});
    EXPECT_TRUE(sees("X12"));
}

TEST_F(OracleSees, AFailoverThatGivesTheOldPlaneItsWritersBack)
{
    lose_active(5min);
    intend(created());
    auto back = order(step_named(created().plan, "fence"));
    back.operation.parameters["replicas"] = "1";
    Reception stored;
    stored.is_stored = true;
    stage_.oracle.lands(bastion_, back, stored);
    EXPECT_TRUE(sees("X14"));
}

TEST_F(OracleSees, ADebtThatStopsTheActivePlane)
{
    lose_active(5min);
    intend(created());
    const auto fence = order(step_named(created().plan, "fence"));
    intend(core::ObligationOwed{fence.id, "west", fence.operation, ""});
    intend(core::RunChanged{1, core::RunState::degraded, "", ""});
    intend(core::RolesSwapped{2, "east", "bob", ""});
    Reception stored;
    stored.is_stored = true;
    stage_.oracle.lands(bastion_, fence, stored);
    EXPECT_TRUE(sees("X14"));
}

TEST_F(OracleSees, AnOlderEpochThatOverwritesANewer)
{
    Reception stored;
    stored.is_stored = true;
    auto newer = order(0);
    newer.id.epoch = 5;
    stage_.oracle.lands(bastion_, newer, stored);
    stage_.oracle.lands(bastion_, order(0), stored);
    EXPECT_TRUE(sees("X4"));
}

TEST_F(OracleSees, AnEffectThatLandsLongAfterItsRun)
{
    lose_active(5min);
    intend(created());
    intend(core::RunChanged{1, core::RunState::degraded, "", ""});
    stage_.now += 5min;
    Reception stored;
    stored.is_stored = true;
    stage_.oracle.lands(bastion_, order(step_named(created().plan, "fence")), stored);
    EXPECT_TRUE(sees("X13"));
}

TEST_F(OracleSees, AnIntentUnderAHold)
{
    lose_active(5min);
    intend(created());
    intend(core::HoldSet{bastion_.now().wall + 1h, "bob", ""});
    intend(intent_of(order(0)));
    EXPECT_TRUE(sees("D6"));
}

TEST_F(OracleSees, AJournalThatWasChangedAndIsBelieved)
{
    stage_.oracle.tampered(bastion_, true);
    stage_.oracle.process_started(bastion_, false);
    EXPECT_TRUE(sees("J2"));
}

TEST_F(OracleSees, AnEffectAfterTheJournalFailed)
{
    lose_active(5min);
    intend(created());
    stage_.oracle.journal_failed(bastion_);
    const auto sent = order(0);
    record(intent_of(sent));
    stage_.oracle.sends(bastion_, sent);
    EXPECT_TRUE(sees("J3"));
}

}  // namespace
}  // namespace understudy::simulation
