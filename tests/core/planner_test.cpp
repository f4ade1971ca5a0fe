#include "core/acting_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace understudy::core {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = OperationKind;

ActingSettings settings()
{
    ActingSettings settings;
    settings.floating_name = "active.example";
    settings.planes = {{"east", "east.example", true}, {"west", "west.example", false}};
    settings.control_planes = {"c1", "c2"};
    settings.promote_patch = R"({"spec":{"standby":null}})";
    return settings;
}

Plan plan_of(const ActingSettings& settings)
{
    return make_failover_plan(settings, "east", "west", 6);
}

std::vector<std::string> names_in(const Plan& plan)
{
    std::vector<std::string> names;
    for (const auto& step : plan.steps)
        names.push_back(step.name);
    return names;
}

const Step& step_of(const Plan& plan, std::string_view name)
{
    const auto found = std::ranges::find(plan.steps, name, &Step::name);
    if (found == plan.steps.end())
        throw std::out_of_range(std::string(name));
    return *found;
}

std::ptrdiff_t place_of(const Plan& plan, std::string_view name)
{
    return std::ranges::find(plan.steps, name, &Step::name) - plan.steps.begin();
}

/// Every combination of what shapes a plan.
std::vector<ActingSettings> combinations()
{
    std::vector<ActingSettings> all;
    for (const auto variant : {Variant::embedded_sync, Variant::restore}) {
        for (const bool has_patch : {true, false}) {
            for (const bool switches : {true, false}) {
                for (const bool restarts : {true, false}) {
                    for (const std::size_t clusters : {0U, 2U}) {
                        auto one = settings();
                        one.variant = variant;
                        one.switch_name = switches;
                        one.restart_edge = restarts;
                        one.control_planes.resize(clusters);
                        if (!has_patch)
                            one.promote_patch.clear();
                        all.push_back(one);
                        for (const auto* step : {"fence", "promote", "switch-name"}) {
                            one.hooks.push_back({"page", step, true, "/bin/page", "11", 5s});
                            one.hooks.push_back({"tell", step, false, "/bin/tell", "22", 5s});
                        }
                        all.push_back(one);
                    }
                }
            }
        }
    }
    return all;
}

TEST(FailoverPlan, OfEmbeddedSyncHasItsStepsInOrder)
{
    EXPECT_THAT(
        names_in(plan_of(settings())),
        ElementsAre(
            "claim", "quiet-standby", "jobs-ended", "fit-standby", "fence", "promote", "promoted",
            "start", "serve", "switch-name", "resolve", "retire", "rejoin", "prove"));
}

TEST(FailoverPlan, OfRestoreIsPromotedByItsWriters)
{
    auto restore = settings();
    restore.variant = Variant::restore;
    const auto plan = plan_of(restore);
    EXPECT_THAT(
        names_in(plan),
        ElementsAre(
            "claim", "quiet-standby", "jobs-ended", "fit-standby", "fence", "promote", "promoted",
            "serve", "switch-name", "resolve", "retire", "rejoin", "prove"));
    EXPECT_EQ(step_of(plan, "promoted").operations.front().kind, Kind::await_primary);
    EXPECT_FALSE(step_of(plan, "promoted").point_of_no_return);
    EXPECT_EQ(step_of(plan, "promote").operations.front().kind, Kind::scale);
    EXPECT_EQ(step_of(plan, "promote").operations.front().target, "west");
}

/// There is no Kubegres to ask where the database is somebody else's.
TEST(FailoverPlan, OfAnExternalDatabaseAsksForNoPrimary)
{
    auto external = settings();
    external.variant = Variant::external_postgres;
    EXPECT_THAT(names_in(plan_of(external)), Not(Contains("promoted")));
}

TEST(FailoverPlan, HasTheStepsThatHooksMayName)
{
    for (const auto variant :
         {Variant::embedded_sync, Variant::restore, Variant::shared_postgres}) {
        auto given = settings();
        given.variant = variant;
        EXPECT_EQ(failover_step_names(variant), names_in(plan_of(given)));
    }
}

