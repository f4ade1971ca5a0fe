/// What a run may do, and what is refused before it could begin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "acting_fixture.hpp"

namespace understudy::config::test {
namespace {

using namespace std::chrono_literals;
using core::WhenUnfenceable;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class Acting : public ActingTest {};

TEST_F(Acting, TheLeastHasTheDefaults)
{
    const auto& run = acting().settings;
    core::ActingSettings expected;
    expected.mode = core::Mode::automatic;
    expected.instance = "o1";
    expected.floating_name = "active.tsb.test";
    expected.planes = {{"east", "east.test", true}, {"west", "west.test", false}};
    expected.control_planes = {"c1", "c2"};
    expected.promote_patch = "{\"spec\": {\"a\": 1}}";
    EXPECT_EQ(run, expected);
}

TEST_F(Acting, EveryKeyArrives)
{
    acting_ = "[acting]\ninstance = \"b1\"\napproval_expires = \"5m\"\nmax_automatic_runs = 3\n"
              "[acting.effect]\ndeadline = \"2s\"\nserver_limit = \"1s\"\npoll = \"100ms\"\n"
              "retry = \"200ms\"\nattempts_max = 7\n"
              "[fence]\ndeployments = [\"w\"]\nconnection_holders = []\nstable_for = \"1s\"\n"
              "deadline = \"20s\"\nwhen_unfenceable = \"proceed-if-dark\"\ndark_for = \"5s\"\n"
              "[fence.waiver]\nby = \"Jo\"\nwhy = \"because\"\nwhen = \"2026-02-28\"\n"
              "[quiet]\ndeadline = \"21s\"\nrestore_cron_job = \"r\"\n"
              "[serve]\ndeadline = \"22s\"\nclusters = [\"c1\", \"c9\"]\n"
              "[content]\nquery = \"select 'o', 2, null\"\ndatabase = \"d\"\nrequired = true\n"
              "clusters_missing_max = 1\n"
              "[rejoin]\nlaggards_after = \"31s\"\ndeadline = \"50s\"\nconcurrency = 4\n"
              "restart_edge = false\nedge = \"e\"\nnamespace = \"n\"\n";
    promote_ =
        "[promote]\npatch = '{\"a\": 1}'\nreplicas = 2\ndeadline = \"23s\"\nstable_for = \"2s\"\n"
        "management_plane = \"m\"\nkubegres = \"k\"\n";
    const auto& run = acting().settings;
    EXPECT_EQ(run.instance, "b1");
    EXPECT_EQ(run.approval_expires, 5min);
    EXPECT_EQ(run.max_automatic_runs, 3U);
    EXPECT_EQ(run.effect, (core::EffectSettings{2s, 1s, 100ms, 200ms, 7}));
    EXPECT_THAT(run.writers, ElementsAre("w"));
    EXPECT_THAT(run.connection_holders, IsEmpty());
    EXPECT_EQ(run.fence_stable_for, 1s);
    EXPECT_EQ(run.fence_deadline, 20s);
    EXPECT_EQ(run.when_unfenceable, WhenUnfenceable::proceed_if_dark);
    EXPECT_EQ(run.dark_for, 5s);
    EXPECT_EQ(run.waiver, (core::Waiver{"Jo", "because", "2026-02-28"}));
    EXPECT_EQ(run.quiet_deadline, 21s);
    EXPECT_EQ(run.restore_cron_job, "r");
    EXPECT_EQ(run.serve_deadline, 22s);
    EXPECT_THAT(run.expected_clusters, ElementsAre("c1", "c9"));
    EXPECT_TRUE(run.content_required);
    EXPECT_EQ(run.clusters_missing_max, 1U);
    EXPECT_EQ(run.laggards_after, 31s);
    EXPECT_EQ(run.rejoin_deadline, 50s);
    EXPECT_EQ(run.rejoin_concurrency, 4U);
    EXPECT_FALSE(run.restart_edge);
    EXPECT_EQ(run.edge_deployment, "e");
    EXPECT_EQ(run.edge_namespace, "n");
    EXPECT_EQ(run.replicas, 2);
    EXPECT_EQ(run.promote_deadline, 23s);
    EXPECT_EQ(run.promote_stable_for, 2s);
    EXPECT_EQ(run.management_plane, "m");
    EXPECT_EQ(run.kubegres, "k");
}

TEST_F(Acting, KnowsWhatTellsOfRefusedTokens)
{
    rest_ = "[rejoin]\ntoken_error = 'refused{why=\"token\"}'\noperator = \"o\"\n"
            "token_wait = \"7s\"\n";
    const auto& run = acting().settings;
    EXPECT_EQ(run.token_error, "refused{why=\"token\"}");
    EXPECT_EQ(run.control_plane_operator, "o");
    EXPECT_EQ(run.token_wait, 7s);
}

TEST_F(Acting, RefusesTokenHelpThatCouldNotHelp)
{
    rest_ = "[rejoin]\ntoken_error = 'refused > 0'\nrestart_edge = false\n"
            "token_wait = \"9m\"\n";
    EXPECT_THAT(
        problems(),
        UnorderedElementsAre(
            StartsWith("rejoin.token_error must be a series of edge's metrics"),
            StartsWith("rejoin.token_error is looked at only after a restart of edge"),
            StartsWith("rejoin.deadline (10m) must be longer than laggards_after + token_wait")));
}

TEST_F(Acting, ActsWithCredentialsOfItsOwn)
{
    const auto loaded = settings();
    const auto& clusters = loaded.acting_clusters;
    ASSERT_EQ(clusters.size(), 4U);
    EXPECT_EQ(clusters.at("east").kubeconfig, folder_.path() / "acting.kubeconfig");
    EXPECT_EQ(clusters.at("c1").kubeconfig, folder_.path() / "kubeconfig");
    EXPECT_EQ(clusters.at("c2").context, "writer");
    EXPECT_EQ(loaded.clusters.at("east").kubeconfig, folder_.path() / "kubeconfig");
    EXPECT_EQ(loaded.clusters.at("c2").context, "");
}

TEST_F(Acting, KnowsHowThePlanesAreAsked)
{
    const auto planes = acting().planes;
    ASSERT_EQ(planes.size(), 2U);
    EXPECT_EQ(planes[1].name, "west");
    EXPECT_EQ(planes[1].organization, "acme");
    ASSERT_TRUE(planes[1].request);
    EXPECT_EQ(planes[1].request->host, "west.test");
    EXPECT_EQ(planes[1].request->path, "/v2/organizations/acme/status");
    ASSERT_EQ(planes[1].postgres.size(), 1U);
    EXPECT_EQ(planes[1].postgres[0].host, "pg.test");
}

TEST_F(Acting, AsksEachPlanesDatabaseWhatItHolds)
{
    EXPECT_FALSE(acting().content);
    rest_ = "[content]\nquery = \"select 'o', 2, null\"\n";
    const auto loaded = settings();
    ASSERT_TRUE(loaded.acting && loaded.acting->content);
    EXPECT_EQ(loaded.acting->content->database, "tsb");
    EXPECT_FALSE(loaded.acting->settings.content_required);
    for (const std::string plane : {"east", "west"}) {
        const auto found = std::ranges::find(
            loaded.probes, plane + "/content",
            [](const ProbeDefinition& probe) { return probe.settings.id; });
        ASSERT_NE(found, loaded.probes.end()) << plane;
        EXPECT_EQ(found->settings.purpose, core::Purpose::information);
        const auto& options = std::get<probes::PostgresProbe::Options>(found->options);
        EXPECT_TRUE(options.tells_content);
        EXPECT_EQ(options.host, "pg.test");
        EXPECT_EQ(options.database, "tsb");
        EXPECT_EQ(options.query, "select 'o', 2, null");
        EXPECT_EQ(loaded.acting->planes[0].postgres.size(), 1U) << "it is no evidence";
    }
}

TEST_F(Acting, SwitchesTheNameByItself)
{
    const auto update = acting().name_update;
    ASSERT_TRUE(update);
    EXPECT_EQ(update->server, "127.0.0.1:5353");
    EXPECT_EQ(update->key_file, folder_.path() / "tsig.key");
    EXPECT_EQ(update->key_algorithm, "hmac-sha256");
    EXPECT_EQ(update->ttl, 30s);
    EXPECT_EQ(update->token_record, "_understudy.active.tsb.test");
    EXPECT_THAT(acting().name_servers, ElementsAre("127.0.0.1:5353"));
}

TEST_F(Acting, OrByAProgram)
{
    update_ = "[floating.hook]\nargv = [\"" + program_ + "\", \"-v\"]\ntimeout = \"9s\"\n";
    const auto definition = acting();
    ASSERT_TRUE(definition.name_hook);
    EXPECT_THAT(definition.name_hook->argv, ElementsAre(program_, "-v"));
    const auto& hook = definition.settings.name_hook;
    ASSERT_TRUE(hook);
    EXPECT_EQ(hook->argv, program_ + " -v");
    EXPECT_EQ(hook->content_hash.size(), 64U);
    EXPECT_EQ(hook->timeout, 9s);
    EXPECT_TRUE(definition.settings.switch_name);
    EXPECT_FALSE(definition.name_update);
}

TEST_F(Acting, OnlyOneOfThemSwitchesTheName)
{
    update_ += "[floating.hook]\nargv = [\"" + program_ + "\"]\n";
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("cannot stand beside [floating.update]")));
    update_ = "[floating.hook]\nargv = [\"" + program_ + "\"]\ntimeout = \"60s\"\n";
    EXPECT_THAT(
        problems(), ElementsAre(HasSubstr("the servers have to be asked after the program")));
    update_ = "[floating.hook]\nargv = [\"point-name\"]\n";
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("absolute path")));
}

