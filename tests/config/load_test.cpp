/// Every problem is found, and stands where it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace understudy::config::test {
namespace {

using Lines = std::vector<std::string>;

/// Appended to the minimal configuration: begins on line 12.
struct Appended {
    const char* name;
    const char* text;
    Lines problems;
};

std::ostream& operator<<(std::ostream& out, const Appended& row) { return out << row.name; }

class AppendedProblem : public testing::TestWithParam<Appended> {};

TEST_P(AppendedProblem, IsReportedWhereItStands)
{
    EXPECT_EQ(problems_in(minimal + GetParam().text), GetParam().problems);
}

const std::vector<Appended> detector_rows{
    {"DurationWithoutUnit",
     "[detector]\ninterval = 5\n",
     {"13:12: detector.interval is 5 without a unit: write \"5s\" or \"5ms\""}},
    {"DurationOfAnotherType",
     "[detector]\ninterval = 5.0\n",
     {"13:12: detector.interval must be a duration such as \"500ms\", \"5s\", \"10m\" or \"24h\", "
      "but "
      "is a float"}},
    {"DurationThatIsNone",
     "[detector]\ninterval = \"5 parsecs\"\n",
     {"13:12: detector.interval is \"5 parsecs\": write a duration such as \"500ms\", \"5s\", "
      "\"10m\" "
      "or \"24h\""}},
    {"DurationOutOfRange",
     "[detector]\nconfirm = \"25h\"\n",
     {"13:11: detector.confirm is 25h, outside 0s to 24h"}},
    {"SizeWithoutUnit",
     "[standby]\nlag_bytes_max = 1024\n",
     {"13:17: standby.lag_bytes_max is 1024 without a unit: write \"1024B\" or \"1024KiB\""}},
    {"SizeThatIsNone",
     "[standby]\nlag_bytes_max = \"16MB\"\n",
     {"13:17: standby.lag_bytes_max is \"16MB\": write a size such as \"64KiB\" or \"16MiB\""}},
    {"MisspelledKey",
     "[detector]\n  intervall = \"5s\"\n",
     {"13:3: unknown key \"intervall\" in detector: did you mean \"interval\"?"}},
    {"UnlikeAnyKey",
     "[log]\ncolour = true\n",
     {"13:1: unknown key \"colour\" in log; known are format, level"}},
    {"UnknownTable",
     "[detektor]\n",
     {"12:2: unknown key \"detektor\" at the top level: did you mean \"detector\"?"}},
    {"ShareOutOfRange",
     "[detector]\ndegraded_share = \"0%\"\ndown_share = 1.1\n",
     {"13:18: detector.degraded_share must be a share such as 0.1 or \"10%\", above 0 and at most "
      "1",
      "14:14: detector.down_share must be a share such as 0.1 or \"10%\", above 0 and at most 1"}},
    {"CountOutOfRange", "[detector]\nfall = 0\n", {"13:8: detector.fall is 0, outside 1 to 100"}},
    {"CountOfAnotherType",
     "[detector]\nfall = \"3\"\n",
     {"13:8: detector.fall must be an integer, but is a string"}},
    {"ChoiceMisspelled",
     "[detector]\nprofile = \"fats\"\n",
     {"13:11: detector.profile is \"fats\" (did you mean \"fast\"?): write one of \"default\", "
      "\"fast\""}},
    {"SectionOfAnotherType", "[[detector]]\n", {"12:1: detector must be a table, but is an array"}},
    {"DateInsteadOfText",
     "[admin]\ngroup = 2020-01-01\n",
     {"13:9: admin.group must be a string, but is a date or time"}},
    {"EmptyText", "[admin]\ngroup = \"\"\n", {"13:9: admin.group is empty: write a string"}},
    {"ControlCharacter",
     "[admin]\ngroup = \"a\\u0000b\"\n",
     {"13:9: admin.group holds a control character: write a string"}},
    {"ListenOnAName",
     "[listen]\naddress = \"localhost:9189\"\n",
     {"13:11: listen.address is \"localhost:9189\": write a numeric address with a port, such as "
      "\"127.0.0.1:9189\""}},
    {"RelativeSocket",
     "[admin]\nsocket = \"admin.sock\"\n",
     {"13:10: admin.socket is \"admin.sock\": write an absolute path of less than 108 characters"}},
};
INSTANTIATE_TEST_SUITE_P(
    Sections, AppendedProblem, testing::ValuesIn(detector_rows), [](const auto& row) {
        return std::string(row.param.name);
    });

const std::vector<Appended> relation_rows{
    {"TimeoutAboveInterval",
     "[detector]\ninterval = \"2s\"\n",
     {"12:1: detector.timeout (3s) is longer than interval (2s): the probe would overlap itself; "
      "lower "
      "the timeout or raise the interval"}},
    {"BurstAboveInterval",
     "[detector]\nburst_interval = \"6s\"\n",
     {"13:18: detector.burst_interval (6s) is longer than interval (5s): suspicion must not slow "
      "the "
      "probe down; lower burst_interval or raise the interval"}},
    {"FallAboveWindow",
     "[detector]\nwindow = 2\n",
     {"12:1: detector.fall (3) is more than window (2): so many failures are never looked back "
      "upon; "
      "lower fall or raise window"}},
    {"SharesTurnedRound",
     "[detector]\ndegraded_share = 0.5\n",
     {"13:18: detector.degraded_share (50.0%) is not below down_share (50.0%): a signal degrades "
      "before "
      "it goes down; lower degraded_share or raise down_share"}},
    {"WarmUpTooShort",
     "[detector]\nwarm_up = \"14s\"\n",
     {"13:11: detector.warm_up (14s) must be at least fall * interval (15s): before that no signal "
      "can "
      "have gone down"}},
    {"StaleTooSoon",
     "[detector]\nsync_stale = \"15s\"\n",
     {"13:14: detector.sync_stale (15s) must be longer than fall * interval (15s): control planes "
      "must "
      "not lose the plane sooner than we do"}},
    {"BurstTooBrief",
     "[detector]\nburst_max = \"11s\"\n",
     {"13:13: detector.burst_max (11s) must be at least fall * (burst_interval + timeout) (12s): "
      "one "
      "burst must be able to take a signal down"}},
    {"StallUnnoticed",
     "[detector]\nstall_limit = \"3s\"\n",
     {"13:15: detector.stall_limit (3s) must be shorter than timeout (3s): a stall of ours must be "
      "noticed before it looks like silence of a plane"}},
    {"CredentialsForgotten",
     "[detector]\ncredentials_worked = \"8s\"\n",
     {"13:22: detector.credentials_worked (8s) must be longer than interval + timeout (8s): else "
      "no "
      "earlier success of the credentials is ever remembered"}},
    {"QuorumAboveAll",
     "[detector]\nclients_quorum = 1\n",
     {"13:18: detector.clients_quorum (1) is more than the 0 control planes that are configured"}},
    {"HeartbeatTooOften",
     "[heartbeat]\nurl = \"http://h.test/\"\ninterval = \"4s\"\ntimeout = \"1s\"\n",
     {"14:12: heartbeat.interval (4s) is shorter than detector.interval (5s): there is nothing new "
      "to "
      "tell more often"}},
    {"HeartbeatOverlaps",
     "[heartbeat]\nurl = \"http://h.test/\"\ninterval = \"5s\"\n",
     {"12:1: heartbeat.timeout (10s) is longer than interval (5s): calls would overlap"}},
};
INSTANTIATE_TEST_SUITE_P(
    Relations, AppendedProblem, testing::ValuesIn(relation_rows), [](const auto& row) {
        return std::string(row.param.name);
    });

const std::vector<Appended> part_rows{
    {"ThirdPlane",
     "[[plane]]\nname = \"north\"\nrole = \"standby\"\nhost = \"north.test\"\n",
     {"4:1: plane stands 3 times: write [[plane]] twice, for the pair"}},
    {"NameTaken",
     "[[canary]]\nname = \"east\"\ndomain = \"a\"\ntcp = \"192.0.2.1:53\"\n",
     {"13:8: canary.name is \"east\", which line 5 has taken: planes, control planes and canaries "
      "need "
      "names of their own"}},
    {"NameReserved",
     "[[canary]]\nname = \"floating\"\ndomain = \"a\"\ntcp = \"192.0.2.1:53\"\n",
     {"13:8: canary.name is \"floating\", which is reserved: choose another"}},
    {"NameMalformed",
     "[[canary]]\nname = \"A/b\"\ndomain = \"a\"\ntcp = \"192.0.2.1:53\"\n",
     {"13:8: canary.name is \"A/b\": write 1 to 63 of a-z, 0-9 and -"}},
    {"CanaryWithoutTarget",
     "[[canary]]\nname = \"a\"\ndomain = \"d\"\n",
     {"12:1: canary: needs exactly one of tcp, tls (host:port) and url"}},
    {"CanaryWithTwoTargets",
     "[[canary]]\nname = \"a\"\ndomain = \"d\"\ntcp = \"a.test:1\"\nurl = \"http://a.test/\"\n",
     {"12:1: canary: needs exactly one of tcp, tls (host:port) and url"}},
    {"CanaryWithoutPort",
     "[[canary]]\nname = \"a\"\ndomain = \"d\"\ntcp = \"a.test\"\n",
     {"15:7: canary.tcp is \"a.test\": write host:port"}},
    {"CanaryWithoutDomain",
     "[[canary]]\nname = \"a\"\ntcp = \"a.test:1\"\n",
     {"12:1: canary.domain is missing: name the failure domain: canaries of one domain may fail "
      "together"}},
    {"ControlPlaneWithoutCluster",
     "[[control_plane]]\nname = \"c1\"\n",
     {"12:1: control_plane.kubeconfig is missing: its own cluster is the witness: name the "
      "kubeconfig "
      "to ask it with"}},
    {"FileThatIsNotThere",
     "[[control_plane]]\nname = \"c1\"\nkubeconfig = \"c1.yaml\"\n",
     {"14:14: control_plane.kubeconfig: cannot open secret file /nowhere/c1.yaml (create it, or "
      "correct its path and owner): No such file or directory"}},
    {"ExchangeReadTooRarely",
     "[[control_plane]]\nname = \"c1\"\nkubeconfig = \"/dev/null\"\ninterval = \"90s\"\n",
     {"12:1: c1/exchange: interval + timeout (1m33s) must be shorter than detector.sync_stale "
      "(1m30s): "
      "lower the interval or raise sync_stale",
      "14:14: control_plane.kubeconfig: secret file /dev/null is not a regular file"}},
    {"ReceiverTwice",
     "[[receiver]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://a.test/\"\n"
     "[[receiver]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"http://a.test/\"\n",
     {"17:8: receiver.name is \"a\" a second time: the name keys its queue"}},
    {"ReceiverUrlIsNotRepeated",
     "[[receiver]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"https://u:hunter2@a.test/\"\n",
     {"15:7: receiver.url is not an http or https URL without user name and password"}},
    {"AlertmanagerSigns",
     "[[receiver]]\nname = \"a\"\nkind = \"alertmanager\"\nurl = \"http://a.test\"\nsecret_files = "
     "[]\n",
     {"16:16: receiver.secret_files sign webhooks only: remove the key"}},
};
INSTANTIATE_TEST_SUITE_P(Parts, AppendedProblem, testing::ValuesIn(part_rows), [](const auto& row) {
    return std::string(row.param.name);
});

/// Replaces one line of the minimal configuration.
std::string with_line(std::string_view from, std::string_view to)
{
    auto text = minimal;
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(Load, TheMinimumIsValid)
{
    const auto settings = settings_of(minimal);
    EXPECT_EQ(settings.watch.observer, "bastion-1");
    EXPECT_EQ(settings.listen.port, 9189);
    EXPECT_EQ(settings.admin.socket, "/run/understudy/admin.sock");
    EXPECT_EQ(settings.state_directory, "/var/lib/understudy");
    EXPECT_EQ(settings.watch.detector, core::DetectorSettings{});
    EXPECT_EQ(settings.watch.standby, core::StandbySettings{});
    EXPECT_TRUE(settings.watch.planes[0].initially_active);
    EXPECT_FALSE(settings.watch.planes[1].initially_active);
    EXPECT_TRUE(settings.probes.empty());
}

TEST(Load, ModeHasNoDefault)
{
    EXPECT_EQ(
        problems_in(with_line("mode = \"observe\"\n", "\n")),
        (Lines{
            "1:1: mode is missing: write \"observe\" (decide, record and alert, change nothing), "
            "\"approve\" (a human confirms the plan of each run) or \"automatic\""}));
}

TEST(Load, VariantsThatAreNotSupportedYetSaySo)
{
    EXPECT_EQ(
        problems_in("variant = \"shared-postgres\"\n" + minimal),
        (Lines{
            "1:11: variant is \"shared-postgres\", which is not supported yet: this version knows "
            "\"embedded-sync\" and \"restore\""}));
    EXPECT_EQ(
        settings_of("variant = \"restore\"\n" + minimal).watch.variant, core::Variant::restore);
}

TEST(Load, OnePlaneIsActiveAndOneIsStandby)
{
    EXPECT_EQ(
        problems_in(with_line("\"standby\"", "\"active\"")),
        (Lines{"4:1: plane needs exactly one role = \"active\" and one role = \"standby\""}));
    EXPECT_EQ(
        problems_in(with_line("\"west.test\"", "\"east.test\"")),
        (Lines{"4:1: plane has the same host twice: each plane has a name of its own"}));
}

TEST(Load, AnEmptyFileLacksWhatIsRequired)
{
    const auto problems = problems_in("");
    ASSERT_EQ(problems.size(), 3U);
    EXPECT_EQ(problems[0].substr(0, 20), "1:1: mode is missing");
    EXPECT_EQ(problems[1].substr(0, 24), "1:1: floating is missing");
    EXPECT_EQ(problems[2].substr(0, 21), "1:1: plane is missing");
}

TEST(Load, FindsEveryProblemAtOnce)
{
    const auto problems = problems_in(
        "mode = \"automaton\"\nmod = 1\n[floating]\nname = \"https://x\"\n[detector]\nfall = 0\n"
        "interval = 5\n[[plane]]\nrole = \"boss\"\n[[plane]]\nname = \"Q\"\nhots = "
        "\"q\"\n[log]\nlevel = 3\n");
    const Lines starts{
        "1:8: mode is",
        "2:1: unknown key \"mod\"",
        "4:8: floating.name",
        "6:8: detector.fall",
        "7:12: detector.interval",
        "8:1: plane needs exactly one",
        "8:1: plane.name is missing",
        "8:1: plane.host is missing",
        "9:8: plane.role",
        "10:1: plane.role is missing",
        "10:1: plane.host is missing",
        "11:8: plane.name",
        "12:1: unknown key \"hots\" in plane: did you mean \"host\"?",
        "14:9: log.level must be a string"};
    ASSERT_EQ(problems.size(), starts.size()) << testing::PrintToString(problems);
    for (const auto& start : starts) {
        const bool found = std::ranges::any_of(
            problems, [&](const std::string& problem) { return problem.starts_with(start); });
        EXPECT_TRUE(found) << start << " is not in " << testing::PrintToString(problems);
    }
}

TEST(Load, AFileThatCannotBeReadIsAProblemOfThatFile)
{
    const Folder folder;
    const auto gone = load(folder.path() / "gone.toml", surroundings());
    ASSERT_EQ(gone.problems.size(), 1U);
    EXPECT_EQ(
        format(gone.problems.front()),
        (folder.path() / "gone.toml").string() +
            ":1:1: cannot be opened: No such file or directory: create it, or name another with "
            "--config");
    const auto directory = load(folder.path(), surroundings());
    ASSERT_EQ(directory.problems.size(), 1U);
    EXPECT_EQ(
        directory.problems.front().message, "is not a regular file: name the configuration file");
    EXPECT_EQ(load("/dev/zero", surroundings()).problems.size(), 1U);
    const auto huge = load(folder.write("huge.toml", std::string(2 << 20, '#')), surroundings());
    ASSERT_EQ(huge.problems.size(), 1U);
    EXPECT_EQ(huge.problems.front().message, "the file is larger than 1MiB: is it the right file?");
}

TEST(Load, ReadsAFile)
{
    const Folder folder;
    const auto result = load(folder.write("understudy.toml", minimal), surroundings());
    EXPECT_TRUE(result.settings) << format(result.problems.front());
}

TEST(Load, TakesWhatSystemdPasses)
{
    ::setenv("STATE_DIRECTORY", "/var/lib/private/understudy:/var/lib/other", 1);
    ::setenv("RUNTIME_DIRECTORY", "/run/private/understudy", 1);
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/understudy", 1);
    const auto process = surroundings_of_process();
    for (const auto* name : {"STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY"})
        ::unsetenv(name);
    EXPECT_EQ(process.state_directory, "/var/lib/private/understudy");
    EXPECT_EQ(process.runtime_directory, "/run/private/understudy");
    EXPECT_EQ(process.credentials_directory, "/run/credentials/understudy");
    EXPECT_EQ(surroundings_of_process().state_directory, "/var/lib/understudy");
}

TEST(Load, ProfilesSetThePace)
{
    const auto fast = settings_of(
        minimal + "[detector]\nprofile = \"fast\"\nfall = 4\n"
                  "[[canary]]\nname = \"a\"\ndomain = \"d\"\ntcp = \"a.test:1\"\n");
    EXPECT_EQ(fast.watch.detector.confirm, std::chrono::seconds(3));
    EXPECT_EQ(fast.watch.detector.warm_up, std::chrono::seconds(4));
    EXPECT_EQ(fast.watch.detector.sync_stale, std::chrono::seconds(90));
    const auto& probe = fast.watch.probes.at(0);
    EXPECT_EQ(probe.interval, std::chrono::seconds(1));
    EXPECT_EQ(probe.timeout, std::chrono::seconds(1));
    EXPECT_EQ(probe.burst_interval, std::chrono::milliseconds(250));
    EXPECT_EQ(probe.damping.fall, 4);
    EXPECT_EQ(probe.damping.window, 20);
}

TEST(Load, SharesAreRatiosOrPercentages)
{
    const auto settings = settings_of(
        minimal + "[detector]\ndegraded_share = \"2.5%\"\ndown_share = 1\n"
                  "[[canary]]\nname = \"a\"\ndomain = \"d\"\ntcp = \"a.test:1\"\n");
    EXPECT_EQ(settings.watch.probes.at(0).damping.degraded_per_mille, 25);
    EXPECT_EQ(settings.watch.probes.at(0).damping.down_per_mille, 1000);
}

}  // namespace
}  // namespace understudy::config::test
