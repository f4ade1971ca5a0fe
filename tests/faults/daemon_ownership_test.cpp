// Whose run it is: two daemons, copies of one, journals that are not what they were, and people who
// move the service without asking.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "faults/acting_fixture.hpp"
#include "faults/killable_pair.hpp"
#include "faults/world_state.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

class DaemonOwnership : public ActingTest {
protected:
    fs::path state() { return pair().dir() / "state"; }
    void crash()
    {
        pair().commit_witness();
        pair().switch_fault("crash", "on");
    }
    void copy_state(const fs::path& from, const fs::path& to)
    {
        fs::remove_all(to);
        const auto copied =
            pair().pair().run_inside({"cp", "--archive", from.string(), to.string()});
        ASSERT_EQ(copied.status, 0) << copied.output;
    }
    void inside(const std::vector<std::string>& command)
    {
        const auto done = pair().pair().run_inside(command);
        ASSERT_EQ(done.status, 0) << done.output;
    }
};

TEST_F(DaemonOwnership, ASecondDaemonOnTheSameJournalIsRefusedInMidRun)
{
    bring_up("automatic");
    pair().lengthen_fence();
    start();
    crash();
    ASSERT_TRUE(pair().has_attempt_in("fence", patience)) << pair().last_seen();
    const auto second = pair().pair().run_inside(
        {"setpriv", "--reuid", "daemon", "--regid", "daemon", "--init-groups", daemon_program(),
         "run", "--config", pair().config_file().string()});
    EXPECT_EQ(second.status, 1) << second.output;
    EXPECT_THAT(second.output, HasSubstr(state().string()));
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(world_of(pair()), world_after_a_clean_run());
    expect_intact_journal();
}

TEST_F(DaemonOwnership, ABitThatFlippedInTheJournalEndsActingAndNotWatching)
{
    bring_up("automatic");
    start();
    pair().end_daemon(SIGTERM);
    const auto file = state() / "journal.db";
    auto bytes = read_text(file);
    const auto at = bytes.find("sandbox");
    ASSERT_NE(at, std::string::npos);
    bytes[at] ^= 1;
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary) << bytes;

    start();
    expect_told_once("UnderstudyActingImpossible");
    crash();
    EXPECT_TRUE(pair().sees([](const Picture& seen) { return seen.verdict == "failed"; }, patience))
        << pair().last_seen();
    expect_told_once("UnderstudyPlaneFailed");
    EXPECT_EQ(exit_code({"failover", "--plan", "0", "--reason", "all the same"}), 1);
    EXPECT_THAT(*pair().runs(), IsEmpty());
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
}

/// A run that was undone left a newer epoch in the world than a journal from before it knows.
TEST_F(DaemonOwnership, AJournalFromASnapshotFindsThatTheWorldWentOn)
{
    bring_up("automatic");
    pair().shorten_effects();
    pair().replace_in_config(
        "dark_for = \"5s\"\nstable_for = \"1s\"\ndeadline = \"30s\"",
        "dark_for = \"5s\"\nstable_for = \"2m\"\ndeadline = \"5m\"");
    start();
    pair().end_daemon(SIGTERM);
    copy_state(state(), pair().dir() / "snapshot");
    start();
    crash();
    ASSERT_TRUE(eventually([&] { return pair().is_fenced("east"); }, patience));
    ASSERT_EQ(exit_code({"hold", "--for", "10m", "--reason", "a mistake"}), 0);
    ASSERT_EQ(exit_code({"undo", "1", "--reason", "a mistake"}), 0);
    ASSERT_EQ(exit_code({"release"}), 0);
    ASSERT_TRUE(pair().run_is("undone", patience)) << pair().last_seen();
    ASSERT_EQ(pair().writers_of("east"), "1 1");

    pair().end_daemon(SIGTERM);
    copy_state(pair().dir() / "snapshot", state());
    pair().start_daemon();
    ASSERT_TRUE(pair().run_is("parked", patience)) << pair().last_seen();
    EXPECT_THAT(text_of(*pair().latest_run(), "why"), HasSubstr("newer"));
    expect_told_once("UnderstudyNeedsHuman");
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_FALSE(pair().is_writable("west-1"));
}

class DaemonCloned : public DaemonOwnership {
protected:
    /// The same bastion once more: its state, its name, its settings.
    void start_clone()
    {
        const auto home = pair().dir() / "clone";
        copy_state(state(), home);
        auto text = read_text(pair().config_file());
        const auto exchange = [&text](const std::string& from, const std::string& to) {
            for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
                text.replace(at, from.size(), to);
        };
        exchange(state().string() + "\"", home.string() + "\"");
        exchange("admin.sock", "clone.sock");
        exchange("127.0.0.1:9189", "127.0.0.1:9289");
        std::ofstream(pair().dir() / "clone.toml") << text;
        const auto started =
            run(sandbox_command(
                    {"start", pair().dir().string(), "clone", "--", daemon_program(), "run",
                     "--config", (pair().dir() / "clone.toml").string()}),
                patience);
        ASSERT_EQ(started.status, 0) << started.output;
    }
    std::string history(const std::string& socket)
    {
        return run({daemon_program(), "history", "--json", "--socket",
                    (pair().dir() / "bastion" / socket).string()},
                   patience)
            .output;
    }
    bool one_says(const std::string& state)
    {
        const auto says = "\"state\":\"" + state + "\"";
        return history("admin.sock").find(says) != std::string::npos ||
               history("clone.sock").find(says) != std::string::npos;
    }
};

