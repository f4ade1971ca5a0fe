#include "core/assess.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace understudy::core {
namespace {

using enum Finding;
using Kind = OperationKind;

constexpr std::int64_t switched = 1'000'000;

AssessContext context()
{
    AssessContext context;
    context.id = {7, 3, 0};
    context.instance = "bastion-1";
    context.taken_over = "bastion-0";
    context.plan_hash = "abcd";
    context.processes = {"p1", "p2"};
    context.switched_at_ms = switched;
    return context;
}

struct Row {
    const char* name;
    Kind kind;
    Parameters parameters;
    Facts facts;
    Finding finding;
    std::string why;
    std::function<void(AssessContext&)> change = {};
    Parameters before = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class Assess : public ::testing::TestWithParam<Row> {};

Assessment assess_row(const Row& row)
{
    Operation operation;
    operation.kind = row.kind;
    operation.target = "west";
    operation.object = "tsb";
    operation.parameters = row.parameters;
    auto known = context();
    if (row.change)
        row.change(known);
    return assess(operation, {true, "read", row.facts}, known);
}

TEST_P(Assess, FindsAndSaysWhy)
{
    const auto assessment = assess_row(GetParam());
    EXPECT_EQ(assessment.finding, GetParam().finding) << name_of(assessment.finding);
    EXPECT_EQ(assessment.why, GetParam().why);
    EXPECT_EQ(assessment.before, GetParam().before);
}

/// What a reading may leave out: of content, what is not told is only not compared.
bool may_be_missing(const std::string& fact)
{
    return fact == "mark" || fact == "message" || fact == "organization" ||
           fact == "schema_version";
}

/// Each fact that a finding rests on is needed: without it nothing is known, whatever the rest
/// says.
TEST_P(Assess, IsUnreadableWithoutAnyFactThatItRestsOn)
{
    for (const auto& [name, value] : GetParam().facts) {
        const bool is_content = GetParam().kind == Kind::compare_content && name == "clusters";
        if (may_be_missing(name) || is_content)
            continue;
        auto row = GetParam();
        row.facts.erase(name);
        const auto assessment = assess_row(row);
        if (assessment.finding != GetParam().finding) {
            EXPECT_EQ(assessment.finding, unreadable) << name << ": " << assessment.why;
        }
    }
}

std::string name_of_row(const ::testing::TestParamInfo<Row>& tested) { return tested.param.name; }

Facts record(
    const char* instance,
    std::int64_t epoch,
    const char* hash,
    std::int64_t cursor,
    const char* process = "p2")
{
    return {
        {"exists", true},
        {"instance", std::string(instance)},
        {"epoch", epoch},
        {"plan_hash", std::string(hash)},
        {"process", std::string(process)},
        {"cursor", cursor}};
}

// clang-format off
INSTANTIATE_TEST_SUITE_P(Record, Assess, ::testing::Values(
    Row{"Absent", Kind::record, {}, {{"exists", false}}, needed, "there is no record yet"},
    Row{"HoldOnly", Kind::record, {}, record("", 0, "", -1), needed, "the record is nobody's yet"},
    Row{"OursHere", Kind::record, {}, record("bastion-1", 7, "abcd", 3), satisfied, "epoch 7 of bastion-1 at step 3"},
    Row{"OursAhead", Kind::record, {}, record("bastion-1", 7, "abcd", 4), satisfied, "epoch 7 of bastion-1 at step 4"},
    Row{"OursBehind", Kind::record, {}, record("bastion-1", 7, "abcd", 2), needed, "epoch 7 of bastion-1 at step 2 is behind step 3"},
    Row{"OursAtTheCursorWanted", Kind::record, {{"cursor", "1"}}, record("bastion-1", 7, "abcd", 1), satisfied, "epoch 7 of bastion-1 at step 1"},
    Row{"OursOlder", Kind::record, {}, record("bastion-1", 6, "ffff", 9), needed, "epoch 6 of bastion-1 at step 9 is older than ours (epoch 7)"},
    Row{"Newer", Kind::record, {}, record("bastion-1", 8, "abcd", 3), foreign, "epoch 8 of bastion-1 at step 3 is newer than ours (epoch 7)"},
    Row{"Cloned", Kind::record, {}, record("bastion-1", 7, "ffff", 3), foreign, "epoch 7 of bastion-1 at step 3 has plan ffff, ours is abcd: a copy of this installation acts"},
    Row{"Copied", Kind::record, {}, record("bastion-1", 7, "abcd", 3, "p9"), foreign, "epoch 7 of bastion-1 at step 3 is of a process that our journal does not know: a copy of this installation acts"},
    Row{"OfTheProcessBefore", Kind::record, {{"process", "p2"}}, record("bastion-1", 7, "abcd", 3, "p1"), needed, "epoch 7 of bastion-1 at step 3 is of the process before this one"},
    Row{"OfThisProcess", Kind::record, {{"process", "p2"}}, record("bastion-1", 7, "abcd", 3, "p2"), satisfied, "epoch 7 of bastion-1 at step 3"},
    Row{"Anothers", Kind::record, {}, record("bastion-2", 1, "abcd", 3), foreign, "epoch 1 of bastion-2 at step 3 is another installation's"},
    Row{"TakenOver", Kind::record, {}, record("bastion-0", 6, "ffff", 3), needed, "epoch 6 of bastion-0 at step 3 is older than ours (epoch 7)"},
    Row{"TakenOverAndAlive", Kind::record, {}, record("bastion-0", 7, "abcd", 3), foreign, "epoch 7 of bastion-0 at step 3 has our epoch, and was taken over from another installation"}),
    name_of_row);

Parameters expected_content(const Parameters& others = {})
{
    Parameters expected{
        {"expected_organization", "acme"},
        {"expected_clusters", "3"},
        {"expected_schema_version", "42"},
        {"required", "no"}};
    for (const auto& [name, value] : others)
        expected[name] = value;
    return expected;
}
Facts content(const char* organization, const char* clusters, const char* schema)
{
    return {
        {"asked", true},
        {"organization", std::string(organization)},
        {"clusters", std::string(clusters)},
        {"schema_version", std::string(schema)}};
}

INSTANTIATE_TEST_SUITE_P(Quiet, Assess, ::testing::Values(
    Row{"NoCronJob", Kind::suspend_cron_job, {{"suspend", "true"}}, {{"exists", false}}, satisfied, "there is no tsb to suspend"},
    Row{"Suspended", Kind::suspend_cron_job, {{"suspend", "true"}}, {{"exists", true}, {"suspended", true}}, satisfied, "tsb is suspended"},
    Row{"NotSuspended", Kind::suspend_cron_job, {{"suspend", "true"}}, {{"exists", true}, {"suspended", false}}, needed, "tsb is not suspended", {}, {{"suspend", "false"}}},
    Row{"ToBeResumed", Kind::suspend_cron_job, {{"suspend", "false"}}, {{"exists", true}, {"suspended", true}}, needed, "tsb is suspended", {}, {{"suspend", "true"}}},
    Row{"JobsEnded", Kind::await_jobs, {}, {{"active", std::int64_t{0}}}, satisfied, "0 jobs of tsb are active"},
    Row{"JobsRun", Kind::await_jobs, {}, {{"active", std::int64_t{2}}}, waiting, "2 jobs of tsb are active"},
    Row{"NoContent", Kind::compare_content, {}, {{"asked", false}}, satisfied, "not compared: the configuration has no [content] to ask a database with"},
    Row{"SameContent", Kind::compare_content, expected_content(), content("acme", "3", "42"), satisfied, "the same: organization acme, clusters 3, schema_version 42"},
    Row{"MoreClusters", Kind::compare_content, expected_content(), content("acme", "4", "42"), satisfied, "the same: organization acme, clusters 4, schema_version 42"},
    Row{"AnotherOrganization", Kind::compare_content, expected_content(), content("other", "3", "42"), refused, "the standby holds something else: organization is other, last seen of the active was acme"},
    Row{"FewerClusters", Kind::compare_content, expected_content(), content("acme", "2", "42"), refused, "the standby holds something else: clusters is 2, last seen of the active was 3"},
    Row{"FewerClustersAreAllowed", Kind::compare_content, expected_content({{"clusters_missing_max", "1"}}), content("acme", "2", "42"), satisfied, "the same: organization acme, clusters 2, schema_version 42"},
    Row{"ClustersThatAreNoNumber", Kind::compare_content, expected_content({{"clusters_missing_max", "1"}}), content("acme", "two", "42"), refused, "the standby holds something else: clusters is two, last seen of the active was 3"},
    Row{"AnotherSchema", Kind::compare_content, expected_content(), content("acme", "3", "41"), refused, "the standby holds something else: schema_version is 41, last seen of the active was 42"},
    Row{"NeverSeen", Kind::compare_content, {}, content("acme", "3", "42"), satisfied, "nothing was compared; not comparable: organization (never seen of the active), clusters (never seen of the active), schema_version (never seen of the active)"},
    Row{"NotTold", Kind::compare_content, expected_content(), content("acme", "3", ""), satisfied, "the same: organization acme, clusters 3; not comparable: schema_version (not told by the standby)"},
    Row{"NotToldAndRequired", Kind::compare_content, expected_content({{"required", "yes"}}), content("acme", "3", ""), refused, "the same: organization acme, clusters 3; not comparable: schema_version (not told by the standby), and content.required says that it has to be"},
    Row{"PatchAccepted", Kind::rehearse_promotion, {}, {{"accepted", true}, {"changes", true}}, satisfied, "the promote patch passes admission"},
    Row{"PatchWithoutEffect", Kind::rehearse_promotion, {}, {{"accepted", true}, {"changes", false}}, refused, "the promote patch changes nothing: it is misspelt, or the standby is promoted already"},
    Row{"PatchDenied", Kind::rehearse_promotion, {}, {{"accepted", false}, {"changes", false}, {"message", "admission webhook \"x\" denied the request: no"}}, refused, "the promote patch was not accepted: admission webhook \"x\" denied the request: no"},
    Row{"WebhookDown", Kind::rehearse_promotion, {}, {{"accepted", false}, {"changes", false}, {"message", "failed calling webhook \"x\": refused"}}, waiting, "the promote patch could not be judged: failed calling webhook \"x\": refused"}),
    name_of_row);

Facts deployment(std::int64_t replicas, std::int64_t pods, bool available)
{
    return {{"exists", true}, {"replicas", replicas}, {"pods", pods}, {"available", available}};
}

INSTANTIATE_TEST_SUITE_P(Scale, Assess, ::testing::Values(
    Row{"DownAbsent", Kind::scale, {{"replicas", "0"}}, {{"exists", false}}, satisfied, "there is no deployment tsb"},
    Row{"DownAndGone", Kind::scale, {{"replicas", "0"}}, deployment(0, 0, false), satisfied, "tsb has 0 replicas and 0 pods"},
    Row{"DownWithPods", Kind::scale, {{"replicas", "0"}}, deployment(0, 1, false), waiting, "tsb has 0 replicas and 1 pods"},
    Row{"NotDown", Kind::scale, {{"replicas", "0"}}, deployment(2, 2, true), needed, "tsb has 2 replicas, wanted 0", {}, {{"replicas", "2"}}},
    Row{"UpAbsent", Kind::scale, {{"replicas", "1"}}, {{"exists", false}}, refused, "there is no deployment tsb"},
    Row{"Up", Kind::scale, {{"replicas", "1"}}, deployment(1, 1, true), satisfied, "tsb has 1 replicas and is Available"},
    Row{"UpUnready", Kind::scale, {{"replicas", "1"}}, deployment(1, 1, false), waiting, "tsb has 1 replicas and is not Available"},
    Row{"UpUnreadyIsEnough", Kind::scale, {{"replicas", "1"}, {"ready", "any"}}, deployment(1, 1, false), satisfied, "tsb has 1 replicas and is not Available"},
    Row{"NotUp", Kind::scale, {{"replicas", "1"}}, deployment(0, 0, false), needed, "tsb has 0 replicas, wanted 1", {}, {{"replicas", "0"}}},
    Row{"MoreIsWrong", Kind::scale, {{"replicas", "1"}}, deployment(3, 3, true), needed, "tsb has 3 replicas, wanted 1", {}, {{"replicas", "3"}}},
    Row{"MoreIsRight", Kind::scale, {{"replicas", "1"}, {"at_least", "true"}}, deployment(3, 3, true), satisfied, "tsb has 3 replicas and is Available"},
    Row{"NoGoal", Kind::scale, {}, deployment(3, 3, true), refused, "the plan does not say how many replicas tsb shall have"},
    Row{"NegativeGoal", Kind::scale, {{"replicas", "-1"}}, deployment(3, 3, true), refused, "the plan does not say how many replicas tsb shall have"},
    Row{"NewersMark", Kind::scale, {{"replicas", "0"}}, {{"mark", "8.0.0"}, {"exists", true}, {"replicas", std::int64_t{2}}, {"pods", std::int64_t{2}}}, refused, "tsb was written by operation 8.0.0, which is newer than this run"},
    Row{"OldersMark", Kind::scale, {{"replicas", "0"}}, {{"mark", "6.9.9"}, {"exists", true}, {"replicas", std::int64_t{0}}, {"pods", std::int64_t{0}}}, satisfied, "tsb has 0 replicas and 0 pods"}),
    name_of_row);

Facts primary(std::int64_t primaries, const char* operation, std::int64_t ready, std::int64_t astray)
{
    return {{"primaries", primaries}, {"operation", std::string(operation)}, {"ready", ready},
            {"replicas", std::int64_t{2}}, {"followers_astray", astray}};
}

INSTANTIATE_TEST_SUITE_P(Database, Assess, ::testing::Values(
    Row{"Promoted", Kind::promote, {}, {{"applied", true}}, satisfied, "the promote patch is applied"},
    Row{"NotPromoted", Kind::promote, {}, {{"applied", false}}, needed, "the promote patch is not applied"},
    Row{"OnePrimary", Kind::await_primary, {}, primary(1, "", 2, 0), satisfied, "1 primaries, 2 of 2 pods ready, operation none"},
    Row{"NoPrimary", Kind::await_primary, {}, primary(0, "", 2, 0), waiting, "0 primaries, 2 of 2 pods ready, operation none"},
    Row{"Rolling", Kind::await_primary, {}, primary(1, "", 1, 0), waiting, "1 primaries, 1 of 2 pods ready, operation none"},
    Row{"UnderWay", Kind::await_primary, {}, primary(1, "failover", 2, 0), waiting, "1 primaries, 2 of 2 pods ready, operation failover"},
    Row{"TwoPrimaries", Kind::await_primary, {}, primary(2, "", 2, 0), refused, "2 primaries, 2 of 2 pods ready, operation none: more than one database takes writes"}),
    name_of_row);

Facts serving(bool available, std::int64_t status, std::int64_t clusters, const char* missing)
{
    return {{"available", available}, {"status", status}, {"clusters_status", std::int64_t{200}}, {"clusters", clusters},
            {"expected_clusters", std::int64_t{2}}, {"missing", std::string(missing)}};
}
Facts without_clusters(Facts facts)
{
    facts["clusters_status"] = std::int64_t{503};
    return facts;
}
Facts answers(const char* text, bool all_new, bool all_old, std::int64_t unreachable)
{
    return {{"answers", std::string(text)}, {"all_new", all_new}, {"all_old", all_old}, {"unreachable", unreachable}};
}
const Parameters names{{"from", "east.example"}, {"to", "west.example"}};

INSTANTIATE_TEST_SUITE_P(Name, Assess, ::testing::Values(
    Row{"Serves", Kind::serve, {}, serving(true, 200, 2, ""), satisfied, "deployments Available, status 200, 2 clusters (2 expected), missing none"},
    Row{"ServesNot", Kind::serve, {}, serving(true, 503, 2, ""), waiting, "deployments Available, status 503, 2 clusters (2 expected), missing none"},
    Row{"LacksDeployments", Kind::serve, {}, serving(false, 200, 2, ""), waiting, "deployments not Available, status 200, 2 clusters (2 expected), missing none"},
    Row{"LacksACluster", Kind::serve, {}, serving(true, 200, 2, "c1"), satisfied, "deployments Available, status 200, 2 clusters (2 expected), missing c1"},
    Row{"LacksAll", Kind::serve, {}, serving(true, 200, 0, "c1, c2"), waiting, "deployments Available, status 200, 0 clusters (2 expected), missing c1, c2"},
    Row{"KnowsNotWhatToExpect", Kind::serve, {{"expects", "unknown"}}, serving(true, 200, 0, ""), satisfied, "deployments Available, status 200, 0 clusters (2 expected), missing none; which clusters were there is not known"},
    Row{"ListsNothing", Kind::serve, {{"expects", "unknown"}}, without_clusters(serving(true, 200, 0, "")), waiting, "deployments Available, status 200, 0 clusters (2 expected), missing none; the clusters cannot be read"},
    Row{"LacksClusters", Kind::serve, {}, serving(true, 200, 1, ""), waiting, "deployments Available, status 200, 1 clusters (2 expected), missing none"},
    Row{"AllNew", Kind::switch_name, names, answers("a=west.example b=west.example", true, false, 0), satisfied, "servers answer a=west.example b=west.example, 0 unreachable"},
    Row{"AllOld", Kind::switch_name, names, answers("a=east.example. b=East.Example", false, true, 0), needed, "servers answer a=east.example. b=East.Example, 0 unreachable"},
    Row{"AllOldAndAHookDoesIt", Kind::switch_name, {{"from", "east.example"}, {"to", "west.example"}, {"changed_by", "hook"}}, answers("a=east.example", false, true, 0), waiting, "servers answer a=east.example, 0 unreachable, and a hook changes it"},
    Row{"Mixed", Kind::switch_name, names, answers("a=west.example b=east.example", false, false, 0), waiting, "servers answer a=west.example b=east.example, 0 unreachable"},
    Row{"SilenceIsNotNew", Kind::switch_name, names, answers("a=west.example", true, false, 1), waiting, "servers answer a=west.example, 1 unreachable"},
    Row{"Somewhere", Kind::switch_name, names, answers("a=north.example", false, false, 0), refused, "servers answer a=north.example, 0 unreachable: that is neither the old nor the new plane"},
    Row{"SomewhereByUs", Kind::switch_name, names, answers("a=north.example", false, false, 0), waiting, "servers answer a=north.example, 0 unreachable", [](AssessContext& c) { c.acted = true; }},
    Row{"Resolved", Kind::resolve_name, {}, {{"answer", "west.example"}, {"is_new", true}}, satisfied, "the resolver answers west.example"},
    Row{"Cached", Kind::resolve_name, {}, {{"answer", "east.example"}, {"is_new", false}}, waiting, "the resolver answers east.example"}),
    name_of_row);

Facts edge(std::int64_t synced, const char* peer, std::int64_t restarted = 0, bool available = true)
{
    return {{"synced_at", synced}, {"peer", std::string(peer)}, {"restarted_at", restarted}, {"available", available}};
}
const Parameters follow{{"peer", "west.example"}, {"restart", "true"}};

INSTANTIATE_TEST_SUITE_P(Rejoin, Assess, ::testing::Values(
    Row{"CameOver", Kind::rejoin, follow, edge(switched + 5, "west.example:9443"), satisfied, "west exchanged 5 ms after the switch with west.example:9443"},
    Row{"CameOverAndTheMetricIsSilent", Kind::rejoin, follow, edge(switched + 5, ""), satisfied, "west exchanged 5 ms after the switch"},
    Row{"AtTheSwitchIsNotAfterIt", Kind::rejoin, follow, edge(switched, ""), needed, "west has not exchanged since the switch: its deployment is restarted"},
    Row{"WithTheOldPlane", Kind::rejoin, follow, edge(switched + 5, "east.example:9443"), needed, "west still exchanges with east.example:9443: its deployment is restarted"},
    Row{"BeforeTheSwitch", Kind::rejoin, follow, edge(switched + 5, ""), waiting, "the name has not been switched yet", [](AssessContext& c) { c.switched_at_ms = 0; }},
    Row{"HasTime", Kind::rejoin, follow, edge(0, ""), waiting, "west has not exchanged since the switch, and has time to come by itself", [](AssessContext& c) { c.may_act = false; }},
    Row{"RestartedAlready", Kind::rejoin, follow, edge(0, "", switched + 1), waiting, "west has not exchanged since the switch, restarted since the switch"},
    Row{"RestartedLongAgo", Kind::rejoin, follow, edge(0, "", switched - 1), needed, "west has not exchanged since the switch: its deployment is restarted"},
    Row{"NotAvailable", Kind::rejoin, follow, edge(0, "", 0, false), waiting, "west has not exchanged since the switch, and its deployment is not Available"},
    Row{"NothingIsRestarted", Kind::rejoin, {{"restart", "false"}}, edge(0, ""), waiting, "west has not exchanged since the switch, and the plan restarts nothing"}),
    name_of_row);

/// What exchanges may still be with the old plane while nothing shows that it lost its connections.
TEST(Rejoin, IsShortWhenNobodyTellsWithWhomAndTheOldPlaneMayStillServe)
{
    const auto shortfall = [](const char* peer, bool old_is_cut_off) {
        return assess_row(
                   Row{"", Kind::rejoin, follow, edge(switched + 5, peer), satisfied, "",
                       [old_is_cut_off](AssessContext& c) { c.old_is_cut_off = old_is_cut_off; }})
            .shortfall;
    };
    EXPECT_THAT(shortfall("", false), ::testing::HasSubstr("does not tell with whom"));
    EXPECT_EQ(shortfall("", true), "");
    EXPECT_EQ(shortfall("west.example", false), "");
}

/// Of an `edge` that was restarted after the switch; the operator at `renewing`, and the clock at `date`.
Facts refused_edge(std::int64_t renewing, std::int64_t date = switched + 20'000, bool operator_available = true)
{
    auto facts = edge(0, "", switched + 1000);
    facts["token_error"] = true;
    facts["date"] = date;
    facts["operator_available"] = operator_available;
    facts["operator_restarted_at"] = renewing;
    return facts;
}
Facts with(Facts facts, const char* name, FactValue value)
{
    facts[name] = std::move(value);
    return facts;
}
Facts unreadable_operator()
{
    return with(with(edge(0, "", switched + 1000), "token_error", true), "operator_problem", "403");
}
const Parameters help{{"peer", "west.example"}, {"restart", "true"}, {"operator", "op"}, {"token_wait", "10000"}, {"last_resort", "kubectl delete secret"}};
const Parameters deleting{{"peer", "west.example"}, {"restart", "true"}, {"operator", "op"}, {"token_wait", "10000"}, {"last_resort", "kubectl delete secret"}, {"tokens", "a,b"}};
/// Its operator was restarted, and `edge` after it; all tokens were made at `made`.
Facts stale(std::int64_t made)
{
    auto facts = with(refused_edge(switched + 2000), "restarted_at", switched + 12'000);
    facts["tokens_missing"] = std::int64_t{0};
    facts["oldest_token"] = made;
    facts["newest_token"] = made;
    facts["plane_serves"] = true;
    return facts;
}
void approved(AssessContext& context) { context.is_approved = true; }
const std::string stubborn = "west has not exchanged since the switch, its tokens are refused, although op was restarted";
const std::string refusal = "west has not exchanged since the switch, its tokens are refused";

INSTANTIATE_TEST_SUITE_P(Tokens, Assess, ::testing::Values(
    Row{"Refused", Kind::rejoin, help, refused_edge(0), needed, refusal + ": op is restarted"},
    Row{"RenewedForAnEarlierRun", Kind::rejoin, help, refused_edge(switched), needed, refusal + ": op is restarted"},
    Row{"NobodyIsToldWhoRenewsThem", Kind::rejoin, follow, refused_edge(0), waiting, "west has not exchanged since the switch, restarted since the switch"},
    Row{"NotRefused", Kind::rejoin, help, with(refused_edge(0), "token_error", false), waiting, "west has not exchanged since the switch, restarted since the switch"},
    Row{"TheOldPodMaySaySo", Kind::rejoin, help, with(refused_edge(0), "available", false), waiting, "west has not exchanged since the switch, restarted since the switch"},
    Row{"BeforeTheSwitchSaysNothing", Kind::rejoin, help, with(refused_edge(0), "restarted_at", switched), needed, "west has not exchanged since the switch: its deployment is restarted"},
    Row{"OperatorCannotBeRead", Kind::rejoin, help, unreadable_operator(), waiting, refusal + ", and its operator cannot be read: 403"},
    Row{"OperatorStarts", Kind::rejoin, help, refused_edge(switched + 2000, switched + 20'000, false), waiting, refusal + ", and op is not Available"},
    Row{"OperatorHasTime", Kind::rejoin, help, refused_edge(switched + 2000, switched + 11'999), waiting, refusal + ", and op has time to renew them"},
    Row{"OperatorHadTime", Kind::rejoin, help, refused_edge(switched + 2000, switched + 12'000), needed, refusal + ": its deployment is restarted"},
    Row{"OperatorOfTheSameSecond", Kind::rejoin, help, refused_edge(switched + 1000), needed, refusal + ": its deployment is restarted"},
    Row{"StillRefused", Kind::rejoin, help, with(refused_edge(switched + 2000), "restarted_at", switched + 12'000), waiting, refusal + ", although op was restarted. By hand: kubectl delete secret"},
    Row{"NotLookedAt", Kind::rejoin, deleting, with(with(refused_edge(switched + 2000), "restarted_at", switched + 12'000), "tokens_problem", std::string("403")), waiting, stubborn + ", and they cannot be looked at: 403. By hand: kubectl delete secret", approved},
    Row{"StaleButNobodyApproved", Kind::rejoin, deleting, stale(switched), waiting, stubborn + ", and to delete them a human has to approve the plan"},
    Row{"Stale", Kind::rejoin, deleting, stale(switched), needed, stubborn + ": they are deleted", approved},
    Row{"StaleAndSomeGone", Kind::rejoin, deleting, with(stale(switched), "tokens_missing", std::int64_t{1}), needed, stubborn + ": they are deleted", approved},
    Row{"StaleWhileAnotherGoesFirst", Kind::rejoin, deleting, stale(switched), waiting, stubborn + ", and are not deleted: c1 goes first", [](AssessContext& c) { approved(c); c.tokens_kept = "c1 goes first"; }},
    Row{"StaleWhileNobodyMakesOthers", Kind::rejoin, deleting, with(stale(switched), "plane_serves", false), waiting, stubborn + ", and are not deleted while the new plane cannot make others", approved},
    Row{"Deleted", Kind::rejoin, deleting, with(stale(0), "tokens_missing", std::int64_t{4}), waiting, stubborn + ", and 4 of them have yet to be made anew", approved},
    Row{"SomeDeletedOthersNew", Kind::rejoin, deleting, with(stale(switched + 13'000), "tokens_missing", std::int64_t{2}), waiting, stubborn + ", and 2 of them have yet to be made anew", approved},
    Row{"MadeAnew", Kind::rejoin, deleting, stale(switched + 12'000), needed, stubborn + ", and they were made anew: its deployment is restarted", approved},
    Row{"MadeAnewAndRefused", Kind::rejoin, deleting, stale(switched + 11'000), waiting, stubborn + ", although they were made anew. By hand: kubectl delete secret", approved},
    Row{"CameOverAllTheSame", Kind::rejoin, help, with(refused_edge(0), "synced_at", switched + 5), satisfied, "west exchanged 5 ms after the switch"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(Hook, Assess, ::testing::Values(
    Row{"NotRun", Kind::hook, {}, {}, needed, "tsb has not been run"},
    Row{"AsPlanned", Kind::hook, {{"content_hash", "11"}}, {{"content_hash", std::string("11")}}, needed, "tsb has not been run"},
    Row{"ChangedSince", Kind::hook, {{"content_hash", "11"}}, {{"content_hash", std::string("12")}}, refused, "tsb is not the program that was planned: its content has changed"},
    Row{"Run", Kind::hook, {}, {}, waiting, "tsb was run, and only its own end tells what it did", [](AssessContext& c) { c.acted = true; }}),
    name_of_row);
// clang-format on

TEST(Assessment, OfAWorldThatCouldNotBeReadSaysNothing)
{
    for (std::size_t i = 0; i < operation_kind_count; ++i) {
        Operation operation;
        operation.kind = static_cast<Kind>(i);
        const auto assessment = assess(operation, {false, "timed out", {}}, context());
        EXPECT_EQ(assessment.finding, unreadable) << name_of(operation.kind);
        EXPECT_EQ(assessment.why, "timed out");
    }
}

TEST(Assessment, OfAReadingWithoutFactsSaysWhatIsMissing)
{
    Operation operation;
    operation.kind = Kind::scale;
    operation.parameters = {{"replicas", "0"}};
    const auto assessment = assess(operation, {true, "", {}}, context());
    EXPECT_EQ(assessment.finding, unreadable);
    EXPECT_EQ(assessment.why, "the reading does not tell 'exists'");
}

TEST(Assessment, OfAKindThatIsNotKnownRefuses)
{
    Operation operation;
    operation.kind = static_cast<Kind>(operation_kind_count);
    EXPECT_EQ(assess(operation, {true, "", {}}, context()).finding, refused);
}

TEST(Assessment, KnowsItsOwnMark)
{
    Operation operation;
    operation.kind = Kind::promote;
    EXPECT_TRUE(
        assess(operation, {true, "", {{"applied", true}, {"mark", "7.3.0"}}}, context()).ours);
    EXPECT_FALSE(
        assess(operation, {true, "", {{"applied", true}, {"mark", "7.3.1"}}}, context()).ours);
    EXPECT_FALSE(
        assess(operation, {true, "", {{"applied", false}, {"mark", "7.3.0"}}}, context()).ours);
}

TEST(Assessment, SaysWhichOfTwoEffectsIsNeeded)
{
    Operation operation;
    operation.kind = Kind::rejoin;
    operation.target = "west";
    operation.parameters = help;
    EXPECT_EQ(
        assess(operation, {true, "", refused_edge(0)}, context()).effect,
        (Parameters{{"effect", std::string(restart_operator)}}));
    const auto again = refused_edge(switched + 2000, switched + 12'000);
    EXPECT_EQ(assess(operation, {true, "", again}, context()).effect, Parameters());
    EXPECT_EQ(assess(operation, {true, "", edge(0, "")}, context()).effect, Parameters());
    operation.parameters = deleting;
    auto human = context();
    approved(human);
    EXPECT_EQ(
        assess(operation, {true, "", stale(1)}, human).effect,
        (Parameters{
            {"effect", std::string(delete_tokens)}, {"made_until", std::to_string(switched)}}));
    EXPECT_FALSE(assess(operation, {true, "", stale(1)}, human).needs_approval);
    EXPECT_TRUE(assess(operation, {true, "", stale(1)}, context()).needs_approval);
}

TEST(Assessment, NamesFollowersThatWentAstray)
{
    Operation operation;
    operation.kind = Kind::await_primary;
    EXPECT_EQ(assess(operation, {true, "", primary(1, "", 2, 0)}, context()).shortfall, "");
    EXPECT_THAT(
        assess(operation, {true, "", primary(1, "", 2, 1)}, context()).shortfall,
        ::testing::StartsWith("1 replicas of the database still follow the old plane"));
}

}  // namespace
}  // namespace understudy::core
