#include "core/observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::HasSubstr;

const std::vector<CanarySettings> two_domains{{"a1", "site-a"}, {"a2", "site-a"}, {"b1", "site-b"}};

Observer observer() { return Observer(two_domains, DetectorSettings{}); }

/// One symbol per canary a1, a2, b1 and round: `o` answers, `x` does not, `.` is not asked.
void play(Observer& observer, std::initializer_list<const char*> rounds)
{
    for (const std::string round : rounds) {
        for (std::size_t i = 0; i < round.size(); ++i) {
            const auto& name = two_domains[i].name;
            if (round[i] == 'o')
                observer.observe_canary(name, Outcome(Reason::none));
            if (round[i] == 'x')
                observer.observe_canary(
                    name, Outcome(Reason::connect_timeout, name + " timed out"));
        }
    }
}

struct CanaryCase {
    const char* name;
    std::vector<const char*> rounds;
    int domains;
};
std::ostream& operator<<(std::ostream& out, const CanaryCase& c) { return out << c.name; }
class Canaries : public ::testing::TestWithParam<CanaryCase> {};

TEST_P(Canaries, ShowHowManyDomainsWeSee)
{
    auto us = observer();
    for (const auto* round : GetParam().rounds)
        play(us, {round});
    EXPECT_EQ(us.domains_seen(), GetParam().domains);
    EXPECT_EQ(us.is_blind(moment(0s).instant), GetParam().domains == 0);
    EXPECT_EQ(us.domains(), 2);
}

INSTANTIATE_TEST_SUITE_P(
    Observer,
    Canaries,
    ::testing::Values(
        CanaryCase{"NobodyHasAnsweredYet", {}, 0},
        CanaryCase{"All", {"ooo"}, 2},
        CanaryCase{"OneIsEnoughToSee", {"..o"}, 1},
        CanaryCase{"OneMissIsNothing", {"ooo", "xxx"}, 2},
        CanaryCase{"TwoMissesCount", {"ooo", "xxx", "xxx"}, 0},
        CanaryCase{"OneDomainDark", {"ooo", "xxo", "xxo"}, 1},
        CanaryCase{"HalfADomainDark", {"ooo", "xoo", "xoo"}, 2},
        CanaryCase{"AnAnswerEndsIt", {"ooo", "xxx", "xxx", "..o"}, 1},
        CanaryCase{"FirstAttemptsMissed", {"xxx"}, 0}),
    [](const auto& test) { return test.param.name; });

TEST(Observer, WithoutCanariesItCannotBeBlindByThem)
{
    EXPECT_FALSE(Observer({}, DetectorSettings{}).is_blind(moment(0s).instant));
}

TEST(Observer, SaysWhyItIsBlind)
{
    auto us = observer();
    EXPECT_EQ(us.blind_because(moment(0s).instant), "no canary has answered yet");
    play(us, {"xxx"});
    EXPECT_EQ(us.blind_because(moment(0s).instant), "no canary answers: a1 timed out");
}

TEST(Observer, StrangersAreNoCanaries)
{
    auto us = observer();
    us.observe_canary("c9", Outcome(Reason::none));
    EXPECT_EQ(us.domains_seen(), 0);
}

TEST(Observer, DoubtsItselfForTheWarmUp)
{
    auto us = observer();
    play(us, {"ooo"});
    us.doubt_ourselves(moment(100s).instant, "we stood still");
    EXPECT_EQ(us.blind_because(moment(100s).instant), "we stood still");
    EXPECT_TRUE(us.is_blind(moment(114999ms).instant));
    EXPECT_FALSE(us.is_blind(moment(115s).instant));
}

/// `probes` of ten see resolver trouble, `times` in a row.
Observer with_resolver_trouble(int probes, int times)
{
    auto us = observer();
    play(us, {"ooo"});
    for (int round = 0; round < times; ++round) {
        for (int i = 0; i < 10; ++i)
            us.observe_any(
                "p" + std::to_string(i), Outcome(i < probes ? Reason::resolver : Reason::none));
    }
    return us;
}

TEST(Observer, HalfOfTheProbesWithoutResolverBlind)
{
    EXPECT_FALSE(with_resolver_trouble(10, 1).is_blind(moment(0s).instant))
        << "one answer got lost";
    EXPECT_FALSE(with_resolver_trouble(4, 2).is_blind(moment(0s).instant)) << "the others resolve";
    EXPECT_THAT(
        with_resolver_trouble(5, 2).blind_because(moment(0s).instant), HasSubstr("5 of 10 probes"));
}

TEST(Observer, AResolvedNameEndsResolverTrouble)
{
    auto us = with_resolver_trouble(5, 2);
    us.observe_any("p0", Outcome(Reason::status));
    EXPECT_FALSE(us.is_blind(moment(0s).instant));
}

TEST(Observer, ForgottenProbesDoNotCount)
{
    auto us = with_resolver_trouble(5, 2);
    us.forget("p0");
    EXPECT_FALSE(us.is_blind(moment(0s).instant)) << "4 of 9";
    for (int i = 5; i < 10; ++i)
        us.forget("p" + std::to_string(i));
    EXPECT_TRUE(us.is_blind(moment(0s).instant)) << "4 of 4";
}

TEST(Observer, AReloadKeepsWhatItKnows)
{
    auto us = observer();
    play(us, {"ooo"});
    us.doubt_ourselves(moment(0s).instant, "we stood still");
    DetectorSettings shorter;
    shorter.warm_up = 3s;
    us.reconfigure({{"a1", "site-a"}, {"c1", "site-c"}}, shorter);
    EXPECT_EQ(us.domains(), 2);
    EXPECT_EQ(us.domains_seen(), 1);
    EXPECT_TRUE(us.is_blind(moment(2s).instant));
    EXPECT_FALSE(us.is_blind(moment(3s).instant));
}

}  // namespace
}  // namespace understudy::core
