#include "core/standby.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "healthy_pair.hpp"
#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A pair that is fit, until a test spoils something.
struct Pair {
    WatchSettings settings = fast_settings();
    Facts active = active_facts(moment(0s));
    Facts standby = standby_facts(moment(0s));
    bool kubernetes_answers = true;
    std::optional<WallTime> suspect_since;
    Knowledge knowledge;

    Pair()
    {
        settings.variant = Variant::embedded_sync;
        learn(0s);
    }
    void learn(Duration at)
    {
        knowledge.learn("east", active, moment(at));
        learn_of_standby(at);
    }
    void learn_of_standby(Duration at)
    {
        auto facts = standby;
        add_last_streamed(facts, moment(at).wall);
        knowledge.learn("west", facts, moment(at));
    }
    StandbyReport judged(Duration at = 0s) const
    {
        StandbyInput input{settings,           knowledge,     "east",    "west",
                           kubernetes_answers, suspect_since, moment(at)};
        const auto report = judge_standby(input);
        input.in_words = false;
        expect_same_but_for_words(report, judge_standby(input));
        return report;
    }
    static void expect_same_but_for_words(const StandbyReport& said, const StandbyReport& judged)
    {
        EXPECT_EQ(judged.lag_bytes, said.lag_bytes);
        EXPECT_EQ(judged.loss, said.loss);
        ASSERT_EQ(judged.checks.size(), said.checks.size());
        for (std::size_t i = 0; i < said.checks.size(); ++i) {
            const auto& check = judged.checks[i];
            EXPECT_EQ(check.name, said.checks[i].name);
            EXPECT_EQ(check.ok, said.checks[i].ok) << check.name;
            EXPECT_EQ(check.value, check.ok ? "" : said.checks[i].value);
            EXPECT_EQ(check.threshold, check.ok ? "" : said.checks[i].threshold);
        }
    }
    std::vector<std::string> unmet(Duration at = 0s) const
    {
        std::vector<std::string> names;
        for (const auto& check : judged(at).checks) {
            if (!check.ok)
                names.emplace_back(check.name);
            EXPECT_FALSE(check.value.empty()) << check.name;
            EXPECT_FALSE(check.threshold.empty()) << check.name;
        }
        return names;
    }
};

TEST(Standby, AFitOneIsReady)
{
    const Pair pair;
    EXPECT_THAT(pair.unmet(), IsEmpty());
    EXPECT_TRUE(pair.judged().ready());
    EXPECT_EQ(pair.judged().lag_bytes, 0);
}

TEST(Standby, BeforeAnythingWasJudgedItIsNotReady) { EXPECT_FALSE(StandbyReport{}.ready()); }

struct SpoiledCase {
    const char* name;
    std::function<void(Pair&)> spoil;
    std::vector<std::string> unmet;
};
std::ostream& operator<<(std::ostream& out, const SpoiledCase& c) { return out << c.name; }
class Spoiled : public ::testing::TestWithParam<SpoiledCase> {};

TEST_P(Spoiled, FailsItsOwnCheckAndNoOther)
{
    Pair pair;
    GetParam().spoil(pair);
    pair.knowledge = Knowledge{};
    pair.learn(0s);
    EXPECT_EQ(pair.unmet(), GetParam().unmet);
    ASSERT_FALSE(pair.judged().ready());
    EXPECT_EQ(pair.judged().first_unmet()->name, GetParam().unmet.front());
}

auto set(const char* fact, FactValue value)
{
    return [=](Pair& pair) { pair.standby[fact] = value; };
}
auto drop(const char* fact)
{
    return [=](Pair& pair) { pair.standby.erase(fact); };
}
auto drop_of_active(const char* fact)
{
    return [=](Pair& pair) { pair.active.erase(fact); };
}
constexpr std::int64_t megabyte = 1024 * 1024;
std::int64_t position_of(const Pair& pair)
{
    return std::get<std::int64_t>(pair.active.at("postgres/pg1/position"));
}

