#include "core/verdict.hpp"

#include <gtest/gtest.h>

#include <set>

namespace understudy::core {
namespace {

using S = SignalState;
using V = Verdict;
using K = FailureKind;

/// api, agents, kubernetes, database, clients: `U`p, `D`egraded, `X` down, `?` unknown, `R` unknown
/// because our credentials are refused.
VerdictInput input_of(std::string_view classes, bool blind, bool maintenance, ClientsSay clients)
{
    VerdictInput input;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        auto& state = input.evidence[i];
        state.state = classes[i] == 'U'   ? S::up
                      : classes[i] == 'D' ? S::degraded
                      : classes[i] == 'X' ? S::down
                                          : S::unknown;
        if (classes[i] == 'R')
            state.reason = Reason::credentials;
        state.detail = "words of " + std::string(name_of(static_cast<EvidenceClass>(i)));
    }
    input.observer_blind = blind;
    input.maintenance = maintenance;
    input.clients = clients;
    return input;
}

constexpr auto nothing = ClientsSay::nothing;
constexpr auto agree = ClientsSay::agree;
constexpr auto contradict = ClientsSay::contradict;

struct VerdictCase {
    const char* name;
    const char* classes;
    bool blind;
    bool maintenance;
    ClientsSay clients;
    V verdict;
    K kind;
    const char* reason;
    const char* speaker;
};
std::ostream& operator<<(std::ostream& out, const VerdictCase& c) { return out << c.name; }

// clang-format off
const std::vector<VerdictCase> cases{
    //                              api agents kubernetes database clients
    {"AllUp",                      "UUUUU", false, false, nothing,    V::healthy,  K::none,        "serving",             "api"},
    {"OthersUnknown",              "U????", false, false, nothing,    V::healthy,  K::none,        "serving",             "api"},
    {"AgentsDown",                 "UXUUU", false, false, nothing,    V::degraded, K::none,        "class_down",          "agents"},
    {"KubernetesDegraded",         "UUDUU", false, false, nothing,    V::degraded, K::none,        "class_down",          "kubernetes"},
    {"DatabaseDownApiUp",          "UUUXU", false, false, nothing,    V::degraded, K::none,        "class_down",          "database"},
    {"ClientsDownApiUp",           "UUUUX", false, false, nothing,    V::degraded, K::none,        "class_down",          "clients"},
    {"EverythingButTheApiDown",    "UXXXX", false, false, agree,      V::degraded, K::none,        "class_down",          "database"},
    {"ApiDegraded",                "DUUUU", false, false, nothing,    V::degraded, K::none,        "api_errors",          "api"},
    {"ApiDegradedRestDown",        "DXXXX", false, false, agree,      V::degraded, K::none,        "api_errors",          "api"},
    {"ApiUnknown",                 "?UUUU", false, false, nothing,    V::unknown,  K::none,        "no_api_evidence",     "api"},
    {"ApiUnknownRestDown",         "?XXXX", false, false, agree,      V::unknown,  K::none,        "no_api_evidence",     "api"},
    {"OnlyTheApiDown",             "XUUUU", false, false, nothing,    V::suspect,  K::none,        "unconfirmed",         "api"},
    {"OnlyTheApiIsKnown",          "X????", false, false, nothing,    V::suspect,  K::none,        "unconfirmed",         "api"},
    {"SecondClassOnlyDegraded",    "XDDDD", false, false, agree,      V::suspect,  K::none,        "unconfirmed",         "api"},
    {"ClientsAloneDoNotConfirm",   "XUUUX", false, false, agree,      V::suspect,  K::none,        "unconfirmed",         "api"},
    {"KubernetesConfirms",         "XUXUU", false, false, nothing,    V::failed,   K::dead,        "kubernetes_confirms", "kubernetes"},
    {"DatabaseConfirms",           "XUUXU", false, false, nothing,    V::failed,   K::dead,        "database_confirms",   "database"},
    {"KubernetesSpeaksFirst",      "XXXXX", false, false, agree,      V::failed,   K::dead,        "kubernetes_confirms", "kubernetes"},
    {"OpenStreamsDoNotSaveADead",  "XXXUU", false, false, contradict, V::failed,   K::dead,        "kubernetes_confirms", "kubernetes"},
    {"ClientsConfirm",             "XX??X", false, false, agree,      V::failed,   K::unreachable, "clients_confirm",     "clients"},
    {"ClientsContradict",          "XX??U", false, false, contradict, V::suspect,  K::none,        "clients_contradict",  "clients"},
    {"ClientsCannotTell",          "XX???", false, false, nothing,    V::suspect,  K::none,        "clients_unknown",     "clients"},
    {"MaintenanceApiDown",         "XXXXX", false, true,  agree,      V::suspect,  K::none,        "maintenance",         "api"},
    {"MaintenanceUnreachable",     "XX??X", false, true,  agree,      V::suspect,  K::none,        "maintenance",         "api"},
    {"MaintenanceApiRefusesUs",    "RUUUU", false, true,  nothing,    V::suspect,  K::none,        "maintenance",         "api"},
    {"MaintenanceApiUnknown",      "?UUUU", false, true,  nothing,    V::unknown,  K::none,        "no_api_evidence",     "api"},
    {"MaintenanceApiDegraded",     "DUUUU", false, true,  nothing,    V::degraded, K::none,        "api_errors",          "api"},
    {"RefusedWithoutMaintenance",  "RXXXX", false, false, agree,      V::unknown,  K::none,        "no_api_evidence",     "api"},
    {"MaintenanceApiUp",           "UUUUU", false, true,  nothing,    V::healthy,  K::none,        "serving",             "api"},
    {"BlindWithEverythingDown",    "XXXXX", true,  false, agree,      V::unknown,  K::none,        "observer_blind",      "api"},
    {"BlindWithEverythingUp",      "UUUUU", true,  false, nothing,    V::unknown,  K::none,        "observer_blind",      "api"},
    {"BlindBeforeMaintenance",     "XXXXX", true,  true,  agree,      V::unknown,  K::none,        "observer_blind",      "api"},
};
// clang-format on

class Judge : public ::testing::TestWithParam<VerdictCase> {};

TEST_P(Judge, Says)
{
    const auto& row = GetParam();
    const auto judgement = judge(input_of(row.classes, row.blind, row.maintenance, row.clients));
    EXPECT_EQ(judgement.verdict, row.verdict) << judgement.reason;
    EXPECT_EQ(judgement.kind, row.kind);
    EXPECT_EQ(judgement.reason, row.reason);
    EXPECT_FALSE(judgement.why.empty());
    EXPECT_EQ(judgement.detail, std::string(row.speaker) + ": words of " + row.speaker);
}

INSTANTIATE_TEST_SUITE_P(Verdict, Judge, ::testing::ValuesIn(cases), [](const auto& test) {
    return test.param.name;
});

TEST(Verdict, EveryRowOfTheTableHasACase)
{
    std::set<std::string_view> tested;
    for (const auto& row : cases)
        tested.insert(row.reason);
    for (const auto& row : verdict_rows())
        EXPECT_TRUE(tested.contains(row.name)) << row.name;
}

/// The whole space, 4^5 states x blind x maintenance x 3: `failed` never without what it needs.
TEST(Verdict, FailedAlwaysNeedsTheApiDownAndASecondWitness)
{
    constexpr std::string_view letters = "UDX?";
    for (int code = 0; code < 1024 * 12; ++code) {
        std::string classes;
        for (int i = 0, rest = code % 1024; i < 5; ++i, rest /= 4)
            classes += letters[static_cast<std::size_t>(rest % 4)];
        const int other = code / 1024;
        const auto clients = static_cast<ClientsSay>(other / 4);
        const bool blind = (other & 1) != 0;
        const bool maintenance = (other & 2) != 0;
        const auto judgement = judge(input_of(classes, blind, maintenance, clients));
        if (judgement.verdict != V::failed)
            continue;
        EXPECT_FALSE(blind || maintenance) << classes;
        EXPECT_EQ(classes[0], 'X') << classes;
        const bool dead = classes[2] == 'X' || classes[3] == 'X';
        const bool unreachable = classes[1] == 'X' && clients == ClientsSay::agree;
        EXPECT_TRUE(dead || unreachable) << classes;
        EXPECT_EQ(judgement.kind, dead ? K::dead : K::unreachable) << classes;
    }
}

TEST(Verdict, WithoutWordsThereIsNoDetail)
{
    auto input = input_of("UUUUU", false, false, nothing);
    input.evidence[0].detail.clear();
    EXPECT_EQ(judge(input).detail, "");
}

}  // namespace
}  // namespace understudy::core
