#include "core/signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;

constexpr Duration fresh = 17s;

char letter(SignalState state)
{
    switch (state) {
    case SignalState::up: return 'U';
    case SignalState::degraded: return 'D';
    case SignalState::down: return 'X';
    case SignalState::unknown: return '?';
    }
    return '!';
}

/// Plays one symbol a second and answers the state after each:
/// `o` ok, `f` failed, `t` no answer, `i` inconclusive, `.` nothing (a second passes), `~` the
/// window is discarded, `z` an hour passes.
class Strip {
public:
    explicit Strip(const Damping& damping = {}, Silence silence = Silence::is_failure)
        : signal_(damping, fresh, silence)
    {}

    std::string play(std::string_view symbols)
    {
        std::string states;
        for (const char symbol : symbols) {
            now_ += symbol == 'z' ? Duration(1h) : Duration(1s);
            act(symbol);
            states += letter(signal_.state(now_));
        }
        return states;
    }
    const Signal& signal() const { return signal_; }
    Instant now() const { return now_; }

private:
    void act(char symbol)
    {
        if (symbol == 'o')
            signal_.observe(Outcome(Reason::none, "fine"), now_);
        if (symbol == 'f')
            signal_.observe(Outcome(Reason::status, "503"), now_);
        if (symbol == 't')
            signal_.observe(Outcome(Reason::timeout, "nothing"), now_);
        if (symbol == 'i')
            signal_.observe(Outcome(Reason::resolver, "no answer"), now_);
        if (symbol == '~')
            signal_.discard_window();
    }

    Signal signal_;
    Instant now_ = beginning;
};

struct StripCase {
    const char* name;
    std::string symbols;
    std::string states;
};
std::ostream& operator<<(std::ostream& out, const StripCase& c) { return out << c.name; }

class SignalStrip : public ::testing::TestWithParam<StripCase> {};

TEST_P(SignalStrip, Plays) { EXPECT_EQ(Strip().play(GetParam().symbols), GetParam().states); }

std::string times(int count, const std::string& text)
{
    std::string result;
    for (int i = 0; i < count; ++i)
        result += text;
    return result;
}

// Defaults: fall 3, rise 3, window 20, degraded from 2 of 20, down from 10 of 20, fresh for 17 s.
INSTANTIATE_TEST_SUITE_P(
    Signal,
    SignalStrip,
    ::testing::Values(
        StripCase{"OneSuccessIsEnoughToBegin", "o", "U"},
        StripCase{"AFailureAtTheBeginningSaysNothingYet", "fo", "?U"},
        StripCase{"FallsAfterThree", "offf", "UUDX"},
        StripCase{"FallsAtTheBeginningToo", "fff", "??X"},
        StripCase{
            "ASuccessBetweenStartsTheCountAnew",
            "off"
            "o"
            "ff"
            "f",
            "UUD"
            "D"
            "DD"
            "X"},
        StripCase{"OneFailureIsNothing", "ofoooooo", "UUUUUUUU"},
        StripCase{"TwoInTheWindowDegrade", "ofof", "UUUD"},
        StripCase{"RisesAfterThreeAndIsThenDegraded", "fffooo", "??XXXD"},
        StripCase{"AFailureBetweenStartsTheRiseAnew", "fffoofooo", "??XXXXXXD"},
        StripCase{
            "IsUpOnlyAfterACleanWindow", "fff" + times(21, "o"), "??XXX" + times(17, "D") + "UU"},
        StripCase{
            "ALongOutageEndsAsSoonAsAShortOne", times(40, "f") + "oooo",
            "??" + times(40, "X") + "DD"},
        StripCase{"RelapsesOnlyByFallAfterARecovery", "fffooofof", "??XXXDDDD"},
        StripCase{
            "ShareTakesDownOnceTheWindowIsFull", "o" + times(10, "fo"),
            "UUUD" + times(15, "D") + "XX"},
        StripCase{
            "ThirtyPercentInAFixedPatternDegradesAndStays", times(12, "foofoofooo"),
            "?UUDDDDDDD" + times(110, "D")},
        StripCase{
            "InconclusiveNeitherFailsNorClears",
            "off"
            "ii"
            "f",
            "UUD"
            "DD"
            "X"},
        StripCase{"InconclusiveKeepsTheState", "oii", "UUU"},
        StripCase{"ThreeInconclusiveAreUnknown", "oiii", "UUU?"},
        StripCase{"OneFailureAfterDoubtIsStillUnknown", "oiiif", "UUU??"},
        StripCase{"ASuccessEndsDoubt", "oiiio", "UUU?U"},
        StripCase{"FailuresAfterDoubtTakeDown", "oiiifff", "UUU???X"},
        StripCase{"AfterDoubtWhileDownTheFailuresAreCountedAnew", "fffiiifff", "??XXX???X"},
        StripCase{"NotToAnswerIsToFail", "otttf", "UUDXX"},
        StripCase{"DoubtWhileDownAndThenASuccessIsNotDown", "fffiiio", "??XXX?D"},
        StripCase{"NobodyRefreshesIt", "o" + times(18, "."), "U" + times(17, "U") + "?"},
        StripCase{"AStaleDownIsUnknown", "fff" + times(18, "."), "??X" + times(17, "X") + "?"},
        StripCase{"AFailureAfterLongSilenceDoesNotReviveUp", "ozf", "U??"},
        StripCase{"FailuresHoursApartAreNotInARow", "offzf", "UUD??"},
        StripCase{"ASuccessAfterLongSilenceBeginsAnew", "fffzo", "??X?U"},
        StripCase{"DiscardingKeepsUpAndForgetsFailures", "off~ff", "UUDDDD"},
        StripCase{"DiscardingThenThreeFailuresFall", "off~fff", "UUDDDDX"},
        StripCase{
            "DiscardingKeepsDownUntilItRises",
            "fff~oo"
            "o",
            "??XXXX"
            "D"}),
    [](const auto& test) { return test.param.name; });