INSTANTIATE_TEST_SUITE_P(
    Standby,
    Spoiled,
    ::testing::Values(
        SpoiledCase{"Unreachable", [](Pair& p) { p.kubernetes_answers = false; }, {"reachable"}},
        SpoiledCase{
            "AReplicaIsNotReady",
            set("kubegres/ready_replicas", std::int64_t{1}),
            {"replicas_ready"}},
        SpoiledCase{
            "NoReplicasWanted", set("kubegres/replicas", std::int64_t{0}), {"replicas_ready"}},
        SpoiledCase{"ReplicasUnknown", drop("kubegres/replicas"), {"replicas_ready"}},
        SpoiledCase{"ReadyUnknown", drop("kubegres/ready_replicas"), {"replicas_ready"}},
        SpoiledCase{
            "NothingEnforced",
            set("kubegres/enforced_replicas", std::int64_t{0}),
            {"enforced_replicas"}},
        SpoiledCase{"EnforcedUnknown", drop("kubegres/enforced_replicas"), {"enforced_replicas"}},
        SpoiledCase{
            "AnOperationBlocks",
            set("kubegres/blocking_operation", std::string("x")),
            {"no_operation"}},
        SpoiledCase{"OperationUnknown", drop("kubegres/blocking_operation"), {"no_operation"}},
        SpoiledCase{
            "FailoverDisabled", set("kubegres/failover_disabled", true), {"failover_enabled"}},
        SpoiledCase{"FailoverUnknown", drop("kubegres/failover_disabled"), {"failover_enabled"}},
        SpoiledCase{"OneDoesNotStream", set("postgres/pg2/streaming", false), {"streaming"}},
        SpoiledCase{
            "StreamingHasAnotherType",
            set("postgres/pg2/streaming", std::string("yes")),
            {"streaming"}},
        SpoiledCase{
            "OneIsOfAnotherSystem", set("postgres/pg2/system", std::string("8")), {"same_system"}},
        SpoiledCase{
            "SystemsAreEmpty",
            [](Pair& p) {
                p.active["postgres/pg1/system"] = p.standby["postgres/pg1/system"] =
                    p.standby["postgres/pg2/system"] = std::string();
            },
            {"same_system"}},
        SpoiledCase{
            "TheActivesSystemIsUnknown", drop_of_active("postgres/pg1/system"), {"same_system"}},
        SpoiledCase{
            "OneLags",
            [](Pair& p) {
                p.standby["postgres/pg2/position"] = position_of(p) - 16 * megabyte - 1;
            },
            {"fresh"}},
        SpoiledCase{
            "PositionIsHostile",
            set("postgres/pg2/position", std::numeric_limits<std::int64_t>::min()),
            {"fresh"}},
        SpoiledCase{
            "TheActivesPositionIsUnknown", drop_of_active("postgres/pg1/position"), {"fresh"}},
        SpoiledCase{
            "TheActivesPositionIsHostile",
            [](Pair& p) {
                p.active["postgres/pg1/position"] = std::numeric_limits<std::int64_t>::min();
            },
            {"fresh"}},
        SpoiledCase{
            "KeysDiffer", set("secret/tsb-iam-jwks/kid", std::string("other")), {"keys_equal"}},
        SpoiledCase{"KeyUnknown", drop("secret/iam-signing-key/kid"), {"keys_equal"}},
        SpoiledCase{
            "KeyOfTheActiveUnknown", drop_of_active("secret/iam-signing-key/kid"), {"keys_equal"}},
        SpoiledCase{
            "KeysEmpty",
            [](Pair& p) {
                p.active["secret/iam-signing-key/kid"] = p.standby["secret/iam-signing-key/kid"] =
                    std::string();
            },
            {"keys_equal"}},
        SpoiledCase{
            "CertificateExpires",
            set("certificate/not_after", unix_seconds(24h - 1s)),
            {"certificates"}},
        SpoiledCase{
            "CertificateExpired",
            set("certificate/not_after", std::numeric_limits<std::int64_t>::min()),
            {"certificates"}},
        SpoiledCase{"CertificateUnknown", drop("certificate/not_after"), {"certificates"}},
        SpoiledCase{"NamesUnknown", drop("certificate/names"), {"certificates"}},
        SpoiledCase{
            "NotItsOwnName",
            set("certificate/names", std::string("active.tsb.test")),
            {"certificates"}},
        SpoiledCase{
            "NotTheFloatingName",
            set("certificate/names", std::string("west.tsb.test")),
            {"certificates"}},
        SpoiledCase{
            "AWildcardIsForOneLabel",
            set("certificate/names", std::string("*.test")),
            {"certificates"}},
        SpoiledCase{
            "TheAgentsCertificateExpires",
            [](Pair& p) {
                p.standby["agents/certificate/not_after"] = unix_seconds(1h);
                p.standby["agents/certificate/names"] =
                    std::string("west.tsb.test active.tsb.test");
            },
            {"certificates"}},
        SpoiledCase{
            "VersionsDiffer",
            set("managementplane/version", std::string("v1.13.0")),
            {"version_equal"}},
        SpoiledCase{"VersionUnknown", drop("managementplane/version"), {"version_equal"}},
        SpoiledCase{
            "VersionsEmpty",
            [](Pair& p) {
                p.active["managementplane/version"] = p.standby["managementplane/version"] =
                    std::string();
            },
            {"version_equal"}}),
    [](const auto& test) { return test.param.name; });

