// What stands in a run's way: a peer that refuses, lies, hangs or is away. Whatever it is, the run
// ends as it must or waits for a human, and says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "faults/acting_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::trunc) << text;
}

class DaemonObstacles : public ActingTest {
protected:
    void bring_up_short()
    {
        bring_up("automatic");
        pair().shorten_effects();
    }
    void crash()
    {
        pair().commit_witness();
        pair().switch_fault("crash", "on");
    }
    void expect_parked()
    {
        ASSERT_TRUE(pair().run_is("parked", patience)) << pair().last_seen();
        expect_told_once("UnderstudyNeedsHuman");
    }
    void resume_to_the_end()
    {
        ASSERT_EQ(exit_code({"resume", "1"}), 0);
        expect_the_end();
    }
    void expect_the_end()
    {
        const auto run = pair().run_ends(patience);
        ASSERT_TRUE(run) << pair().last_seen();
        expect_success(*run);
        EXPECT_TRUE(pair().is_fenced("east"));
        expect_service_on_west(*run);
        expect_intact_journal();
    }
    /// A program inside, as the bastion's user; it ends with the sandbox.
    void start_program(const std::string& name, const std::vector<std::string>& command)
    {
        std::vector<std::string> argv{"start", pair().dir().string(), name, "--"};
        argv.insert(argv.end(), command.begin(), command.end());
        const auto started = run(sandbox_command(argv), patience);
        ASSERT_EQ(started.status, 0) << started.output;
    }
};

TEST_F(DaemonObstacles, ANameUpdateThatIsRefusedParksTheRun)
{
    bring_up_short();
    pair().replace_in_config("deadline = \"20s\"", "deadline = \"5s\"");
    start();
    const auto key_file = pair().dir() / "bastion/tsig";
    const auto key = read_text(key_file);
    write(key_file, "bm90IHRoZSBrZXkgdGhhdCB0aGUgc2VydmVyIGtub3c=\n");
    crash();
    expect_parked();
    EXPECT_TRUE(pair().is_writable("west-1"));
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    write(key_file, key);
    resume_to_the_end();
}

class DaemonLiedTo : public DaemonObstacles {
protected:
    /// A second server that is told to be authoritative, and never hears of an update.
    void start_liar()
    {
        const auto home = pair().dir() / "liar";
        fs::create_directory(home);
        fs::permissions(home, fs::perms::all);
        write(
            home / "named.conf",
            "options { directory \"" + home.string() +
                "\"; listen-on { 127.0.0.54; }; listen-on-v6 { none; }; pid-file none; "
                "session-keyfile none; recursion no; dnssec-validation no; notify no; };\n"
                "controls { };\nzone \"tsb.test\" { type primary; file \"zone\"; };\n");
        say("east", 1);
        const auto added =
            pair().pair().run_inside({"ip", "address", "add", "127.0.0.54/8", "dev", "lo"});
        ASSERT_EQ(added.status, 0) << added.output;
        start_program("liar", {"named", "-g", "-n", "1", "-c", (home / "named.conf").string()});
        ASSERT_TRUE(eventually([&] { return target() == "east.tsb.test.\n"; }, patience))
            << read_text(pair().dir() / "log/liar.log");
    }
    void say(const std::string& plane, int serial)
    {
        write(
            pair().dir() / "liar/zone", "$TTL 60\n@ SOA ns hostmaster " + std::to_string(serial) +
                                            " 3600 600 86400 5\n@ NS ns\nns A 127.0.0.54\n"
                                            "active 2 CNAME " +
                                            plane + "\n");
    }
    void hear_the_truth()
    {
        say("west", 2);
        const auto pid = read_text(pair().dir() / "run/liar.pid");
        pair().pair().run_inside({"kill", "-HUP", pid.substr(0, pid.find('\n'))});
        ASSERT_TRUE(eventually([&] { return target() == "west.tsb.test.\n"; }, patience));
    }
    std::string target()
    {
        return pair()
            .pair()
            .run_inside({"dig", "+short", "+tries=1", "@127.0.0.54", "active.tsb.test", "CNAME"})
            .output;
    }
};

