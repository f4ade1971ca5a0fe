#include "core/gates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Everything a gate looks at, such that all gates are open.
struct Inputs {
    Mode mode = Mode::automatic;
    Acting acting;
    RoleJudgement roles{"east", "west", ""};
    std::string blind;
    Duration watching_for = 15s;
    Judgement active;
    std::optional<Duration> failed_for = 60s;
    std::vector<Holding> maintenance;
    std::vector<Holding> recovery;
    StandbyReport standby;
    std::string shared_fault;
    bool two_actives = false;
    std::string store_failure;
    DetectorSettings detector;

    Inputs()
    {
        active.verdict = Verdict::failed;
        active.reason = "kubernetes_confirms";
        standby.checks = {{"reachable", true, "yes", "yes"}, {"fresh", true, "0", "at most 5"}};
    }
    GateInput input(Duration at = 0s) const
    {
        return {mode,         acting,      roles,         blind,    watching_for,
                active,       failed_for,  maintenance,   recovery, standby,
                shared_fault, two_actives, store_failure, detector, moment(at).instant};
    }
    void evaluate(Gates& gates, Duration at = 0s) const { gates.evaluate(input(at)); }
};

struct GateCase {
    const char* gate;
    std::function<void(Inputs&)> close;
    const char* value;
};
std::ostream& operator<<(std::ostream& out, const GateCase& c)
{
    return out << c.gate << ": " << c.value;
}
class ClosedGate : public ::testing::TestWithParam<GateCase> {};

TEST_P(ClosedGate, AloneStopsARun)
{
    Inputs in;
    GetParam().close(in);
    Gates gates;
    in.evaluate(gates);
    EXPECT_THAT(gates.closed(), ElementsAre(GetParam().gate));
    const auto all = gates.all(in.input());
    const auto gate = std::ranges::find(all, GetParam().gate, &Gate::name);
    EXPECT_FALSE(gate->open);
    EXPECT_EQ(gate->value, GetParam().value);
    EXPECT_FALSE(gate->threshold.empty());
    EXPECT_TRUE(gates.all_open_but(GetParam().gate));
    EXPECT_FALSE(gates.all_open_but("another"));
}

INSTANTIATE_TEST_SUITE_P(
    Gates,
    ClosedGate,
    ::testing::Values(
        GateCase{"mode", [](Inputs& in) { in.mode = Mode::observe; }, "observe"},
        GateCase{
            "able_to_act", [](Inputs& in) { in.acting.impossible = "row 3 is damaged"; },
            "row 3 is damaged"},
        GateCase{
            "armed",
            [](Inputs& in) {
                in.acting.armed = false;
                in.acting.why_not_armed = "run 1 has happened";
            },
            "run 1 has happened"},
        GateCase{
            "not_held",
            [](Inputs& in) {
                in.acting.held = true;
                in.acting.hold = "held by ada: upgrade";
            },
            "held by ada: upgrade"},
        GateCase{"no_run", [](Inputs& in) { in.acting.run = 7; }, "run 7 has not ended"},
        GateCase{
            "below_cap",
            [](Inputs& in) {
                in.acting.cap_reached = true;
                in.acting.cap = "1 of 1";
            },
            "1 of 1"},
        GateCase{
            "roles_known", [](Inputs& in) { in.roles.conflict = "west says that it is active"; },
            "west says that it is active"},
        GateCase{
            "observer_sighted", [](Inputs& in) { in.blind = "no canary answers"; },
            "no canary answers"},
        GateCase{"warmed_up", [](Inputs& in) { in.watching_for = 14900ms; }, "watching for 14.9 s"},
        GateCase{
            "verdict_failed",
            [](Inputs& in) {
                in.active.verdict = Verdict::suspect;
                in.active.reason = "maintenance";
            },
            "suspect (maintenance)"},
        GateCase{"confirmed", [](Inputs& in) { in.failed_for = 59999ms; }, "failed for 59.9 s"},
        GateCase{
            "confirmed",
            [](Inputs& in) {
                in.failed_for.reset();
                in.detector.confirm = 0s;
            },
            "failed for 0.0 s"},
        GateCase{"record_durable", [](Inputs& in) { in.store_failure = "disk full"; }, "disk full"},
        GateCase{
            "no_maintenance",
            [](Inputs& in) {
                in.maintenance = {{"a rollout", {}}, {"scaled to 0", {}}};
            },
            "a rollout; scaled to 0"},
        GateCase{
            "no_local_recovery",
            [](Inputs& in) {
                in.recovery = {{"Kubegres", {}}};
            },
            "Kubegres"},
        GateCase{"one_active", [](Inputs& in) { in.two_actives = true; }, "west serves as active"},
        GateCase{
            "no_shared_fault", [](Inputs& in) { in.shared_fault = "both planes: tls_expired"; },
            "both planes: tls_expired"},
        GateCase{
            "standby_fresh",
            [](Inputs& in) {
                in.standby.checks[1].ok = false;
                in.standby.checks[1].value = "9";
            },
            "9"}));

TEST(Gates, AllOpenLetARunStart)
{
    Gates gates;
    const Inputs in;
    in.evaluate(gates);
    EXPECT_THAT(gates.closed(), IsEmpty());
    EXPECT_TRUE(gates.all_open_but("mode"));
    EXPECT_EQ(gates.all(in.input()).size(), 18U);
}

TEST(Gates, NeverEvaluatedAreNotOpen) { EXPECT_FALSE(Gates{}.all_open_but("mode")); }

TEST(Gates, RememberSinceWhenTheyAreAsTheyAre)
{
    Gates gates;
    Inputs in;
    const auto since = [&] {
        const auto all = gates.all(in.input());
        return std::ranges::find(all, "no_shared_fault", &Gate::name)->since;
    };
    in.evaluate(gates, 1s);
    in.evaluate(gates, 2s);
    EXPECT_EQ(since(), moment(1s).instant);
    in.shared_fault = "both planes: tls_expired";
    in.evaluate(gates, 3s);
    in.shared_fault = "both planes: tls_verify";
    in.evaluate(gates, 4s);
    EXPECT_EQ(since(), moment(3s).instant) << "another value is no change of the gate";
    in.shared_fault.clear();
    in.evaluate(gates, 5s);
    EXPECT_EQ(since(), moment(5s).instant);
}

TEST(Gates, KeepThatWhenOthersComeAndGo)
{
    Gates gates;
    Inputs in;
    in.evaluate(gates, 1s);
    in.standby.checks.erase(in.standby.checks.begin());
    in.evaluate(gates, 2s);
    EXPECT_EQ(gates.all(in.input()).back().name, "standby_fresh");
    EXPECT_EQ(gates.all(in.input()).back().since, moment(1s).instant);
}

TEST(Gates, AConfirmationOfZeroStillNeedsTheVerdict)
{
    Inputs in;
    in.detector.confirm = 0s;
    in.failed_for = 0s;
    Gates gates;
    in.evaluate(gates);
    EXPECT_THAT(gates.closed(), IsEmpty());
}

}  // namespace
}  // namespace understudy::core
