// kill -9 at every place of a run that makes a difference: before an effect is sent, when it was
// sent and nobody heard how it ended, when the answer is there and not yet written down, and inside
// the writes of the journal. Each kill is proven to have happened there. Whoever is started
// afterwards has to bring the run to the end that it would have had anyway, and nothing that cannot
// be repeated may have happened twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "faults/acting_fixture.hpp"
#include "faults/killable_pair.hpp"
#include "faults/world_state.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::SizeIs;

/// An effect of the plan, by words that only its request holds.
struct Target {
    const char* name;
    const char* words;
};
constexpr std::array targets{
    Target{"Claim", "k8s.west,/configmaps"},
    Target{"Fence", "k8s.east,/deployments/tsb?"},
    Target{"Promote", "k8s.west,/managementplanes/,understudy.dev/operation"},
    Target{"SwitchName", "_understudy"},
    Target{"Retire", "k8s.east,/deployments/central?"},
    Target{"Rejoin", "/deployments/edge?"}};

/// Of variant restore: the job that restores is stopped, and nothing is promoted but the writers.
constexpr std::array targets_of_restore{Target{"Claim", "k8s.west,/configmaps"},
                                        Target{"Quiet", "k8s.west,/cronjobs/"},
                                        Target{"Fence", "k8s.east,/deployments/tsb?"},
                                        Target{"Serve", "k8s.west,/deployments/tsb?"},
                                        Target{"SwitchName", "_understudy"},
                                        Target{"Retire", "k8s.east,/deployments/central?"},
                                        Target{"Rejoin", "/deployments/edge?"}};

struct Point {
    const char* name;
    const char* at;
};
constexpr const char* before_send = "effect-before-send";
constexpr const char* sent = "effect-sent";
constexpr const char* answered = "effect-answered";
constexpr std::array points{
    Point{"BeforeSend", before_send}, Point{"Sent", sent}, Point{"Answered", answered}};
constexpr std::array journal_points{
    Point{"BeforeRecord", "journal-before-write"}, Point{"UnsyncedRecord", "journal-written"},
    Point{"DurableRecord", "journal-durable"}};
/// The journal is written about so often in a run that nothing disturbs, in one append or another.
constexpr int records_of_a_run = 40;

class DaemonKilled : public ActingTest {
protected:
    KillablePair& bring_up_killable(const std::string& variant = "embedded-sync")
    {
        auto made = std::make_unique<KillablePair>(variant);
        auto& killable = *made;
        bring_up(std::move(made));
        return killable;
    }

    void fail_over(
        const std::vector<KillPlace>& places, const std::string& variant = "embedded-sync")
    {
        fail_over(bring_up_killable(variant), places, variant);
    }

    /// Every life of the daemon's ends at the next place; the last one is left alone.
    void fail_over(
        KillablePair& killable,
        const std::vector<KillPlace>& places,
        const std::string& variant,
        int hooks = 0)
    {
        const auto start_life = [&](std::size_t life) {
            if (life < places.size())
                killable.start_armed(places[life]);
            else
                killable.start_daemon();
        };
        start_life(0);
        ASSERT_TRUE(pair().is_watched_by(patience)) << pair().last_seen();
        pair().commit_witness();
        pair().switch_fault("crash", "on");
        for (std::size_t life = 0; life < places.size(); ++life) {
            ASSERT_TRUE(killable.died_there(patience))
                << "life " << life << " did not end at " << in_words(places[life]);
            start_life(life + 1);
        }
        expect_a_clean_end(variant, hooks);
    }

    void expect_a_clean_end(const std::string& variant, int hooks = 0)
    {
        const auto run = pair().run_ends(patience);
        ASSERT_TRUE(run) << pair().last_seen();
        expect_success(*run);
        EXPECT_THAT(*pair().runs(), SizeIs(1));
        EXPECT_EQ(world_of(pair()), world_after_a_clean_run(variant, hooks));
        expect_service_on_west(*run);
        expect_told_once("UnderstudyRunStarted");
        expect_told_once(
            text_of(*run, "state") == "done" ? "UnderstudyRunDone" : "UnderstudyRunDegraded");
        EXPECT_FALSE(is_armed());
        expect_intact_journal();
    }
};

/// Whether the program holds the name of what arms kill points.
bool can_be_armed(const std::string& program)
{
    const auto found = run({"grep", "--quiet", "--text", "UNDERSTUDY_KILL_AT", program}, 60s);
    EXPECT_THAT(found.status, AnyOf(0, 1)) << found.output;
    return found.status == 0;
}

TEST(Product, HasNoKillPoints)
{
    EXPECT_FALSE(can_be_armed(daemon_program()));
    EXPECT_TRUE(can_be_armed(killable_program()));
}

