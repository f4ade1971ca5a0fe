// The process is killed, the disk fails, effects and their replies are lost: the run ends all the
// same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "run_world.hpp"

namespace understudy::core::testing {
namespace {

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

/// What was deleted is made anew by others: however often we were, it is deleted once.
TEST_P(KilledAnywhere, TokensAreDeletedOnce)
{
    const auto broken = [](RunWorld& world) {
        world.control_planes["c2"].tokens = Tokens::stale;
        world.fail_active();
        ASSERT_TRUE(world.ask({.verb = "failover", .plan_hash = world.hash()}).ok);
        ASSERT_TRUE(world.run_until([&] { return restarts_in(world, "c2").size() == 3; }));
    };
    RunWorld clean(settings_with_token_deletion());
    broken(clean);
    const auto from = clean.now();
    ASSERT_TRUE(clean.run_to_end());
    const auto length = clean.now() - from;
    for (Duration at{}; at < length; at += 37ms) {
        RunWorld world(settings_with_token_deletion());
        broken(world);
        world.run_for(at);
        world.kill(GetParam().down, GetParam().reboot);
        ASSERT_TRUE(world.run_to_end(30min)) << "killed after " << at.count() << "\n"
                                             << story(world);
        EXPECT_EQ(world.state(), RunState::done) << "killed after " << at.count();
        EXPECT_EQ(std::ranges::count(world.effects, "rejoin c2 edge tokens"), 1)
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

}  // namespace
}  // namespace understudy::core::testing