TEST_F(Acting, OrLetsAHookDoIt)
{
    update_ = "";
    rest_ = "[[hook]]\nname = \"dns\"\nstep = \"switch-name\"\nwhen = \"before\"\nargv = [\"" +
            program_ + "\", \"it's me\", \"b\"]\ntimeout = \"9s\"\n";
    const auto definition = acting();
    EXPECT_FALSE(definition.settings.switch_name);
    ASSERT_EQ(definition.hooks.size(), 1U);
    EXPECT_THAT(definition.hooks[0].argv, ElementsAre(program_, "it's me", "b"));
    ASSERT_EQ(definition.settings.hooks.size(), 1U);
    const auto& hook = definition.settings.hooks[0];
    EXPECT_EQ(hook.argv, program_ + " 'it'\\''s me' b");
    EXPECT_EQ(hook.step, "switch-name");
    EXPECT_TRUE(hook.before);
    EXPECT_EQ(hook.timeout, 9s);
    // printf '#!/bin/sh\nexit 0\n' | sha256sum
    EXPECT_EQ(
        hook.content_hash, "306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb");
}

TEST_F(Acting, ObservingNeedsNothingOfIt)
{
    EXPECT_FALSE(settings_of(minimal).acting);
    const auto observing = settings_of(minimal + "[acting]\n");
    ASSERT_TRUE(observing.acting);
    EXPECT_EQ(observing.acting->settings.mode, core::Mode::observe);
    EXPECT_THAT(
        problems_in(minimal + "[fence]\ndeadline = \"1s\"\n"),
        ElementsAre(
            HasSubstr("fence.deadline (1s) must be longer than acting.effect.deadline"),
            HasSubstr("fence.deadline (1s) must be longer than stable_for")));
}

