#include "core/alerts.hpp"

#include <gtest/gtest.h>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;

/// Plays one symbol a second: `+` the alert is wanted, `-` it is not, `w` it is not and we are
/// warming up (nothing may be resolved). Answers `!` raised, `.` nothing, `R` resolved.
std::string play(Alerts& alerts, std::string_view symbols, Duration hold = 0s)
{
    static const Alert alert{"PlaneFailed", "east", Severity::critical, "failed", "", {}};
    std::string result;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        auto wanted = std::vector<Alert>{};
        if (symbols[i] == '+')
            wanted.assign(1, alert);
        for (auto& one : wanted)
            one.hold = hold;
        const auto changes =
            alerts.update(wanted, symbols[i] != 'w', moment(static_cast<int>(i) * 1s));
        EXPECT_LE(changes.size(), 1U);
        result += changes.empty() ? '.' : changes.front().firing ? '!' : 'R';
    }
    return result;
}

struct AlertCase {
    const char* name;
    const char* symbols;
    const char* changes;
    Duration hold;
};
std::ostream& operator<<(std::ostream& out, const AlertCase& c) { return out << c.name; }
class AlertStrip : public ::testing::TestWithParam<AlertCase> {};
TEST_P(AlertStrip, Plays)
{
    Alerts alerts;
    EXPECT_EQ(play(alerts, GetParam().symbols, GetParam().hold), GetParam().changes);
}

INSTANTIATE_TEST_SUITE_P(
    Alerts,
    AlertStrip,
    ::testing::Values(
        AlertCase{"RaisedOnce", "+++++", "!....", 0s},
        AlertCase{"ResolvedAfterFiveSeconds", "+-------", "!.....R.", 0s},
        AlertCase{"AGapKeepsItFiring", "+----+----+", "!..........", 0s},
        AlertCase{
            "TheGapCountsFromItsBeginning",
            "+---+-----"
            "-",
            "!........."
            "R",
            0s},
        AlertCase{"HeldUntilItLasts", "++++", "...!", 3s},
        AlertCase{"ABreakStartsTheHoldAnew", "++-++++", "......!", 3s},
        AlertCase{"NeverLongEnough", "++-++-++", "........", 3s},
        AlertCase{"RaisedAgainAfterItWasResolved", "+------+", "!.....R!", 0s},
        AlertCase{"NothingIsResolvedInWarmUp", "+wwwwwwwwww", "!..........", 0s},
        AlertCase{"AfterWarmUpTheGapCountsFromThere", "+wwwwwww------", "!............R", 0s}),
    [](const auto& test) { return test.param.name; });

TEST(Alerts, IdentityIsNameAndSubject)
{
    Alerts alerts;
    const Alert east{"PlaneFailed", "east", Severity::critical, "first words", "", {}};
    auto reworded = east;
    reworded.summary = "other words";
    auto west = east;
    west.subject = "west";
    EXPECT_EQ(alerts.update({east}, true, moment(0s)).size(), 1U);
    EXPECT_TRUE(alerts.update({reworded}, true, moment(1s)).empty());
    EXPECT_EQ(alerts.firing().front().alert.summary, "other words")
        << "what is shown is up to date";
    EXPECT_EQ(alerts.update({reworded, west}, true, moment(2s)).size(), 1U);
    EXPECT_EQ(alerts.firing().size(), 2U);
}

TEST(Alerts, CarryWhenTheyBeganAndEnded)
{
    Alerts alerts(0s);
    const Alert alert{"PlaneFailed", "east", Severity::critical, "", "", {}};
    const auto raised = alerts.update({alert}, true, moment(1s));
    EXPECT_EQ(raised.front().starts_at, moment(1s).wall);
    EXPECT_EQ(raised.front().ends_at, std::nullopt);
    const auto resolved = alerts.update({}, true, moment(9s));
    EXPECT_EQ(resolved.front().starts_at, moment(1s).wall);
    EXPECT_EQ(resolved.front().ends_at, moment(9s).wall);
}

TEST(Alerts, RecalledIsNotRaisedASecondTimeAndIsResolved)
{
    Alerts alerts;
    alerts.recall({"PlaneFailed", "east", Severity::critical, "", "", {}}, moment(-1h).wall);
    EXPECT_EQ(play(alerts, "ww++------"), ".........R");
    Alerts again;
    again.recall({"PlaneFailed", "east", Severity::critical, "", "", {}}, moment(-1h).wall);
    EXPECT_EQ(play(again, "++", 1h), "..");
    EXPECT_EQ(again.firing().front().starts_at, moment(-1h).wall);
}

}  // namespace
}  // namespace understudy::core
