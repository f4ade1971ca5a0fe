#include "core/exchanges.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;

Outcome exchanged_ago(Duration age)
{
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
    return with_facts(Outcome(Reason::none), {{"exchange/age_ms", ms}});
}

/// What one control plane reported: when it was read and how old the exchange was then.
struct Read {
    const char* who;
    Duration at;
    std::optional<Duration> age;  ///< Empty: its cluster could not be asked.
};

struct ExchangeCase {
    const char* name;
    std::vector<Read> reads;
    ClientsSay says;  ///< For an onset at 100 s, asked at 120 s.
    SignalState evidence;
};
std::ostream& operator<<(std::ostream& out, const ExchangeCase& c) { return out << c.name; }

Exchanges after(const std::vector<Read>& reads, int quorum = 0)
{
    Exchanges exchanges({"c1", "c2", "c3"}, 10s, quorum);
    for (const auto& read : reads) {
        const auto outcome =
            read.age ? exchanged_ago(*read.age) : Outcome(Reason::unreachable_witness, "no route");
        exchanges.observe(read.who, outcome, moment(read.at).instant);
    }
    return exchanges;
}

class Clients : public ::testing::TestWithParam<ExchangeCase> {};

TEST_P(Clients, Say)
{
    const auto exchanges = after(GetParam().reads);
    EXPECT_EQ(exchanges.say(moment(100s).instant, moment(120s).instant), GetParam().says);
    EXPECT_EQ(exchanges.evidence(moment(120s).instant).state, GetParam().evidence);
}

constexpr auto nothing = ClientsSay::nothing;
constexpr auto agree = ClientsSay::agree;
constexpr auto contradict = ClientsSay::contradict;
using S = SignalState;

// A report counts for 15 s, an exchange older than 10 s is lost; two of three are the quorum.
INSTANTIATE_TEST_SUITE_P(
    Exchanges,
    Clients,
    ::testing::Values(
        ExchangeCase{"NobodyTold", {}, nothing, S::unknown},
        ExchangeCase{
            "AllLost", {{"c1", 115s, 16s}, {"c2", 115s, 16s}, {"c3", 115s, 16s}}, agree, S::down},
        ExchangeCase{
            "QuorumLostTheOtherSilent", {{"c1", 115s, 16s}, {"c2", 115s, 16s}}, agree, S::down},
        ExchangeCase{"OneLostOthersSilent", {{"c1", 115s, 16s}}, nothing, S::unknown},
        ExchangeCase{
            "SilentClustersAreNotLost",
            {{"c1", 115s, 16s}, {"c2", 115s, {}}, {"c3", 115s, {}}},
            nothing,
            S::unknown},
        ExchangeCase{
            "OneExchangedSince",
            {{"c1", 115s, 16s}, {"c2", 115s, 16s}, {"c3", 115s, 1s}},
            contradict,
            S::up},
        ExchangeCase{
            "AllExchangedSince",
            {{"c1", 115s, 1s}, {"c2", 115s, 1s}, {"c3", 115s, 1s}},
            contradict,
            S::up},
        ExchangeCase{
            "ExchangedJustBeforeTheOnset",
            {{"c1", 105s, 6s}, {"c2", 105s, 6s}, {"c3", 105s, 6s}},
            nothing,
            S::up},
        ExchangeCase{"ExchangedAtTheOnsetIsNotSince", {{"c1", 105s, 5s}}, nothing, S::up},
        ExchangeCase{
            "ConnectedButNotSinceBlocksNobody",
            {{"c1", 109s, 9500ms}, {"c2", 115s, 16s}, {"c3", 115s, 16s}},
            agree,
            S::up},
        ExchangeCase{
            "LostIsFromTheLimitOn", {{"c1", 115s, 10s}, {"c2", 115s, 10s}}, agree, S::down},
        ExchangeCase{
            "ReadBeforeTheOnsetDoesNotCount",
            {{"c1", 100s, 50s}, {"c2", 100s, 50s}, {"c3", 100s, 50s}},
            nothing,
            S::unknown},
        ExchangeCase{
            "OldReportsDoNotCount",
            {{"c1", 104s, 50s}, {"c2", 104s, 50s}, {"c3", 104s, 50s}},
            nothing,
            S::unknown},
        ExchangeCase{
            "AFailedReadKeepsTheLastWhileFresh",
            {{"c1", 110s, 20s}, {"c2", 110s, 20s}, {"c1", 118s, {}}},
            agree,
            S::down},
        ExchangeCase{
            "StrangersDoNotCount", {{"x1", 115s, 16s}, {"x2", 115s, 16s}}, nothing, S::unknown},
        ExchangeCase{
            "LostAfterItHadExchangedSince",
            {{"c1", 119s, 12s}, {"c2", 119s, 12s}},
            agree,
            S::down}),
    [](const auto& test) { return test.param.name; });