TEST(ActingModes, NameEverythingThatIsNotThere)
{
    for (const std::string mode : {"approve", "automatic"}) {
        auto text = minimal;
        text.replace(text.find("observe"), 7, mode);
        const auto is = "1:8: mode is \"" + mode + "\", but ";
        const std::string plane = "plane.kubeconfig is missing";
        EXPECT_THAT(
            problems_in(text),
            ElementsAre(
                StartsWith(is + "nothing says what a run may do: write [acting]"),
                StartsWith(is + "promote.patch is missing"),
                StartsWith(is + "nothing switches the floating name"),
                StartsWith(is + "floating.servers is missing"), StartsWith("4:1: " + plane),
                StartsWith("4:1: plane.organization is missing"),
                StartsWith("4:1: plane.probes has no HTTP probe \"api\""),
                StartsWith("8:1: " + plane), StartsWith("8:1: plane.organization is missing"),
                StartsWith("8:1: plane.probes has no HTTP probe \"api\"")));
    }
}

TEST_F(Acting, TheRestoreVariantPromotesWithoutAPatch)
{
    top_ = "variant = \"restore\"\n";
    EXPECT_THAT(
        problems(),
        ElementsAre("promote.patch is never applied, because variant is \"restore\": remove it"));
    promote_ = "";
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Acting, APolicyThatMayLeaveTwoActivesIsSigned)
{
    for (const std::string policy : {"proceed", "proceed-if-dark"}) {
        const auto fence = "[fence]\nwhen_unfenceable = \"" + policy + "\"\n";
        rest_ = fence;
        EXPECT_THAT(
            problems(), ElementsAre(HasSubstr("may leave two active planes: write [fence.waiver]")))
            << policy;
        rest_ = fence + "[fence.waiver]\nby = \"Jo\"\n";
        EXPECT_THAT(
            problems(), ElementsAre(
                            StartsWith("fence.waiver.why is missing"),
                            StartsWith("fence.waiver.when is missing")))
            << policy;
    }
}