TEST(Standby, EachOfItsFactsMustBeKnown)
{
    Pair pair;
    pair.knowledge = Knowledge{};
    pair.knowledge.learn("east", pair.active, moment(0s));
    EXPECT_THAT(
        pair.unmet(),
        ElementsAre(
            "replicas_ready", "enforced_replicas", "no_operation", "failover_enabled", "streaming",
            "same_system", "fresh", "keys_equal", "certificates", "version_equal"));
}

TEST(Standby, WhatAnEarlierProcessSawOfItProvesNothing)
{
    Pair pair;
    const auto stored = pair.knowledge.take_unsaved();
    pair.knowledge = Knowledge{};
    for (const auto& [key, value] : stored)
        EXPECT_TRUE(pair.knowledge.recall(key, value));
    EXPECT_EQ(pair.unmet().size(), pair.judged().checks.size() - 1) << "only `reachable` holds";
    pair.knowledge.learn("west", pair.standby, moment(5s));
    EXPECT_THAT(pair.unmet(5s), IsEmpty()) << "of the active the recalled facts do";
}

TEST(Standby, WhatWasSeenTooLongAgoIsUnknown)
{
    const Pair pair;
    EXPECT_THAT(pair.unmet(60s), IsEmpty());
    EXPECT_EQ(pair.unmet(60s + 1ms).size(), pair.judged().checks.size() - 1);
}

TEST(Standby, SlowProbesGiveTheirFactsMoreTime)
{
    Pair pair;
    pair.settings.probes.front().target = "west";
    pair.settings.probes.front().interval = 60s;
    EXPECT_THAT(pair.unmet(100s), ElementsAre("streaming", "fresh"))
        << "positions need to be recent";
}

TEST(Standby, AnInstanceThatStoppedAnsweringIsNotFit)
{
    Pair pair;
    std::erase_if(pair.standby, [](const auto& f) { return f.first.starts_with("postgres/pg2"); });
    pair.learn(90s);
    EXPECT_THAT(pair.unmet(90s), ElementsAre("streaming", "same_system", "fresh"));
}

TEST(Standby, AnInstanceOnlyAnEarlierProcessKnewIsLeftOut)
{
    Pair pair;
    pair.knowledge.recall("fact/west/postgres/pg9/streaming", "b|1790000000000|0");
    pair.knowledge.recall("fact/west/postgres/pg9/position", "i|1790000000000|1");
    EXPECT_THAT(pair.unmet(), IsEmpty());
}

TEST(Standby, LagIsOfTheReplicaFurthestBehind)
{
    Pair pair;
    const auto written = position_of(pair);
    pair.standby["postgres/pg1/position"] = written + megabyte;  // read a moment later
    pair.standby["postgres/pg2/position"] = written - 16 * megabyte;
    pair.learn(0s);
    EXPECT_EQ(pair.judged().lag_bytes, 16 * megabyte);
    EXPECT_THAT(pair.unmet(), IsEmpty());
}

TEST(Standby, ADeadActiveStreamsNothingAndItsLastPositionCounts)
{
    Pair pair;
    pair.standby["postgres/pg1/streaming"] = pair.standby["postgres/pg2/streaming"] = false;
    pair.suspect_since = moment(5s).wall;
    pair.learn_of_standby(1h);
    EXPECT_THAT(pair.unmet(1h), IsEmpty());
    pair.suspect_since = moment(61s).wall;
    EXPECT_THAT(pair.unmet(1h), ElementsAre("streaming", "fresh"))
        << "seen too long before it became suspect";
}

TEST(Standby, AReplicaThatStoppedStreamingBeforeTheSuspicionIsNotFit)
{
    Pair pair;
    pair.standby["postgres/pg2/streaming"] = false;
    pair.learn(1h);
    EXPECT_THAT(pair.unmet(1h), ElementsAre("streaming"));
    pair.suspect_since = moment(1h).wall;
    pair.learn_of_standby(1h + 5s);
    EXPECT_THAT(pair.unmet(1h + 5s), ElementsAre("streaming"))
        << "the suspicion does not make it fit";
    const auto judged = pair.judged(1h + 5s);
    ASSERT_NE(judged.first_unmet(), nullptr);
    EXPECT_EQ(judged.first_unmet()->value, "1 of 2 replicas");
}

TEST(Standby, AReplicaThatWasNeverSeenStreamingIsNotFit)
{
    Pair pair;
    pair.knowledge = Knowledge{};
    pair.standby["postgres/pg1/streaming"] = pair.standby["postgres/pg2/streaming"] = false;
    pair.suspect_since = moment(0s).wall;
    pair.learn(0s);
    EXPECT_THAT(pair.unmet(), ElementsAre("streaming"));
}

TEST(Standby, AFitOneWouldLoseNothing) { EXPECT_TRUE(Pair().judged().loss.empty()); }