TEST(Exchanges, AReportFromBeforeTheOnsetDoesNotCountHoweverFresh)
{
    const auto exchanges = after({{"c1", 115s, 16s}, {"c2", 115s, 16s}, {"c3", 115s, 16s}});
    EXPECT_EQ(exchanges.say(moment(115s).instant, moment(120s).instant), nothing);
    EXPECT_EQ(exchanges.say(moment(115s).instant - 1ms, moment(120s).instant), agree);
}

TEST(Exchanges, QuorumIsOfTheConfiguredAndCanBeSet)
{
    EXPECT_EQ(Exchanges({}, 10s, 0).quorum(), 1);
    EXPECT_EQ(Exchanges({"a", "b"}, 10s, 0).quorum(), 2);
    EXPECT_EQ(Exchanges({"a", "b", "c", "d"}, 10s, 0).quorum(), 3);
    const std::vector<Read> one{{"c1", 115s, 16s}};
    EXPECT_EQ(after(one, 1).say(moment(100s).instant, moment(120s).instant), agree);
    const std::vector<Read> two{{"c1", 115s, 16s}, {"c2", 115s, 16s}};
    EXPECT_EQ(after(two, 3).say(moment(100s).instant, moment(120s).instant), nothing);
}

TEST(Exchanges, NoControlPlanesAreUnknownNotLost)
{
    const Exchanges nobody({}, 10s, 0);
    const auto state = nobody.evidence(moment(0s).instant);
    EXPECT_EQ(state.state, SignalState::unknown);
    EXPECT_FALSE(state.configured);
    EXPECT_EQ(nobody.say(moment(0s).instant, moment(1s).instant), nothing);
}

TEST(Exchanges, AnOkWithoutAgeIsNoReport)
{
    Exchanges exchanges({"c1"}, 10s, 0);
    exchanges.observe("c1", Outcome(Reason::none), moment(1s).instant);
    EXPECT_FALSE(exchanges.reports().at("c1").read.has_value());
}

TEST(Exchanges, HostileAgesNeitherOverflowNorLieInTheFuture)
{
    for (const auto age : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}}) {
        Exchanges exchanges({"c1"}, 10s, 0);
        const auto outcome = with_facts(Outcome(Reason::none), {{"exchange/age_ms", age}});
        exchanges.observe("c1", outcome, moment(5s).instant);
        EXPECT_EQ(exchanges.reports().at("c1").exchanged, moment(5s).instant);
    }
    Exchanges exchanges({"c1"}, 10s, 0);
    const auto ages_ago = std::numeric_limits<std::int64_t>::max();
    exchanges.observe(
        "c1", with_facts(Outcome(Reason::none), {{"exchange/age_ms", ages_ago}}),
        moment(5s).instant);
    EXPECT_EQ(exchanges.evidence(moment(5s).instant).state, SignalState::down);
}