TEST_F(DaemonKilled, NeverIsWhatTheOthersAreComparedWith) { fail_over({}); }
TEST_F(DaemonKilled, NeverInVariantRestoreEither) { fail_over({}, "restore"); }

/// What one daemon after the other dies of, in one run.
struct Series {
    std::string name;
    std::vector<KillPlace> places;
    std::string variant = "embedded-sync";

    friend void PrintTo(const Series& series, std::ostream* out) { *out << series.name; }
};

std::string name_of(const testing::TestParamInfo<Series>& series) { return series.param.name; }

class DaemonKilledAgainAndAgain : public DaemonKilled,
                                  public testing::WithParamInterface<Series> {};

TEST_P(DaemonKilledAgainAndAgain, LeavesTheWorldOfACleanRun)
{
    fail_over(GetParam().places, GetParam().variant);
}

/// At each step, at the same place of its effect.
template <class Targets>
Series at_every_step(
    const std::string& name,
    const char* point,
    const Targets& steps,
    const std::string& variant = "embedded-sync")
{
    Series series{name, {}, variant};
    for (const auto& target : steps)
        series.places.push_back({point, target.words});
    return series;
}

/// Every life makes some records durable, and dies at the next: a few more each time, so that the
/// kills fall on all sorts of records. The first one dies at `first`, so late that it has begun to
/// watch: a journal that is made passes its points too.
Series at_records(const std::string& name, const char* point, int first = 3)
{
    Series series{name, {{point, "", first}}};
    for (int life = 1; life < 8; ++life)
        series.places.push_back({point, "", 3 + life % 3});
    return series;
}

INSTANTIATE_TEST_SUITE_P(
    Kills,
    DaemonKilledAgainAndAgain,
    testing::Values(
        at_every_step("BeforeSend", before_send, targets),
        at_every_step("SentAndNoReply", sent, targets),
        at_every_step("AfterTheReply", answered, targets),
        at_every_step("RestoreBeforeSend", before_send, targets_of_restore, "restore"),
        at_every_step("RestoreSentAndNoReply", sent, targets_of_restore, "restore"),
        at_every_step("RestoreAfterTheReply", answered, targets_of_restore, "restore"),
        at_records("JournalBeforeWrite", "journal-before-write"),
        at_records("JournalWrittenNotSynced", "journal-written", 20),
        at_records("JournalDurable", "journal-durable")),
    name_of);

/// A run that people take back is killed while it restores what the fence had stopped.
class DaemonKilledInAnUndo : public DaemonKilled, public testing::WithParamInterface<Point> {};

TEST_P(DaemonKilledInAnUndo, RestoresAllTheSame)
{
    auto& killable = bring_up_killable();
    pair().replace_in_config(
        "dark_for = \"5s\"\nstable_for = \"1s\"\ndeadline = \"30s\"",
        "dark_for = \"5s\"\nstable_for = \"2m\"\ndeadline = \"5m\"");
    // The fence passes it first.
    killable.start_armed({GetParam().at, "k8s.east,/deployments/tsb?", 2});
    ASSERT_TRUE(pair().is_watched_by(patience)) << pair().last_seen();
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(eventually([&] { return pair().is_fenced("east"); }, patience));
    ASSERT_EQ(exit_code({"hold", "--for", "10m", "--reason", "a mistake"}), 0);
    ASSERT_EQ(exit_code({"undo", "1", "--reason", "a mistake"}), 0);
    ASSERT_EQ(exit_code({"release"}), 0);
    ASSERT_TRUE(killable.died_there(patience));
    pair().start_daemon();
    ASSERT_TRUE(pair().run_is("undone", patience)) << pair().last_seen();
    EXPECT_EQ(pair().writers_of("east"), "1 1");
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_FALSE(pair().is_writable("west-1"));
    EXPECT_THAT(*pair().runs(), SizeIs(2));
    expect_intact_journal();
}

INSTANTIATE_TEST_SUITE_P(
    Kills, DaemonKilledInAnUndo, testing::ValuesIn(points), [](const auto& point) {
        return std::string(point.param.name);
    });

/// What a program did can only be known from its end: whose end nobody heard is run once more.
class DaemonKilledAtAHook : public DaemonKilled {
protected:
    /// How often the hook ran in a failover during which the daemon was killed there.
    std::size_t runs_when_killed_at(const char* point)
    {
        auto& killable = bring_up_killable();
        const auto file = pair().dir() / "bastion/hook";
        const auto marks = pair().dir() / "proofs/hook";
        std::ofstream(file) << "#!/bin/sh\necho ran >>" << marks.string() << "\n";
        std::filesystem::permissions(file, std::filesystem::perms(0755));
        std::ofstream(pair().config_file(), std::ios::app)
            << "\n[[hook]]\nname = \"mark\"\nstep = \"promoted\"\nwhen = \"after\"\nargv = [\""
            << file.string() << "\"]\n";
        fail_over(killable, {{point, "mark"}}, "embedded-sync", 1);
        const auto text = read_text(marks);
        return static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }
};

