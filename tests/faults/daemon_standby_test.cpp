// The active plane is dead, and the standby is not fit to take over: nothing takes over by itself.
// What people may pass over they may, with a word for what is lost; and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "faults/acting_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DaemonUnfitStandby : public ActingTest {
protected:
    void begin()
    {
        bring_up("automatic");
        start();
        pair().commit_witness();
    }
    void expect_no_run_by_itself()
    {
        const auto worst_case = worst_case_of(pair().config_file());
        pair().switch_fault("crash", "on");
        EXPECT_TRUE(
            pair().sees([](const Picture& seen) { return seen.verdict == "failed"; }, patience))
            << pair().last_seen();
        EXPECT_FALSE(eventually([&] { return has_run(); }, 2 * worst_case));
        expect_told_once("UnderstudyFailoverBlocked");
    }
    bool is_closed(const std::string& gate)
    {
        const auto closed = [&gate](const Picture& seen) {
            for (const auto& one : seen.status.at("gates").as_array())
                if (one.at("name").as_string() == "standby_" + gate)
                    return !one.at("open").as_bool();
            return false;
        };
        return pair().sees(closed, patience);
    }
    void on_west(const std::string& instance, const std::string& statement)
    {
        const auto done = pair().sql(instance, "postgres", statement);
        ASSERT_EQ(done.status, 0) << done.output;
    }
    void expect_run_to_the_end()
    {
        const auto run = pair().run_ends(patience);
        ASSERT_TRUE(run) << pair().last_seen();
        EXPECT_THAT(*pair().runs(), SizeIs(1));
        expect_success(*run);
        EXPECT_TRUE(pair().is_fenced("east"));
        expect_service_on_west(*run);
        expect_intact_journal();
    }
    std::string plan() { return pair().understudy({"plan"}).output; }
    std::string show() { return pair().understudy({"show", "1"}).output; }
};

const std::vector<std::string> accepted{"--accept-loss", "the backup of tonight has it"};

TEST_F(DaemonUnfitStandby, ThatIsBehindTakesOverOnlyForSomebodyWhoAcceptsTheLoss)
{
    begin();
    on_west("west-1", "SELECT pg_wal_replay_pause()");
    const auto written = pair().sql(
        "east-1", "tsb",
        "CREATE TABLE bulk AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 60000) i");
    ASSERT_EQ(written.status, 0) << written.output;
    ASSERT_TRUE(is_closed("fresh")) << pair().last_seen();
    expect_no_run_by_itself();

    EXPECT_THAT(plan(), HasSubstr("fresh"));
    EXPECT_NE(ask_for_a_failover(), 0) << "without a word for the loss";
    EXPECT_THAT(*pair().runs(), IsEmpty());
    ASSERT_EQ(ask_for_a_failover(accepted), 0);
    expect_run_to_the_end();
    EXPECT_THAT(show(), HasSubstr(accepted.back()));
}

TEST_F(DaemonUnfitStandby, WithOtherKeysTakesOverOnlyForSomebodyWhoAcceptsTheLoss)
{
    begin();
    const auto patched = pair().kubectl(
        "west", {"patch", "secret", "iam-signing-key", "-p", R"({"data":{"kid":"b3RoZXI="}})"});
    ASSERT_EQ(patched.status, 0) << patched.output;
    ASSERT_TRUE(is_closed("keys_equal")) << pair().last_seen();
    expect_no_run_by_itself();

    EXPECT_THAT(plan(), HasSubstr("iam-signing-key"));
    EXPECT_NE(ask_for_a_failover(), 0) << "without a word for the loss";
    ASSERT_EQ(ask_for_a_failover(accepted), 0);
    expect_run_to_the_end();
}

TEST_F(DaemonUnfitStandby, WhoseReplicaIsNotReadyIsNotTakenAndNobodyCanInsist)
{
    begin();
    const auto stopped = pair().pair().run_inside(
        {"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups",
         "/usr/lib/postgresql/15/bin/pg_ctl", "stop", "-m", "fast", "-s", "-w", "-D",
         (pair().dir() / "postgres/west-2").string()});
    ASSERT_EQ(stopped.status, 0) << stopped.output;
    ASSERT_TRUE(is_closed("replicas_ready")) << pair().last_seen();
    expect_no_run_by_itself();

    EXPECT_NE(ask_for_a_failover(accepted), 0);
    EXPECT_THAT(*pair().runs(), IsEmpty());
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
}

TEST_F(DaemonUnfitStandby, ThatCannotBeReachedIsNotTakenUntilItCan)
{
    begin();
    pair().switch_fault("gone", "on", "west");
    ASSERT_TRUE(is_closed("reachable")) << pair().last_seen();
    expect_no_run_by_itself();

    EXPECT_NE(ask_for_a_failover(accepted), 0);
    EXPECT_THAT(*pair().runs(), IsEmpty());
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    pair().switch_fault("gone", "off", "west");
    expect_run_to_the_end();
}

class DaemonComparing : public DaemonUnfitStandby {
protected:
    /// What an operator's statement may tell: the number of clusters is a row of ours here.
    void compare_content()
    {
        std::ofstream(pair().config_file(), std::ios::app)
            << "\n[content]\ndatabase = \"tsb\"\nrequired = true\n"
               "query = \"SELECT 'tetrate', (SELECT count(*) FROM onboarded), NULL\"\n";
        write(
            "east-1", "SET ROLE tsb; CREATE TABLE onboarded AS SELECT generate_series(1, 3) AS id; "
                      "GRANT SELECT ON onboarded TO understudy");
    }
    void write(const std::string& instance, const std::string& statement)
    {
        const auto done = pair().sql(instance, "tsb", statement);
        ASSERT_EQ(done.status, 0) << done.output;
    }
    bool remembers_content()
    {
        return eventually([&] { return plan().find("tetrate") != std::string::npos; }, patience);
    }
};

// A dump that was restored may be an old one: fewer clusters than the active was last seen to hold.
TEST_F(DaemonComparing, AStandbyThatLacksAClusterIsFoundBeforeTheFence)
{
    bring_up("automatic", "restore");
    compare_content();
    start();
    pair().commit_witness();
    ASSERT_TRUE(remembers_content()) << plan();
    const auto suspended = pair().kubectl(
        "west", {"patch", "cronjob", "tsb-restore", "-p", R"({"spec":{"suspend":true}})"});
    ASSERT_EQ(suspended.status, 0) << suspended.output;
    write("west-1", "SET ROLE tsb; DELETE FROM onboarded WHERE id = 3");
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(pair().run_is("parked", patience)) << pair().last_seen();
    EXPECT_THAT(text_of(*pair().latest_run(), "why"), HasSubstr("cluster"));
    expect_told_once("UnderstudyNeedsHuman");
    EXPECT_EQ(pair().writers_of("east"), "1 1") << "before the fence";
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
}

}  // namespace
}  // namespace understudy::sandbox