TEST(Exchanges, ShowsWhoAndWhy)
{
    Exchanges exchanges({"c1", "c2"}, 10s, 0);
    exchanges.observe(
        "c1",
        with_facts(
            Outcome(Reason::none),
            {{"exchange/age_ms", std::int64_t{20000}}, {"exchange/peer", std::string("east")}}),
        moment(1s).instant);
    exchanges.observe("c2", Outcome(Reason::unreachable_witness, "no route"), moment(1s).instant);
    EXPECT_EQ(exchanges.reports().at("c1").peer, "east");
    EXPECT_EQ(exchanges.reports().at("c2").detail, "no route");
    exchanges.observe("c2", exchanged_ago(20s), moment(2s).instant);
    EXPECT_EQ(exchanges.evidence(moment(2s).instant).detail, "no exchange for too long: c1, c2");
    exchanges.observe("c2", exchanged_ago(1s), moment(3s).instant);
    EXPECT_EQ(exchanges.evidence(moment(3s).instant).detail, "1 of 2 control planes are connected");
}

Outcome exchanged_with(const std::string& peer, Duration age)
{
    auto outcome = exchanged_ago(age);
    outcome.facts["exchange/peer"] = peer;
    return outcome;
}

struct PeerCase {
    const char* peer;
    SignalState evidence;
    ClientsSay says;  ///< For a suspicion that began before the exchange.
};

TEST(Exchanges, WithTheOtherPlaneSayNothingOfThisOne)
{
    for (const auto& c : {
             PeerCase{"west.tsb.test", S::unknown, nothing},
             PeerCase{"West.TSB.test.", S::unknown, nothing},
             PeerCase{"west.tsb.test:9443", S::unknown, nothing},
             PeerCase{"east.tsb.test", S::up, contradict},
             PeerCase{"10.1.2.3", S::up, contradict},
             PeerCase{"central-a", S::up, contradict},
             PeerCase{"", S::up, contradict},
         }) {
        Exchanges exchanges({"c1"}, 10s, 1);
        exchanges.set_other_plane({"west", "west.tsb.test", false});
        exchanges.observe("c1", exchanged_with(c.peer, 1s), moment(5s).instant);
        EXPECT_EQ(exchanges.evidence(moment(5s).instant).state, c.evidence) << c.peer;
        EXPECT_EQ(exchanges.say(moment(3s).instant, moment(5s).instant), c.says) << c.peer;
    }
}

TEST(Exchanges, AnOldOneWithTheOtherPlaneDoesNotSayThatThisOneIsLost)
{
    Exchanges exchanges({"c1"}, 10s, 1);
    exchanges.set_other_plane({"west", "west.tsb.test", false});
    exchanges.observe("c1", exchanged_with("west.tsb.test", 20s), moment(5s).instant);
    EXPECT_EQ(exchanges.evidence(moment(5s).instant).state, S::unknown);
}

TEST(Exchanges, AReloadKeepsTheReportsOfThoseWhoStay)
{
    auto exchanges = after({{"c1", 115s, 16s}, {"c2", 115s, 16s}});
    exchanges.reconfigure({"c2", "c4"}, 20s, 0);
    EXPECT_EQ(exchanges.reports().size(), 2U);
    EXPECT_TRUE(exchanges.reports().at("c2").read.has_value());
    EXPECT_FALSE(exchanges.reports().contains("c1"));
    EXPECT_EQ(exchanges.evidence(moment(120s).instant).state, SignalState::up)
        << "limit is 20 s now";
}

TEST(Exchanges, ReportsStayFreshAsLongAsTheirProbesNeed)
{
    auto exchanges = after({{"c1", 100s, 60s}, {"c2", 100s, 60s}});
    EXPECT_EQ(exchanges.evidence(moment(140s).instant).state, SignalState::unknown);
    exchanges.set_fresh_for(40s);
    EXPECT_EQ(exchanges.evidence(moment(140s).instant).state, SignalState::down);
}

}  // namespace
}  // namespace understudy::core
