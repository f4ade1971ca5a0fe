#include "core/evidence.hpp"

#include <gtest/gtest.h>

namespace understudy::core {
namespace {

using C = EvidenceClass;
using S = SignalState;

struct CombineCase {
    const char* name;
    std::vector<SignalView> signals;
    S expected;
    const char* decider;  ///< Id of the signal whose words are shown; empty: none.
};
std::ostream& operator<<(std::ostream& out, const CombineCase& c) { return out << c.name; }

class Combine : public ::testing::TestWithParam<CombineCase> {};

TEST_P(Combine, Gives)
{
    const auto& row = GetParam();
    const auto state = combine(row.signals);
    EXPECT_EQ(state.state, row.expected);
    EXPECT_EQ(state.configured, !row.signals.empty());
    const std::string decider = row.decider;
    if (!decider.empty()) {
        EXPECT_EQ(state.detail, decider + ": its words");
    }
}

SignalView view(const char* id, S state, Reason reason = Reason::none)
{
    return {id, state, reason, "its words"};
}

const auto up = view("u", S::up);
const auto unsure = view("i", S::unknown, Reason::credentials);
const auto answers_badly = view("x", S::down, Reason::status);
const auto gray = view("g", S::degraded, Reason::status);
const auto silent = view("s", S::down, Reason::connect_timeout);
const auto mute = view("m", S::unknown, Reason::connect_timeout);
const auto refused = view("r", S::down, Reason::connect_refused);
const auto unavailable = view("k", S::down, Reason::not_available);
const auto no_primary = view("p", S::down, Reason::no_primary);
const auto read_only = view("w", S::down, Reason::read_only);
const auto recovering = view("v", S::down, Reason::in_recovery);

INSTANTIATE_TEST_SUITE_P(
    Evidence,
    Combine,
    ::testing::Values(
        CombineCase{"NothingConfigured", {}, S::unknown, ""},
        CombineCase{"Up", {up}, S::up, ""},
        CombineCase{"UpThoughAnotherIsUnsure", {up, unsure}, S::up, ""},
        CombineCase{"Unsure", {unsure}, S::unknown, "i"},
        CombineCase{"Down", {answers_badly}, S::down, "x"},
        CombineCase{"DownThoughAnotherIsUnsure", {unsure, answers_badly}, S::down, "x"},
        CombineCase{"SilenceOfTheApiIsEvidence", {silent}, S::down, "s"},
        CombineCase{"SilenceOfTheAgentsPortIsEvidence", {refused}, S::down, "r"},
        CombineCase{"ContradictionIsDegraded", {up, answers_badly}, S::degraded, "x"},
        CombineCase{"Degraded", {gray}, S::degraded, "g"},
        CombineCase{"PartlyServingContradictsDown", {gray, answers_badly}, S::degraded, "x"},
        CombineCase{"FirstThatIsDownSpeaks", {answers_badly, silent}, S::down, "x"},
        CombineCase{"KubernetesSays", {unavailable}, S::down, "k"},
        CombineCase{"DatabaseSays", {no_primary}, S::down, "p"},
        CombineCase{"DatabaseInRecovery", {recovering}, S::down, "v"},
        CombineCase{"DatabaseSaysAndIsSilent", {mute, no_primary}, S::down, "p"},
        CombineCase{"DatabaseContradicts", {up, recovering}, S::degraded, "v"},
        CombineCase{"AReadyPodDoesNotMakeItWritable", {up, read_only}, S::down, "w"}),
    [](const auto& test) { return test.param.name; });

struct RefusedCase {
    const char* name;
    S api;
    S kubernetes;
    S database;
    CredentialTrial trial;
    S expected;
};
std::ostream& operator<<(std::ostream& out, const RefusedCase& c) { return out << c.name; }

class RefusedCredentials : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedCredentials, Count)
{
    const auto& row = GetParam();
    Evidence evidence;
    evidence[index_of(C::api)].state = row.api;
    evidence[index_of(C::kubernetes)].state = row.kubernetes;
    evidence[index_of(C::database)].state = row.database;
    const bool counted = weigh_refused_credentials(evidence, row.trial);
    EXPECT_EQ(evidence[index_of(C::api)].state, row.expected);
    EXPECT_EQ(counted, row.api != row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Evidence,
    RefusedCredentials,
    ::testing::Values(
        RefusedCase{"KubernetesDownAsWell", S::unknown, S::down, S::up, {true, true}, S::down},
        RefusedCase{"DatabaseDownAsWell", S::unknown, S::up, S::down, {true, true}, S::down},
        RefusedCase{"NothingElseDown", S::unknown, S::up, S::up, {true, true}, S::unknown},
        RefusedCase{"OnlyDegraded", S::unknown, S::degraded, S::degraded, {true, true}, S::unknown},
        RefusedCase{"NeverWorked", S::unknown, S::down, S::up, {true, false}, S::unknown},
        RefusedCase{"NotRefused", S::unknown, S::down, S::up, {false, true}, S::unknown},
        RefusedCase{"AnotherProbeAnswers", S::up, S::down, S::up, {true, true}, S::up}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace understudy::core