TEST_F(DaemonLiedTo, ByANameServerItDoesNotCallTheNameSwitched)
{
    bring_up_short();
    pair().replace_in_config("deadline = \"20s\"", "deadline = \"5s\"");
    pair().replace_in_config(
        "servers = [\"127.0.0.53\"]", "servers = [\"127.0.0.53\", \"127.0.0.54\"]");
    start_liar();
    start();
    crash();
    expect_parked();
    EXPECT_EQ(pair().floating_target(), "west.tsb.test.");
    EXPECT_THAT(
        text_of(*pair().latest_run(), "why"), testing::HasSubstr("127.0.0.54=east.tsb.test"));
    hear_the_truth();
    resume_to_the_end();
}

TEST_F(DaemonObstacles, APatchThatIsMisspeltPromotesNothingAndSwitchesNothing)
{
    bring_up_short();
    pair().replace_in_config("\"standby\":{\"enabled\":false}", "\"stanby\":{\"enabled\":false}");
    pair().replace_in_config(
        "replicas = 1\ndeadline = \"60s\"", "replicas = 1\ndeadline = \"15s\"");
    start();
    crash();
    expect_parked();
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_FALSE(pair().is_writable("west-1"));
    EXPECT_TRUE(pair().is_fenced("east"));
    const auto mended = pair().kubectl(
        "west", {"patch", "managementplane", "managementplane", "--type", "merge", "-p",
                 R"({"spec":{"components":{"kubegres":{"standby":{"enabled":false}}}}})"});
    ASSERT_EQ(mended.status, 0) << mended.output;
    resume_to_the_end();
}

// An API server answers 401 to a client certificate that has expired, and to a token.
TEST_F(DaemonObstacles, CredentialsThatExpireInMidRunHoldItUntilThereAreNewOnes)
{
    bring_up_short();
    pair().lengthen_fence();
    pair().replace_in_config(
        "replicas = 1\ndeadline = \"60s\"", "replicas = 1\ndeadline = \"15s\"");
    start();
    crash();
    ASSERT_TRUE(pair().has_attempt_in("fence", patience)) << pair().last_seen();
    pair().tell_standin("kube-west", R"({"cmd":"api","answer":401,"times":1000000})");
    ASSERT_TRUE(pair().run_is("held", patience)) << pair().last_seen();
    EXPECT_THAT(text_of(*pair().latest_run(), "why"), testing::HasSubstr("401"));
    expect_told_once("UnderstudyRunHeld");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_FALSE(pair().is_writable("west-1"));
    pair().tell_standin("kube-west", R"({"cmd":"api","answer":401,"times":0})");
    expect_the_end();
}

TEST_F(DaemonObstacles, AReceiverThatIsDownIsToldLater)
{
    bring_up("automatic");
    start();
    pair().tell_standin("receiver", R"({"cmd":"fail","status":503,"times":100000})");
    crash();
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    expect_success(*run);
    expect_service_on_west(*run);
    const auto accepted = [this](const std::string& name) {
        auto all = pair().told(name, "firing");
        std::erase_if(all, [](const Received& one) { return !one.is_accepted; });
        return all.size();
    };
    EXPECT_EQ(accepted("UnderstudyRunStarted"), 0U);
    pair().tell_standin("receiver", R"({"cmd":"fail","status":503,"times":0})");
    const auto* const end =
        text_of(*run, "state") == "done" ? "UnderstudyRunDone" : "UnderstudyRunDegraded";
    EXPECT_TRUE(eventually([&] { return accepted(end) == 1; }, patience));
    EXPECT_TRUE(eventually([&] { return accepted("UnderstudyRunStarted") == 1; }, patience));
}

TEST_F(DaemonObstacles, AControlPlaneThatIsAwayIsOwedAndComesOverWhenItIsBack)
{
    bring_up_short();
    pair().replace_in_config(
        "laggards_after = \"2s\"\ndeadline = \"60s\"",
        "laggards_after = \"2s\"\ndeadline = \"10s\"");
    start();
    pair().switch_fault("cluster-gone", "on");
    crash();
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(text_of(*run, "state"), "degraded");
    EXPECT_THAT(owed(pair()), ElementsAre("rejoin c3"));
    expect_told_once("UnderstudyControlPlaneOwed");
    const auto switched = text_of(run->at("timeline").as_object(), "switched");
    EXPECT_EQ(pair().synced_since(switched), control_planes - 1);

    pair().switch_fault("cluster-gone", "off");
    EXPECT_TRUE(eventually([&] { return owed(pair()).empty(); }, patience));
    EXPECT_EQ(pair().synced_since(switched), control_planes);
}

