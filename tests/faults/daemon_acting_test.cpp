// Whole runs of the real daemon on a real pair: what it moved, what it left alone, and what it
// told, each looked at from outside of it. A run changes the pair for good, so each case has its
// own.
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "faults/acting_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace json = boost::json;

class DaemonActing : public ActingTest {
protected:
    std::string restore_jobs_are_suspended()
    {
        return pair()
            .kubectl("west", {"get", "cronjob", "tsb-restore", "-o", "jsonpath={.spec.suspend}"})
            .output;
    }
    std::string output_of(std::vector<std::string> words)
    {
        return pair().understudy(std::move(words)).output;
    }
    /// By us, as its annotation says.
    bool was_restarted(const std::string& cluster, const std::string& deployment)
    {
        const auto restarted = pair().kubectl(
            cluster, {"get", "deployment", deployment, "-o",
                      "jsonpath={.metadata.annotations.understudy\\.dev/restarted-at}"});
        return restarted.status == 0 && !restarted.output.empty();
    }
    /// The settings' own.
    std::string promote_patch()
    {
        const auto text = read_text(pair().config_file());
        constexpr std::string_view key = "\npatch = '";
        const auto begin = text.find(key) + key.size();
        return text.substr(begin, text.find('\'', begin) - begin);
    }
    /// Of the Secrets that hold a workload cluster's tokens.
    std::vector<std::string> token_ids(const std::string& cluster)
    {
        const auto found = pair().kubectl(
            cluster, {"get", "secret", "otel-token", "oap-token", "ngac-token",
                      "xcp-edge-central-auth-token", "-o", "jsonpath={.items[*].metadata.uid}"});
        std::istringstream words(found.output);
        return {std::istream_iterator<std::string>(words), {}};
    }
    /// What a workload cluster's tokens suffer from.
    void break_tokens(const std::string& cluster, const std::string& fault)
    {
        const json::object command{{"cmd", "tokens"}, {"cluster", cluster}, {"fault", fault}};
        pair().tell_standin("kube-clusters", json::serialize(command));
    }
};

std::int64_t count_applied(const std::vector<json::object>& attempts)
{
    return std::ranges::count_if(
        attempts, [](const json::object& one) { return text_of(one, "result") == "applied"; });
}

// PostgreSQL begins a new timeline with each promotion: one that came a second time would show.
std::string timeline_of(const ActingPair& pair)
{
    return pair.sql("west-1", "postgres", "SELECT timeline_id FROM pg_control_checkpoint()").output;
}

TEST_F(DaemonActing, KilledWhileItPromotesItGoesOnAndPromotesOnce)
{
    bring_up("automatic");
    start();
    pair().commit_witness();
    const auto timeline_before = timeline_of(pair());
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(pair().kill_at_attempt_of("promote", patience)) << pair().last_seen();
    pair().start_daemon();
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();

    EXPECT_THAT(*pair().runs(), SizeIs(1));
    expect_success(*run);
    EXPECT_TRUE(pair().is_fenced("east"));
    expect_service_on_west(*run);
    EXPECT_EQ(timeline_before, "1\n");
    EXPECT_EQ(timeline_of(pair()), "2\n");
    // The process that died heard of nothing, so at most one of the two was heard to be applied.
    const auto attempts = attempts_of(*run, "promote");
    EXPECT_LE(attempts.size(), 2U);
    EXPECT_LE(count_applied(attempts), 1);
    expect_told_once("UnderstudyRunStarted");
    expect_told_once(
        text_of(*run, "state") == "done" ? "UnderstudyRunDone" : "UnderstudyRunDegraded");
    EXPECT_FALSE(is_armed());
    expect_intact_journal();
}