TEST(Standby, OneThatIsBehindSaysByHowMuch)
{
    Pair pair;
    pair.standby["postgres/pg2/position"] = position_of(pair) - 17 * megabyte;
    pair.learn(0s);
    const auto loss = pair.judged().loss;
    EXPECT_THAT(loss.gates, ElementsAre("standby_fresh"));
    EXPECT_EQ(loss.bytes, std::uint64_t{32} * megabyte);
    EXPECT_EQ(loss.data_until, std::nullopt) << "it streams";
    EXPECT_TRUE(loss.keys.empty());
}

TEST(Standby, OneThatStoppedStreamingSaysSinceWhen)
{
    Pair pair;
    pair.standby["postgres/pg2/streaming"] = false;
    pair.learn(1h);
    const auto loss = pair.judged(1h).loss;
    EXPECT_THAT(loss.gates, ElementsAre("standby_streaming"));
    EXPECT_EQ(loss.data_until, std::chrono::floor<std::chrono::seconds>(moment(0s).wall));
    EXPECT_EQ(pair.judged(1h + 5s).loss, loss) << "the plan must not change with the time";
}

TEST(Standby, WhatIsNotKnownOfItIsSaidToBeUnknown)
{
    Pair pair;
    pair.knowledge = Knowledge{};
    pair.learn_of_standby(0s);
    const auto loss = pair.judged().loss;
    EXPECT_THAT(loss.gates, ElementsAre("standby_fresh", "standby_keys_equal"));
    EXPECT_EQ(loss.bytes, std::nullopt);
    EXPECT_EQ(loss.data_until, std::nullopt);
    EXPECT_EQ(
        loss.keys,
        "iam-signing-key is not known of both planes, tsb-iam-jwks is not known of both planes");
}

TEST(Standby, OtherKeysAloneCostNoData)
{
    Pair pair;
    pair.standby["secret/tsb-iam-jwks/kid"] = std::string("k9");
    pair.learn(0s);
    const auto loss = pair.judged().loss;
    EXPECT_THAT(loss.gates, ElementsAre("standby_keys_equal"));
    EXPECT_EQ(loss.keys, "tsb-iam-jwks differs");
    EXPECT_EQ(loss.bytes, std::nullopt);
}

TEST(Standby, ARestoredOneSaysOfWhen)
{
    Pair pair;
    pair.settings.variant = Variant::restore;
    pair.standby["cronjob/tsb-restore/last_success"] = std::int64_t{1'700'000'000};
    pair.learn(0s);
    const auto loss = pair.judged().loss;
    EXPECT_THAT(loss.gates, ElementsAre("standby_fresh"));
    EXPECT_EQ(loss.data_until, wall_from_unix_seconds(1'700'000'000));
}

TEST(Standby, WildcardsCoverOneLabel)
{
    Pair pair;
    pair.standby["certificate/names"] = std::string("other.test *.tsb.test");
    pair.learn(0s);
    EXPECT_THAT(pair.unmet(), IsEmpty());
    pair.settings.planes[1].host = "localhost";
    EXPECT_THAT(pair.unmet(), ElementsAre("certificates"));
    pair.settings.planes.pop_back();
    EXPECT_THAT(pair.unmet(), ElementsAre("certificates")) << "a plane without a name";
}

TEST(Standby, ARestoredOneNeedsARecentRestore)
{
    Pair pair;
    pair.settings.variant = Variant::restore;
    EXPECT_THAT(pair.unmet(), ElementsAre("fresh"));
    EXPECT_EQ(pair.judged().checks[1].value, "no restore is known");
    pair.standby["cronjob/tsb-restore/last_success"] = unix_seconds(-25h);
    pair.learn(0s);
    EXPECT_THAT(pair.unmet(), IsEmpty());
    EXPECT_THAT(pair.unmet(1s), ElementsAre("fresh"));
}

TEST(Standby, EachVariantHasItsChecks)
{
    EXPECT_THAT(standby_check_names(Variant::embedded_sync), Contains("streaming"));
    EXPECT_THAT(
        standby_check_names(Variant::restore),
        ElementsAre("reachable", "fresh", "keys_equal", "certificates", "version_equal"));
    EXPECT_THAT(
        standby_check_names(Variant::shared_postgres),
        ElementsAre("reachable", "keys_equal", "certificates", "version_equal"));
    EXPECT_THAT(
        standby_check_names(Variant::external_postgres),
        ElementsAre(
            "reachable", "streaming", "same_system", "fresh", "keys_equal", "certificates",
            "version_equal"));
    EXPECT_EQ(
        standby_check_names(static_cast<Variant>(99)), standby_check_names(Variant::embedded_sync))
        << "when in doubt, the strictest";
}

}  // namespace
}  // namespace understudy::core