/// A resolver that keeps the old answer for longer than it may: everybody who asks it, our own
/// bastion as well, is sent to the old plane.
TEST_F(DaemonObstacles, ANameThatIsCachedBeyondItsTtlKeepsTheControlPlanesOwed)
{
    bring_up_short();
    pair().replace_in_config(
        "laggards_after = \"2s\"\ndeadline = \"60s\"",
        "laggards_after = \"2s\"\ndeadline = \"10s\"");
    start();
    const auto address =
        pair().pair().run_inside({"dig", "+short", "@127.0.0.53", "east.tsb.test"}).output;
    ASSERT_THAT(address, HasSubstr("127."));
    const auto hosts = pair().dir() / "etc/hosts";
    const auto uncached = read_text(hosts);
    write(hosts, uncached + address.substr(0, address.find('\n')) + " active.tsb.test\n");
    crash();
    const auto run = pair().run_ends(patience);
    ASSERT_TRUE(run) << pair().last_seen();
    EXPECT_EQ(text_of(*run, "state"), "degraded");
    EXPECT_EQ(pair().floating_target(), "west.tsb.test.");
    EXPECT_THAT(owed(pair()), UnorderedElementsAre("rejoin c1", "rejoin c2", "rejoin c3"));
    expect_told_once("UnderstudyRunDegraded");
    const auto switched = text_of(run->at("timeline").as_object(), "switched");
    EXPECT_EQ(pair().synced_since(switched), 0);

    write(hosts, uncached);
    for (const std::string cluster : {"c1", "c2", "c3"})
        EXPECT_EQ(pair().kubectl(cluster, {"rollout", "restart", "deployment", "edge"}).status, 0);
    EXPECT_TRUE(eventually([&] { return owed(pair()).empty(); }, patience)) << pair().last_seen();
    EXPECT_EQ(pair().synced_since(switched), control_planes);
}

class DaemonHooked : public DaemonObstacles {
protected:
    /// Runs `script` after the fence, for 2 s at most.
    void hook(const std::string& script)
    {
        const auto file = pair().dir() / "bastion/hook";
        write(file, "#!/bin/sh\n" + script);
        fs::permissions(file, fs::perms(0755));
        write(
            pair().config_file(), read_text(pair().config_file()) +
                                      "\n[[hook]]\nname = \"stuck\"\nstep = \"fence\"\n"
                                      "when = \"after\"\nargv = [\"" +
                                      file.string() + "\"]\ntimeout = \"2s\"\n");
    }
    /// A pattern that does not match the command line that asks: `[s]leep`.
    std::string running(const std::string& command)
    {
        return pair().pair().run_inside({"pgrep", "-af", command}).output;
    }
};

TEST_F(DaemonHooked, AHookThatHangsIsKilledWithAllThatItStarted)
{
    bring_up_short();
    hook("sleep 86401 &\nsetsid sleep 86402 &\n(setsid sh -c 'sleep 86403 & sleep 86404' &)\n"
         "exec sleep 86405\n");
    start();
    crash();
    ASSERT_TRUE(eventually([&] { return !running("[s]leep 86403").empty(); }, patience));
    expect_parked();
    EXPECT_THAT(running("[s]leep 8640"), IsEmpty());
    EXPECT_TRUE(pair().is_fenced("east"));
    EXPECT_FALSE(pair().is_writable("west-1"));
    EXPECT_EQ(exit_code({"undo", "1", "--reason", "the hook has to be mended"}), 0);
    ASSERT_TRUE(pair().run_is("undone", patience)) << pair().last_seen();
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_THAT(owed(pair()), IsEmpty());
}

}  // namespace
}  // namespace understudy::sandbox