// c1 loses them until its operator is restarted, c2 until somebody deletes them.
TEST_F(DaemonActing, RefusedTokensAreRenewedOrLeftToPeople)
{
    bring_up("automatic");
    pair().replace_in_config(
        "laggards_after = \"2s\"\ndeadline = \"60s\"",
        "laggards_after = \"2s\"\ndeadline = \"30s\"");
    start();
    pair().commit_witness();
    break_tokens("c1", "expired");
    break_tokens("c2", "stale");
    pair().switch_fault("crash", "on");
    const auto run = pair().run_ends(2 * patience);
    ASSERT_TRUE(run) << pair().last_seen();

    EXPECT_EQ(text_of(*run, "state"), "degraded");
    EXPECT_THAT(owed(pair()), ElementsAre("rejoin c2"));
    const auto switched = text_of(run->at("timeline").as_object(), "switched");
    EXPECT_EQ(pair().synced_since(switched), control_planes - 1) << "after " << switched;
    EXPECT_TRUE(was_restarted("c1", "tsb-operator-control-plane"));
    EXPECT_TRUE(was_restarted("c2", "tsb-operator-control-plane"));
    EXPECT_FALSE(was_restarted("c3", "tsb-operator-control-plane"));
    const std::string by_hand =
        "delete secret otel-token oap-token ngac-token xcp-edge-central-auth-token";
    EXPECT_THAT(
        output_of({"show", "1"}), HasSubstr("kubectl --context c2 -n istio-system " + by_hand));

    EXPECT_EQ(
        pair()
            .kubectl(
                "c2", {"delete", "secret", "otel-token", "oap-token", "ngac-token",
                       "xcp-edge-central-auth-token"})
            .status,
        0);
    EXPECT_TRUE(eventually([&] { return owed(pair()).empty(); }, patience)) << pair().last_seen();
    expect_intact_journal();
}

TEST_F(DaemonActing, TokensThatStayRefusedAreDeletedOnceAHumanApprovesThePlan)
{
    bring_up("automatic");
    pair().replace_in_config(
        "laggards_after = \"2s\"\ndeadline = \"60s\"",
        "laggards_after = \"2s\"\ndeadline = \"60s\"\ndelete_tokens = true");
    start();
    pair().commit_witness();
    for (const std::string cluster : {"c1", "c2"})
        break_tokens(cluster, "stale");
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(eventually(
        [&] { return pair().told("UnderstudyApprovalNeeded", "firing").size() == 1; }, patience))
        << pair().last_seen();
    const auto before = token_ids("c1");
    const auto hash = text_of(*pair().latest_run(), "plan_hash");
    EXPECT_EQ(exit_code({"approve", "1", "--plan", hash}), 0);
    const auto run = pair().run_ends(2 * patience);
    ASSERT_TRUE(run) << pair().last_seen();

    expect_success(*run);
    expect_service_on_west(*run);
    const auto after = token_ids("c1");
    EXPECT_THAT(before, SizeIs(4));
    EXPECT_THAT(after, SizeIs(4));
    for (const auto& id : before)
        EXPECT_THAT(after, Not(Contains(id)));
    EXPECT_THAT(output_of({"show", "1"}), HasSubstr("approved by"));
    expect_intact_journal();
}

TEST_F(DaemonActing, AFenceThatIsOwedIsPaidWhenTheOldPlaneIsBack)
{
    bring_up("automatic");
    start();
    pair().commit_witness();
    pair().switch_fault("gone", "on");
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(text_of(*run, "state"), "degraded");
    EXPECT_THAT(owed(pair()), UnorderedElementsAre("scale east", "scale east"));
    expect_service_on_west(*run);
    EXPECT_TRUE(eventually(
        [&] { return pair().told("UnderstudyFenceOwed", "firing").size() == 2; }, patience));

    pair().switch_fault("gone", "off");
    ASSERT_TRUE(eventually([&] { return !pair().writers_of("east").empty(); }, patience));
    EXPECT_TRUE(eventually([&] { return pair().writers_of("east") == "0 0"; }, 5s));
    EXPECT_TRUE(eventually([&] { return owed(pair()).empty(); }, 5s));
    EXPECT_TRUE(pair().is_fenced("east"));
    EXPECT_THAT(*pair().runs(), SizeIs(1));
    expect_intact_journal();
}