TEST(FailoverPlan, FencesBeforeItPromotesAndPromotesBeforeItSwitches)
{
    for (const auto& each : combinations()) {
        const auto plan = plan_of(each);
        EXPECT_LT(place_of(plan, "fence"), place_of(plan, "promote"));
        EXPECT_LT(place_of(plan, "promote"), place_of(plan, "serve"));
        EXPECT_LT(place_of(plan, "serve"), place_of(plan, "switch-name"));
        EXPECT_LT(place_of(plan, "switch-name"), place_of(plan, "rejoin"));
        EXPECT_EQ(plan.steps.back().name, "prove");
    }
}

TEST(FailoverPlan, FencesEveryWriterOfTheOldPlane)
{
    for (const auto& each : combinations()) {
        const auto plan = plan_of(each);
        const auto& fence = step_of(plan, "fence");
        ASSERT_EQ(fence.operations.size(), each.writers.size());
        EXPECT_EQ(fence.on_failure, OnFailure::fence);
        for (const auto& down : fence.operations) {
            EXPECT_EQ(down.target, "east");
            EXPECT_EQ(down.parameter("replicas"), "0");
            EXPECT_EQ(down.stable_for, each.fence_stable_for);
        }
    }
}

TEST(FailoverPlan, IsReversibleBeforeTheFence)
{
    const std::set<Kind> reversible{
        Kind::record,          Kind::suspend_cron_job,   Kind::await_jobs,
        Kind::compare_content, Kind::rehearse_promotion, Kind::hook};
    for (const auto& each : combinations()) {
        const auto plan = plan_of(each);
        for (auto i = 0; i < place_of(plan, "fence"); ++i) {
            for (const auto& operation : plan.steps[static_cast<std::size_t>(i)].operations)
                EXPECT_THAT(reversible, Contains(operation.kind)) << name_of(operation.kind);
        }
    }
}

TEST(FailoverPlan, HasOnePointOfNoReturn)
{
    for (const auto& each : combinations()) {
        const auto plan = plan_of(each);
        EXPECT_EQ(std::ranges::count(plan.steps, true, &Step::point_of_no_return), 1);
        EXPECT_TRUE(step_of(plan, "promote").point_of_no_return);
    }
}

TEST(FailoverPlan, TellsAHumanEverything)
{
    for (const auto& each : combinations()) {
        for (const auto& step : plan_of(each).steps) {
            EXPECT_FALSE(step.title.empty()) << step.name;
            EXPECT_GT(step.deadline, 0s) << step.name;
            EXPECT_GT(step.expected, 0s) << step.name;
            for (const auto& operation : step.operations)
                EXPECT_FALSE(operation.command.empty()) << step.name;
        }
    }
}

TEST(FailoverPlan, GivesTheManualCommands)
{
    const auto plan = plan_of(settings());
    EXPECT_EQ(
        step_of(plan, "fence").operations[0].command,
        "kubectl --context east -n tsb scale deployment tsb --replicas=0");
    EXPECT_EQ(
        step_of(plan, "promote").operations[0].command,
        "kubectl --context west -n tsb patch managementplane managementplane --type=merge -p "
        "'{\"spec\":{\"standby\":null}}'");
    EXPECT_THAT(
        step_of(plan, "switch-name").operations[0].command, HasSubstr("CNAME west.example"));
    EXPECT_EQ(
        step_of(plan, "rejoin").operations[1].command,
        "kubectl --context c2 -n istio-system rollout restart deployment edge");
}

