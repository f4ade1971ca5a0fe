#include "core/roles.hpp"

#include <gtest/gtest.h>

#include "moments.hpp"

namespace understudy::core {
namespace {

using namespace testing;

const std::int64_t zero = 0;
const std::int64_t one = 1;

struct ClaimCase {
    const char* name;
    Variant variant;
    Facts facts;
    Claim claim;
};
std::ostream& operator<<(std::ostream& out, const ClaimCase& c) { return out << c.name; }
class Claims : public ::testing::TestWithParam<ClaimCase> {};

TEST_P(Claims, ByTheFirstThatIsKnown)
{
    Knowledge knowledge;
    knowledge.learn("east", GetParam().facts, moment(0s));
    EXPECT_EQ(claim_of("east", knowledge, GetParam().variant), GetParam().claim);
}

const Facts serves{{"kubegres/standby", false}};
const Facts stands_by{{"kubegres/standby", true}};
const Facts stopped{{"deployment/tsb/replicas", zero}, {"deployment/iam/replicas", zero}};
const Facts started{{"deployment/tsb/replicas", one}, {"deployment/iam/replicas", one}};
const Facts half_stopped{{"deployment/tsb/replicas", zero}, {"deployment/iam/replicas", one}};
const Facts in_recovery{{"postgres/pg1/in_recovery", true}, {"postgres/pg2/in_recovery", true}};
const Facts primary{{"postgres/pg1/in_recovery", true}, {"postgres/pg2/in_recovery", false}};

Facts both(Facts one_part, const Facts& other)
{
    one_part.insert(other.begin(), other.end());
    return one_part;
}

constexpr auto embedded = Variant::embedded_sync;
constexpr auto external = Variant::external_postgres;
constexpr auto restore = Variant::restore;
constexpr auto shared = Variant::shared_postgres;

// clang-format off
INSTANTIATE_TEST_SUITE_P(
    Roles, Claims,
    ::testing::Values(
        ClaimCase{"NothingKnown",                embedded, {},                            Claim::silent},
        ClaimCase{"KubegresStandby",             embedded, stands_by,                     Claim::standby},
        ClaimCase{"KubegresActive",              embedded, serves,                        Claim::active},
        ClaimCase{"KubegresBeforePostgres",      embedded, both(stands_by, primary),      Claim::standby},
        ClaimCase{"EmbeddedInRecovery",          embedded, in_recovery,                   Claim::standby},
        ClaimCase{"EmbeddedOneOutOfRecovery",    embedded, primary,                       Claim::active},
        ClaimCase{"EmbeddedStandbysRunTheirPods", embedded, started,                      Claim::silent},
        ClaimCase{"WrongTypeSaysNothing",        embedded, {{"postgres/pg1/in_recovery", one}, {"other/in_recovery", true}}, Claim::silent},
        ClaimCase{"ExternalByRecovery",          external, both(in_recovery, started),    Claim::standby},
        ClaimCase{"ExternalPrimary",             external, both(primary, stopped),        Claim::active},
        ClaimCase{"ExternalByReplicas",          external, stopped,                       Claim::standby},
        ClaimCase{"ExternalIgnoresKubegres",     external, stands_by,                     Claim::silent},
        ClaimCase{"RestoreStopped",              restore,  both(both(stopped, primary), serves), Claim::standby},
        ClaimCase{"RestoreStarted",              restore,  started,                       Claim::active},
        ClaimCase{"RestoreHalfStopped",          restore,  half_stopped,                  Claim::active},
        ClaimCase{"SharedStopped",               shared,   both(stopped, primary),        Claim::standby},
        ClaimCase{"SharedOneCountUnknown",       shared,   {{"deployment/tsb/replicas", one}}, Claim::silent}),
    [](const auto& test) { return test.param.name; });
// clang-format on

struct RoleCase {
    const char* name;
    Variant variant;
    Facts east;
    Facts west;
    const char* floating;
    const char* conflict;
};
std::ostream& operator<<(std::ostream& out, const RoleCase& c) { return out << c.name; }
class Conflicts : public ::testing::TestWithParam<RoleCase> {};

TEST_P(Conflicts, OfTheRecordWithTheWorld)
{
    WatchSettings settings;
    settings.variant = GetParam().variant;
    settings.planes = {{"east", "east.example", true}, {"west", "West.example.", false}};
    Knowledge knowledge;
    knowledge.learn("east", GetParam().east, moment(0s));
    knowledge.learn("west", GetParam().west, moment(0s));
    const auto roles = judge_roles(settings, "east", knowledge, GetParam().floating);
    EXPECT_EQ(roles.active, "east");
    EXPECT_EQ(roles.standby, "west");
    EXPECT_EQ(roles.conflict, GetParam().conflict);
}

INSTANTIATE_TEST_SUITE_P(
    Roles,
    Conflicts,
    ::testing::Values(
        RoleCase{"TheWorldIsSilent", embedded, {}, {}, "", ""},
        RoleCase{"TheWorldAgrees", embedded, serves, stands_by, "east.example", ""},
        RoleCase{"DnsNamesHaveNoCase", embedded, serves, stands_by, "EAST.example.", ""},
        RoleCase{
            "FloatingNamePointsToTheStandby", embedded, serves, stands_by, "west.example",
            "the floating name points to west"},
        RoleCase{
            "FloatingNamePointsElsewhere", embedded, serves, stands_by, "old.example",
            "the floating name points to old.example, which is neither plane"},
        RoleCase{"AnAddressDoesNotTell", embedded, serves, stands_by, "192.0.2.7", ""},
        RoleCase{"AnAddressOfSixDoesNotTell", embedded, serves, stands_by, "2001:db8::7", ""},
        RoleCase{
            "SeveralAddressesDoNotTell", embedded, serves, stands_by, "192.0.2.7 192.0.2.8", ""},
        RoleCase{
            "BothActive", embedded, serves, serves, "east.example",
            "west says that it is active, and so does east"},
        RoleCase{
            "Swapped", embedded, stands_by, serves, "east.example",
            "west says that it is active; east says that it is a standby"},
        RoleCase{
            "TheStandbyAloneSaysActive", embedded, {}, serves, "", "west says that it is active"},
        RoleCase{
            "TheActiveSaysStandby", embedded, stands_by, stands_by, "",
            "east says that it is a standby"},
        RoleCase{
            "TheActiveIsInRecovery", embedded, in_recovery, stands_by, "",
            "east says that it is a standby"},
        RoleCase{"AStoppedActiveIsNoConflict", restore, stopped, stands_by, "", ""},
        RoleCase{
            "AStoppedActiveBesideARunningOther", restore, stopped, started, "",
            "west says that it is active"},
        RoleCase{
            "EverythingAtOnce", embedded, stands_by, serves, "west.example",
            "the floating name points to west; west says that it is active; east says that it is a "
            "standby"}),
    [](const auto& test) { return test.param.name; });

TEST(Roles, AnUnknownRecordHasNoOther)
{
    WatchSettings settings;
    EXPECT_EQ(judge_roles(settings, "east", Knowledge{}, "").standby, "");
}

}  // namespace
}  // namespace understudy::core