// c2's tokens stay refused, so that the run goes on for its whole deadline.
TEST_F(DaemonActing, AFenceThatIsOwedDoesNotWaitForTheRunsEnd)
{
    bring_up("automatic");
    start();
    pair().commit_witness();
    break_tokens("c2", "stale");
    pair().switch_fault("gone", "on");
    ASSERT_TRUE(pair().has_attempt_in("rejoin", patience)) << pair().last_seen();
    EXPECT_THAT(owed(pair()), UnorderedElementsAre("scale east", "scale east"));

    pair().switch_fault("gone", "off");
    ASSERT_TRUE(eventually([&] { return !pair().writers_of("east").empty(); }, patience));
    EXPECT_TRUE(eventually([&] { return pair().writers_of("east") == "0 0"; }, 5s));
    EXPECT_TRUE(eventually([&] { return owed(pair()).empty(); }, 5s)) << output_of({"show", "1"});
    EXPECT_TRUE(pair().run_is("running", 0s)) << pair().last_seen();
    const auto run = pair().run_ends(2 * patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(text_of(*run, "state"), "degraded");
    EXPECT_THAT(owed(pair()), ElementsAre("rejoin c2"));
    expect_intact_journal();
}

/// Somebody promoted the standby by hand and left the old plane as it was.
TEST_F(DaemonActing, TwoPlanesThatAnswerAsActiveAreToldAndNothingIsDoneToEither)
{
    bring_up("automatic");
    start();
    const auto promoted = pair().kubectl(
        "west",
        {"patch", "managementplane", "managementplane", "--type=merge", "-p", promote_patch()});
    ASSERT_EQ(promoted.status, 0) << promoted.output;
    EXPECT_TRUE(eventually(
        [&] { return pair().told("UnderstudyTwoActive", "firing").size() == 1; }, patience))
        << pair().last_seen();
    EXPECT_THAT(pair().get("/metrics"), HasSubstr("\nunderstudy_two_active 1\n"));
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().writers_of("west"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_THAT(*pair().runs(), IsEmpty());
}

TEST_F(DaemonActing, WhatMustNotFailOverCreatesNoRun)
{
    bring_up("automatic");
    const auto worst_case = worst_case_of(pair().config_file());
    start();
    for (const std::string fault : {"oap", "credentials-expired", "cut-off"}) {
        ASSERT_TRUE(pair().settles(patience)) << "before " << fault << ": " << pair().last_seen();
        pair().switch_fault(fault, "on");
        EXPECT_FALSE(eventually([&] { return has_run(); }, 2 * worst_case)) << fault;
        pair().switch_fault(fault, "off");
    }
    EXPECT_THAT(*pair().runs(), IsEmpty());
    EXPECT_TRUE(is_armed());
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_TRUE(eventually([&] { return pair().writers_of("east") == "1 1"; }, patience));
}

TEST_F(DaemonActing, PeopleApproveHoldAndUndoARun)
{
    bring_up("approve", "restore");
    // The fence takes as long as people need to change their minds.
    pair().replace_in_config(
        "dark_for = \"5s\"\nstable_for = \"1s\"\ndeadline = \"30s\"",
        "dark_for = \"5s\"\nstable_for = \"2m\"\ndeadline = \"5m\"");
    start();
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(pair().run_is("awaiting_approval", patience)) << pair().last_seen();
    expect_told_once("UnderstudyApprovalNeeded");
    const auto hash = text_of(*pair().latest_run(), "plan_hash");

    EXPECT_EQ(exit_code({"approve", "1", "--plan", "0123456789abcdef"}), 1);
    EXPECT_EQ(exit_code({"hold", "--for", "10m", "--reason", "wait"}), 0);
    EXPECT_EQ(exit_code({"approve", "1", "--plan", hash}), 1);
    EXPECT_EQ(exit_code({"release"}), 0);
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(exit_code({"approve", "1", "--plan", hash}), 0);

    ASSERT_TRUE(eventually([&] { return pair().is_fenced("east"); }, patience));
    EXPECT_EQ(restore_jobs_are_suspended(), "true");
    EXPECT_EQ(exit_code({"undo", "1", "--reason", "too early"}), 1) << "it still runs";
    EXPECT_EQ(exit_code({"hold", "--for", "10m", "--reason", "it recovers"}), 0);
    ASSERT_TRUE(pair().run_is("held", patience));
    EXPECT_EQ(exit_code({"undo", "1", "--reason", "it recovered"}), 0);
    EXPECT_EQ(exit_code({"release"}), 0);
    ASSERT_TRUE(pair().run_is("undone", patience)) << pair().last_seen();
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_EQ(pair().writers_of("west"), "0 0");
    EXPECT_EQ(restore_jobs_are_suspended(), "false");
    EXPECT_EQ(text_of((*pair().runs()).at(1).as_object(), "state"), "abandoned");
    EXPECT_FALSE(is_armed());
    expect_intact_journal();
}

TEST_F(DaemonActing, ADumpThatWasRestoredTakesOver)
{
    bring_up("automatic", "restore");
    start();
    pair().commit_witness();
    pair().switch_fault("crash", "on");
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    expect_success(*run);
    EXPECT_TRUE(pair().is_fenced("east"));
    EXPECT_EQ(pair().writers_of("west"), "1 1");
    expect_service_on_west(*run);
    expect_intact_journal();
}

}  // namespace
}  // namespace understudy::sandbox