TEST_F(DaemonCloned, OneRunsAndTheOtherParks)
{
    bring_up("automatic");
    pair().shorten_effects();
    start();
    pair().end_daemon(SIGTERM);
    start_clone();
    start();
    crash();
    EXPECT_TRUE(eventually([&] { return one_says("parked"); }, patience))
        << history("admin.sock") << history("clone.sock");
    EXPECT_TRUE(eventually([&] { return one_says("done") || one_says("degraded"); }, patience))
        << history("admin.sock") << history("clone.sock");
    EXPECT_EQ(world_of(pair()), world_after_a_clean_run());
    EXPECT_THAT(pair().told("UnderstudyNeedsHuman", "firing"), SizeIs(1));
}

class DaemonOnANewBastion : public DaemonOwnership {
protected:
    /// Writers at 0 look like somebody's work: only a human starts a run then.
    void start_and_ask_for_a_failover()
    {
        pair().start_daemon();
        ASSERT_TRUE(eventually([this] { return ask_for_a_failover() == 0; }, patience))
            << pair().last_seen();
    }
};

TEST_F(DaemonOnANewBastion, ItGoesOnAfterTheFenceWhenItIsToldTo)
{
    auto made = std::make_unique<KillablePair>();
    auto& killable = *made;
    bring_up(std::move(made));
    killable.start_armed(
        {"effect-before-send", "k8s.west,/managementplanes/,understudy.dev/operation"});
    ASSERT_TRUE(pair().is_watched_by(patience)) << pair().last_seen();
    crash();
    ASSERT_TRUE(killable.died_there(patience));
    ASSERT_TRUE(pair().is_fenced("east"));

    inside({"sh", "-c", "rm -rf " + state().string() + "/*"});
    pair().replace_in_config("instance = \"sandbox\"", "instance = \"new-bastion\"");
    start_and_ask_for_a_failover();
    ASSERT_TRUE(pair().run_is("parked", patience)) << pair().last_seen();
    EXPECT_THAT(text_of(*pair().latest_run(), "why"), HasSubstr("another installation's"));
    EXPECT_FALSE(pair().is_writable("west-1"));
    ASSERT_EQ(exit_code({"takeover", "--reason", "the old bastion burnt"}), 0);
    ASSERT_EQ(exit_code({"abort", "1"}), 0);
    ASSERT_EQ(ask_for_a_failover(), 0);
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(run->at("run"), 2);
    expect_success(*run);
    EXPECT_TRUE(pair().is_fenced("east"));
    expect_service_on_west(*run);
}

class DaemonOverruled : public DaemonOwnership {
protected:
    /// What a person would type to move the service back.
    void move_service_back_by_hand()
    {
        const auto script = pair().dir() / "back.nsupdate";
        std::ofstream(script) << "server 127.0.0.53\nzone tsb.test\n"
                                 "update delete active.tsb.test CNAME\n"
                                 "update add active.tsb.test 2 CNAME east.tsb.test.\nsend\n";
        inside({"nsupdate", "-k", (pair().dir() / "secrets/tsig.key").string(), script.string()});
        inside(
            {"kubectl", "--kubeconfig",
             (pair().dir() / "kubeconfig/west.admin.kubeconfig").string(), "scale", "deployment",
             "tsb", "iam", "--replicas", "0"});
    }
    bool sees_that_the_name_went_back()
    {
        const auto went_back = [](const Picture& seen) {
            const auto conflict = text_of(seen.status.at("roles").as_object(), "conflict");
            return conflict.find("the floating name points to east") != std::string::npos;
        };
        return pair().sees(went_back, patience);
    }
};

TEST_F(DaemonOverruled, AFenceThatIsOwedDoesNotKillThePlaneThatPeopleMovedTheServiceTo)
{
    bring_up("automatic");
    start();
    pair().commit_witness();
    pair().switch_fault("gone", "on");
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    ASSERT_THAT(owed(pair()), UnorderedElementsAre("scale east", "scale east"));

    move_service_back_by_hand();
    pair().switch_fault("gone", "off");
    ASSERT_TRUE(sees_that_the_name_went_back()) << pair().last_seen();
    ASSERT_TRUE(eventually([&] { return pair().writers_of("east") == "1 1"; }, patience));
    EXPECT_FALSE(eventually([&] { return pair().writers_of("east") != "1 1"; }, 10s))
        << "what is owed is tried every second";
    EXPECT_THAT(owed(pair()), SizeIs(2)) << "nobody said yet that it is void";
    EXPECT_EQ(exit_code({"adopt", "--active", "east", "--reason", "moved by hand"}), 0);
    EXPECT_THAT(owed(pair()), IsEmpty());
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    expect_intact_journal();
}

}  // namespace
}  // namespace understudy::sandbox