TEST_F(Acting, AWaiverThatWaivesNothingIsRefused)
{
    const std::string waiver = "[fence.waiver]\nby = \"Jo\"\nwhy = \"x\"\nwhen = \"2026-11-30\"\n";
    for (const std::string policy : {"wait-for-human", "refuse"}) {
        rest_ = "[fence]\nwhen_unfenceable = \"" + policy + "\"\n" + waiver;
        EXPECT_THAT(
            problems(), ElementsAre(
                            "fence.waiver waives nothing, because when_unfenceable is \"" + policy +
                            "\": remove it"));
    }
    rest_ = "[fence]\nwhen_unfenceable = \"procede\"\n" + waiver;
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("is \"procede\" (did you mean \"proceed\"?)")));
}

TEST_F(Acting, AWaiverHasADayThatExists)
{
    for (const std::string when :
         {"2026-02-30", "30.11.2026", "2026-1-01", "2026-00-10", "today"}) {
        rest_ =
            "[fence]\nwhen_unfenceable = \"proceed\"\n[fence.waiver]\nby = \"Jo\"\nwhy = \"x\"\n"
            "when = \"" +
            when + "\"\n";
        EXPECT_THAT(
            problems(),
            ElementsAre(
                "fence.waiver.when is \"" + when + "\": write a date such as \"2026-11-30\""));
    }
}

TEST_F(Acting, BothPlanesHaveOneNamespace)
{
    witnesses_ = "namespace = \"other\"\n" + witnesses_;  // of the plane before
    EXPECT_THAT(problems(), ElementsAre("acting needs the same namespace on both planes"));
}

TEST_F(Acting, EdgeIsRestartedWhereItIsRead)
{
    witnesses_ += "namespace = \"elsewhere\"\n";
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("control plane c2 is read in elsewhere")));
    rest_ = "[rejoin]\nrestart_edge = false\n";
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Acting, AHookThatOthersMayChangeIsRefused)
{
    const auto hook = [this](const std::string& name, unsigned mode) {
        rest_ = "[[hook]]\nname = \"h\"\nstep = \"fence\"\nwhen = \"after\"\nargv = [\"" +
                folder_.write(name, "#!/bin/sh\n", mode).string() + "\"]\n";
        return problems();
    };
    EXPECT_THAT(hook("group", 0770), ElementsAre(HasSubstr("can be changed by its group")));
    EXPECT_THAT(hook("others", 0702), ElementsAre(HasSubstr("can be changed by its group")));
    EXPECT_THAT(hook("plain", 0600), ElementsAre(HasSubstr("cannot be executed by this user")));
    EXPECT_THAT(hook("mine", 0755), IsEmpty());
}

TEST_F(Acting, AChangedHookHasAnotherHash)
{
    const auto hash_of = [this](const std::string& content) {
        folder_.write("changing.sh", content, 0700);
        rest_ = "[[hook]]\nname = \"h\"\nstep = \"fence\"\nwhen = \"after\"\nargv = [\"" +
                (folder_.path() / "changing.sh").string() + "\"]\n";
        return acting().settings.hooks.at(0).content_hash;
    };
    const auto before = hash_of("#!/bin/sh\nexit 0\n");
    EXPECT_EQ(before.size(), 64U);
    EXPECT_EQ(before, hash_of("#!/bin/sh\nexit 0\n"));
    EXPECT_NE(before, hash_of("#!/bin/sh\nexit 1\n"));
}

TEST_F(Acting, EveryProblemAtOnce)
{
    acting_ = "[acting]\ninstanc = \"a\"\n";
    rest_ = "[fence]\ndeadline = \"6s\"\n[serve]\ndeadline = 5\n[quiet]\nrestore_cron_job = \"A\"\n"
            "[[hook]]\nname = \"h\"\nstep = \"fence\"\nargv = [\"/nowhere/x\"]\n";
    EXPECT_THAT(
        problems(),
        ElementsAre(
            HasSubstr("did you mean \"instance\"?"), HasSubstr("fence.deadline (6s)"),
            HasSubstr("serve.deadline is 5 without a unit"),
            HasSubstr("quiet.restore_cron_job is \"A\""), HasSubstr("hook.when is missing"),
            HasSubstr("hook.argv \"/nowhere/x\" does not exist")));
}

}  // namespace
}  // namespace understudy::config::test