/// Of a witness: its silence says nothing, so only `f` counts.
class WitnessStrip : public ::testing::TestWithParam<StripCase> {};

TEST_P(WitnessStrip, Plays)
{
    EXPECT_EQ(Strip({}, Silence::says_nothing).play(GetParam().symbols), GetParam().states);
}

INSTANTIATE_TEST_SUITE_P(
    Signal,
    WitnessStrip,
    ::testing::Values(
        StripCase{"SilenceMakesItUnknown", "ottttttt", "UUU?????"},
        StripCase{"FallStatementsTakeItDown", "offf", "UUDX"},
        StripCase{"OneStatementAfterAnOutageIsNoFall", "tttf", "????"},
        StripCase{"ThreeAre", "otttffft", "UUU???XX"},
        StripCase{"TwoStatementsAndSilenceAreNoFall", "offttt", "UUDDD?"},
        StripCase{"SilenceBetweenDoesNotTakeTheirCountAway", "tftftf", "?????X"},
        StripCase{
            "AlternatingItStaysDown", "tftf" + times(20, "tf"), times(5, "?") + times(39, "X")},
        StripCase{"RarelySayingItIsNeverDown", times(20, "tttf"), times(80, "?")},
        StripCase{"AnOkBetweenStartsTheCountAnew", "tftfotftf", "????DDDDD"},
        StripCase{
            "ManySilencesAmongOksTakeNothingDown", "o" + times(15, "to"), "U" + times(30, "U")}),
    [](const auto& test) { return test.param.name; });

TEST(Signal, KubernetesAndDatabaseAreWitnesses)
{
    EXPECT_EQ(silence_of(Purpose::kubernetes), Silence::says_nothing);
    EXPECT_EQ(silence_of(Purpose::database), Silence::says_nothing);
    for (const auto other : {Purpose::api, Purpose::agents, Purpose::clients, Purpose::canary})
        EXPECT_EQ(silence_of(other), Silence::is_failure);
}

TEST(Signal, WindowAndCountsFollowTheSettings)
{
    const Damping quick{
        .fall = 1, .rise = 1, .window = 2, .degraded_per_mille = 500, .down_per_mille = 1000};
    EXPECT_EQ(Strip(quick).play("ofoo"), "UXDU");
}

TEST(Signal, ReasonAndDetailAreOfWhatDecided)
{
    struct Row {
        const char* symbols;
        Reason reason;
        const char* detail;
    };
    for (const auto& row : {
             Row{"o", Reason::none, "fine"},
             Row{"fff", Reason::status, "503"},
             Row{"fffo", Reason::status, "503"},
             Row{"f", Reason::status, "503"},
             Row{"oiii", Reason::resolver, "no answer"},
             Row{"oz", Reason::stale, "no conclusive outcome yet, or none for too long"},
             Row{"", Reason::stale, "no conclusive outcome yet, or none for too long"},
         }) {
        Strip strip;
        strip.play(row.symbols);
        EXPECT_EQ(strip.signal().reason(strip.now()), row.reason) << row.symbols;
        EXPECT_EQ(strip.signal().detail(strip.now()), row.detail) << row.symbols;
    }
}

TEST(Signal, SinceIsWhenTheStateBegan)
{
    struct Row {
        const char* symbols;
        Duration since;
    };
    for (const auto& row : {
             Row{"ooo", 1s},
             Row{"offff", 4s},
             Row{"oiii", 4s},
             Row{"o..................", 1s + fresh},
             Row{"oiii..................", 4s},
         }) {
        Strip strip;
        strip.play(row.symbols);
        EXPECT_EQ(strip.signal().since(strip.now()), beginning + row.since) << row.symbols;
    }
    EXPECT_EQ(Strip().signal().since(beginning), std::nullopt);
}

TEST(Signal, RemembersWhenItWasLastOkAndObserved)
{
    Strip strip;
    strip.play("ofi");
    EXPECT_EQ(strip.signal().last_ok(), beginning + 1s);
    EXPECT_EQ(strip.signal().last_observed(), beginning + 3s);
    EXPECT_EQ(strip.signal().last_reason(), Reason::resolver);
    EXPECT_TRUE(strip.signal().has_recent_failure());
}

}  // namespace
}  // namespace understudy::core