TEST_F(DaemonKilledAtAHook, BeforeItWasStartedItRunsOnce)
{
    EXPECT_EQ(runs_when_killed_at(before_send), 1U);
}
TEST_F(DaemonKilledAtAHook, AfterItEndedItRunsOnceMore)
{
    EXPECT_EQ(runs_when_killed_at(answered), 2U);
}

/// The same kills once more without any help of ours, in the product itself: the kernel ends it in
/// the system call that makes a record durable.
class DaemonKilledInFdatasync : public DaemonKilled, public testing::WithParamInterface<int> {};

TEST_P(DaemonKilledInFdatasync, LeavesTheWorldOfACleanRun)
{
    bring_up_killable();
    start();
    pair().commit_witness();
    const auto log = pair().dir() / "state/journal.db-wal";
    Child killer(
        {"strace", "-f", "-p", std::to_string(pair().daemon_pid()), "-P", log.string(), "-e",
         "trace=fdatasync", "-e",
         "inject=fdatasync:signal=SIGKILL:when=" + std::to_string(GetParam())});
    ASSERT_TRUE(eventually(
        [&] { return killer.output().find("attached") != std::string::npos; }, patience));
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(eventually([&] { return !pair().daemon_runs(); }, patience)) << pair().last_seen();
    ASSERT_TRUE(killer.wait(patience)) << killer.output();
    EXPECT_THAT(killer.output(), AllOf(HasSubstr("fdatasync("), HasSubstr("killed by SIGKILL")));
    pair().start_daemon();
    expect_a_clean_end("embedded-sync");
}

INSTANTIATE_TEST_SUITE_P(
    Kills, DaemonKilledInFdatasync, testing::Values(1, 4, 9, 16, 25), [](const auto& count) {
        return "Record" + std::to_string(count.param);
    });

// Each kill alone, and pairs: for `scripts/test --kill-points`.

class EachKillOfTheDaemon : public DaemonKilled, public testing::WithParamInterface<Series> {};

TEST_P(EachKillOfTheDaemon, LeavesTheWorldOfACleanRun)
{
    fail_over(GetParam().places, GetParam().variant);
}

std::vector<Series> each_effect_alone()
{
    std::vector<Series> all;
    for (const auto& target : targets) {
        for (const auto& point : points)
            all.push_back({std::string(target.name) + point.name, {{point.at, target.words}}});
    }
    return all;
}

/// At each write of the journal, at one of its points in turn; the simulator's crash points are all
/// of them.
std::vector<Series> each_record_alone()
{
    std::vector<Series> all;
    for (int count = 4; count <= records_of_a_run; ++count) {
        const auto& point = journal_points[static_cast<std::size_t>(count) % journal_points.size()];
        all.push_back({point.name + std::to_string(count), {{point.at, "", count}}});
    }
    return all;
}

/// Twice at the same effect: who goes on after the first kill is killed in its turn. An effect that
/// was carried out is not sent again, so only those that were not come first.
std::vector<Series> twice_at_one_effect()
{
    std::vector<Series> all;
    for (const auto& target : targets) {
        for (const auto& point : points)
            all.push_back(
                {std::string(target.name) + "BeforeSendAndAgain" + point.name,
                 {{before_send, target.words}, {point.at, target.words}}});
    }
    return all;
}

std::vector<Series> at_neighbouring_effects()
{
    std::vector<Series> all;
    for (std::size_t i = 0; i + 1 < targets.size(); ++i) {
        for (const auto& first : points) {
            for (const auto& second : points)
                all.push_back(
                    {std::string(targets[i].name) + first.name + "Then" + targets[i + 1].name +
                         second.name,
                     {{first.at, targets[i].words}, {second.at, targets[i + 1].words}}});
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(
    Effects, EachKillOfTheDaemon, testing::ValuesIn(each_effect_alone()), name_of);
INSTANTIATE_TEST_SUITE_P(
    Records, EachKillOfTheDaemon, testing::ValuesIn(each_record_alone()), name_of);
INSTANTIATE_TEST_SUITE_P(
    Twice, EachKillOfTheDaemon, testing::ValuesIn(twice_at_one_effect()), name_of);
INSTANTIATE_TEST_SUITE_P(
    Neighbours, EachKillOfTheDaemon, testing::ValuesIn(at_neighbouring_effects()), name_of);

}  // namespace
}  // namespace understudy::sandbox