TEST(FailoverPlan, HelpsWithTokensWhereSomethingTellsOfThem)
{
    auto given = settings();
    EXPECT_EQ(step_of(plan_of(given), "rejoin").operations[1].parameter("operator"), "");
    given.token_error = "refused_total";
    const auto plan = plan_of(given);
    const auto& rejoin = step_of(plan, "rejoin").operations[1];
    EXPECT_EQ(rejoin.parameter("operator"), "tsb-operator-control-plane");
    EXPECT_EQ(rejoin.parameter("token_wait"), "60000");
    EXPECT_EQ(
        rejoin.parameter("last_resort"),
        "kubectl --context c2 -n istio-system delete secret otel-token oap-token ngac-token "
        "xcp-edge-central-auth-token; kubectl --context c2 -n istio-system rollout restart "
        "deployment edge");
    EXPECT_EQ(rejoin.parameter("tokens"), "");
    EXPECT_THAT(step_of(plan, "rejoin").title, Not(HasSubstr("delete")));

    given.delete_tokens = true;
    const auto deleting = plan_of(given);
    const auto& step = step_of(deleting, "rejoin");
    EXPECT_THAT(step.title, HasSubstr("delete tokens that stay refused, if a human has approved"));
    EXPECT_EQ(
        step.operations.at(1).parameter("tokens"),
        "otel-token,oap-token,ngac-token,xcp-edge-central-auth-token");
    EXPECT_EQ(step.operations.at(1).parameter("new_plane"), "west");
}

TEST(FailoverPlan, IsTheSameForTheSameSettings)
{
    EXPECT_EQ(plan_of(settings()), plan_of(settings()));
    auto other = settings();
    other.promote_patch = "{}";
    EXPECT_NE(plan_of(settings()), plan_of(other));
}

TEST(FailoverPlan, PutsHooksBesideTheirStep)
{
    auto hooked = settings();
    hooked.hooks = {
        {"page", "fence", true, "/bin/page", "11", 5s},
        {"tell", "fence", false, "/bin/tell", "22", 5s}};
    const auto plan = plan_of(hooked);
    EXPECT_EQ(place_of(plan, "hook-page") + 1, place_of(plan, "fence"));
    EXPECT_EQ(place_of(plan, "hook-tell") - 1, place_of(plan, "fence"));
    EXPECT_EQ(step_of(plan, "hook-page").operations[0].parameter("timeout_ms"), "5000");
    EXPECT_EQ(step_of(plan, "hook-page").deadline, 22s) << "two executions, and between them";
    EXPECT_EQ(step_of(plan, "hook-page").operations[0].parameter("content_hash"), "11");
}

TEST(FailoverPlan, LooksAtTheNameAfterTheProgramThatSwitchesIt)
{
    auto hooked = settings();
    hooked.switch_name = false;
    hooked.hooks = {{"dns", "switch-name", false, "/bin/dns", "11", 5s}};
    const auto plan = plan_of(hooked);
    EXPECT_LT(place_of(plan, "hook-dns"), place_of(plan, "switch-name"));
    // Whoever switches it: every authoritative server has to answer, then the resolver.
    const auto& operation = step_of(plan, "switch-name").operations[0];
    EXPECT_EQ(operation.kind, Kind::switch_name);
    EXPECT_EQ(operation.parameter("changed_by"), "hook");
    EXPECT_EQ(step_of(plan, "resolve").operations[0].kind, Kind::resolve_name);
}

TEST(FailoverPlan, NamesTheProgramThatSwitchesTheName)
{
    auto hooked = settings();
    const auto before = plan_of(hooked);
    hooked.name_hook = HookSettings{"dns", "switch-name", true, "/bin/dns -v", "11", 5s};
    const auto plan = plan_of(hooked);
    const auto& operation = step_of(plan, "switch-name").operations[0];
    EXPECT_EQ(operation.kind, Kind::switch_name);
    EXPECT_EQ(operation.parameter("argv"), "/bin/dns -v");
    EXPECT_EQ(operation.parameter("content_hash"), "11");
    EXPECT_EQ(operation.parameter("timeout_ms"), "5000");
    EXPECT_THAT(operation.command, HasSubstr("UNDERSTUDY_NAME_TO=west.example /bin/dns -v"));
    EXPECT_EQ(names_in(plan), names_in(before));
    auto changed = hooked;
    changed.name_hook->content_hash = "12";
    EXPECT_NE(canonical_text(plan_of(changed)), canonical_text(plan));
}

std::vector<Before> all_changes(const Plan& plan)
{
    std::vector<Before> changed;
    for (const auto& step : plan.steps) {
        for (const auto& operation : step.operations) {
            if (operation.kind == Kind::scale && operation.target == plan.old_plane)
                changed.push_back({operation, {{"replicas", "2"}}});
            else if (operation.kind == Kind::suspend_cron_job)
                changed.push_back({operation, {{"suspend", "false"}}});
            else
                changed.push_back({operation, {}});
        }
    }
    return changed;
}

TEST(UndoPlan, RestoresTheNewestChangeFirst)
{
    auto plan = plan_of(settings());
    plan.steps.resize(5);  // As far as the fence.
    const auto undo = make_undo_plan(settings(), plan, all_changes(plan), 7);
    EXPECT_EQ(undo.kind, RunKind::undo);
    EXPECT_THAT(names_in(undo), ElementsAre("claim", "unfence", "resume-restore"));
    const auto& unfence = step_of(undo, "unfence");
    ASSERT_EQ(unfence.operations.size(), 2U);
    EXPECT_EQ(unfence.operations[0].object, "iam");
    EXPECT_EQ(
        unfence.operations[1].command,
        "kubectl --context east -n tsb scale deployment tsb --replicas=2");
    EXPECT_EQ(step_of(undo, "resume-restore").operations[0].parameter("suspend"), "false");
}

TEST(UndoPlan, NeverPromotesOrSwitches)
{
    for (const auto& each : combinations()) {
        const auto plan = plan_of(each);
        for (const auto& step : make_undo_plan(each, plan, all_changes(plan), 7).steps) {
            EXPECT_FALSE(step.point_of_no_return);
            for (const auto& operation : step.operations) {
                EXPECT_NE(operation.kind, Kind::promote);
                EXPECT_NE(operation.kind, Kind::switch_name);
                EXPECT_NE(operation.kind, Kind::hook);
            }
        }
    }
}

TEST(UndoPlan, OfARunThatChangedNothingOnlyClaims)
{
    EXPECT_THAT(
        names_in(make_undo_plan(settings(), plan_of(settings()), {}, 7)), ElementsAre("claim"));
}

TEST(Planner, HoldsTheNewPlaneAgainstWhatWasLastSeenOfTheOldOne)
{
    LastSeen seen;
    seen.organization = "acme";
    seen.clusters = "3";
    seen.cluster_names = {"c1", "c2"};
    auto settings = understudy::core::settings();
    settings.clusters_missing_max = 1;
    const auto plan = make_failover_plan(settings, "east", "west", 6, seen);
    const auto& compare = step_of(plan, "fit-standby").operations.front();
    EXPECT_EQ(compare.parameter("expected_organization"), "acme");
    EXPECT_EQ(compare.parameter("expected_clusters"), "3");
    EXPECT_EQ(compare.parameter("expected_schema_version"), "");
    EXPECT_EQ(compare.parameter("clusters_missing_max"), "1");
    EXPECT_EQ(compare.parameter("required"), "no");
    for (const auto* step : {"serve", "prove"}) {
        const auto& serve = step_of(plan, step).operations.front();
        EXPECT_EQ(serve.parameter("expected"), "c1,c2") << step;
        EXPECT_EQ(serve.parameter("expects"), "last-seen") << step;
    }
}

TEST(Planner, ClustersThatAreNamedGoBeforeThoseLastSeenAndTheUnknownIsSaid)
{
    LastSeen seen;
    seen.cluster_names = {"c1", "c2"};
    auto settings = understudy::core::settings();
    const auto unknown = make_failover_plan(settings, "east", "west", 6);
    EXPECT_EQ(step_of(unknown, "serve").operations.front().parameter("expects"), "unknown");
    settings.expected_clusters = {"c9"};
    const auto named = make_failover_plan(settings, "east", "west", 6, seen);
    EXPECT_EQ(step_of(named, "serve").operations.front().parameter("expected"), "c9");
    EXPECT_EQ(step_of(named, "serve").operations.front().parameter("expects"), "named");
}

}  // namespace
}  // namespace understudy::core
