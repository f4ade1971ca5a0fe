/// What is wrong with a configuration that acts, one problem after the other.
#include <gtest/gtest.h>

#include <ostream>

#include "acting_fixture.hpp"

namespace understudy::config::test {
namespace {

/// Appended to a configuration that is valid.
struct Row {
    const char* name;
    const char* text;
    std::vector<std::string> problems;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ActingProblem : public ActingTest, public testing::WithParamInterface<Row> {};

TEST_P(ActingProblem, IsReported)
{
    const std::string text = GetParam().text;
    if (text.starts_with("[acting"))
        acting_ = text;
    else if (text.starts_with("[floating"))
        update_ = text;
    else if (text.starts_with("[promote"))
        promote_ = text;
    else
        rest_ = text;
    EXPECT_EQ(problems(), GetParam().problems);
}

const std::string under_way = ": the step would give up while an effect of its own may still be "
                              "under way";

const std::vector<Row> rows{
    {"InstanceIsNoName",
     "[acting]\ninstance = \"A b\"\n",
     {"acting.instance is \"A b\": write 1 to 63 of a-z, 0-9 and -"}},
    {"NoAutomaticRunAtAll",
     "[acting]\nmax_automatic_runs = 0\n",
     {"acting.max_automatic_runs is 0, outside 1 to 100"}},
    {"ApprovalWithoutUnit",
     "[acting]\napproval_expires = 30\n",
     {"acting.approval_expires is 30 without a unit: write \"30s\" or \"30ms\""}},
    {"MisspelledLimit",
     "[acting]\n[acting.effect]\ndeadlin = \"8s\"\n",
     {"unknown key \"deadlin\" in acting.effect: did you mean \"deadline\"?"}},
    {"EffectOutlivesSteps",
     "[acting]\n[acting.effect]\ndeadline = \"55s\"\n",
     {"fence.deadline (1m) must be longer than acting.effect.deadline + server_limit (1m)" +
          under_way,
      "floating.update.deadline (1m) must be longer than acting.effect.deadline + server_limit "
      "(1m)" +
          under_way}},
    {"FenceNotStableInTime",
     "[fence]\nstable_for = \"60s\"\n",
     {"fence.deadline (1m) must be longer than stable_for (1m): the writers must be seen gone for "
      "so long before the step gives up"}},
    {"NobodyIsFenced",
     "[fence]\ndeployments = []\n",
     {"fence.deployments is empty: whoever writes must be fenced"}},
    {"FencedTwice",
     "[fence]\ndeployments = [\"tsb\", \"tsb\"]\n",
     {"fence.deployments names \"tsb\" twice"}},
    {"FencedAndRetired",
     "[fence]\nconnection_holders = [\"iam\"]\n",
     {"fence.connection_holders names \"iam\", which deployments names as well: it is fenced "
      "before"}},
    {"NotAnObject",
     "[fence]\ndeployments = [\"../x\"]\n",
     {"fence.deployments is \"../x\", which cannot be the name of a Kubernetes object: write a-z, "
      "0-9, - and . only"}},
    {"NeverDark", "[fence]\ndark_for = \"0s\"\n", {"fence.dark_for is 0s, outside 1s to 24h"}},
    {"QuietTooShort",
     "[quiet]\ndeadline = \"13s\"\n",
     {"quiet.deadline (13s) must be longer than acting.effect.deadline + server_limit (13s)" +
      under_way}},
    {"PatchIsNoObject",
     "[promote]\npatch = '[1]'\n",
     {"promote.patch must be a JSON merge patch (RFC 7386): an object with what is to change, such "
      "as '''{\"spec\": {...}}'''"}},
    {"PatchChangesNothing",
     "[promote]\npatch = '{}'\n",
     {"promote.patch must be a JSON merge patch (RFC 7386): an object with what is to change, such "
      "as '''{\"spec\": {...}}'''"}},
    {"PrimaryNotStableInTime",
     "[promote]\npatch = '{\"a\": 1}'\ndeadline = \"20s\"\nstable_for = \"20s\"\n",
     {"promote.deadline (20s) must be longer than stable_for (20s): the primary must be seen for "
      "so long before the step gives up"}},
    {"HelpBeforeTheTtl",
     "[rejoin]\nlaggards_after = \"29s\"\n",
     {"rejoin.laggards_after (29s) must be at least floating.update.ttl (30s): a control plane "
      "that is restarted while caches hold the old answer goes back to the old plane"}},
    {"HelpAfterTheEnd",
     "[rejoin]\nlaggards_after = \"10m\"\n",
     {"rejoin.deadline (10m) must be longer than laggards_after (10m): nobody would be brought "
      "over before the step gives up"}},
    {"NameNotInTheZone",
     "[floating.update]\nzone = \"b.test\"\nkey_name = \"k\"\nkey_file = \"tsig.key\"\n",
     {"floating.update.zone is \"b.test\", but floating.name (active.tsb.test) is not below it"}},
    {"WeakKey",
     "[floating.update]\nzone = \"tsb.test\"\nkey_name = \"k\"\nkey_file = \"tsig.key\"\n"
     "key_algorithm = \"hmac-md5\"\n",
     {"floating.update.key_algorithm is \"hmac-md5\": write one of \"hmac-sha256\", "
      "\"hmac-sha512\""}},
    {"TokenOnTheName",
     "[floating.update]\nzone = \"tsb.test\"\nkey_name = \"k\"\nkey_file = \"tsig.key\"\n"
     "token_record = \"Active.tsb.test.\"\n",
     {"floating.update.token_record is the floating name itself: a CNAME stands alone, so the "
      "token needs a name of its own"}},
    {"TokenOutside",
     "[floating.update]\nzone = \"tsb.test\"\nkey_name = \"k\"\nkey_file = \"tsig.key\"\n"
     "token_record = \"t.test\"\n",
     {"floating.update.token_record must be below the zone"}},
    {"SubSecondTtl",
     "[floating.update]\nzone = \"tsb.test\"\nkey_name = \"k\"\nkey_file = \"tsig.key\"\n"
     "ttl = \"1500ms\"\n",
     {"floating.update.ttl must be whole seconds: DNS knows no less"}},
    {"UpdateIncomplete",
     "[floating.update]\nserver = \"ns.test\"\n",
     {"floating.update.zone is missing: write the DNS zone that holds the floating name",
      "floating.update.key_name is missing: write the name of the TSIG key, as the server knows it",
      "floating.update.key_file is missing: name the file that holds the TSIG key",
      "floating.update.server is \"ns.test\": write a numeric address, with a port only when it "
      "is not 53"}},
    {"HookWithoutAnything",
     "[[hook]]\n",
     {"hook.name is missing: give it a name of a-z, 0-9 and -",
      "hook.step is missing: name the step that it belongs to, such as \"fence\"",
      "hook.when is missing: write \"before\" or \"after\"",
      "hook.argv is missing: write the program's absolute path and its arguments"}},
    {"HookOfAnUnknownStep",
     "[[hook]]\nname = \"h\"\nstep = \"fense\"\nwhen = \"before\"\nargv = [\"/usr/bin/env\"]\n",
     {"hook.step is \"fense\" (did you mean \"fence\"?): write one of \"claim\", "
      "\"quiet-standby\", \"jobs-ended\", \"fit-standby\", \"fence\", \"promote\", "
      "\"promoted\", \"start\", \"serve\", \"switch-name\", \"resolve\", \"retire\", "
      "\"rejoin\", \"prove\""}},
    {"HookByARelativePath",
     "[[hook]]\nname = \"h\"\nstep = \"fence\"\nwhen = \"after\"\nargv = [\"hook.sh\"]\n",
     {"hook.argv must begin with the absolute path of a program: there is no shell"}},
    {"HookWithoutProgram",
     "[[hook]]\nname = \"h\"\nstep = \"fence\"\nwhen = \"after\"\nargv = []\n",
     {"hook.argv is empty: write the program's absolute path and its arguments"}},
    {"HookTwice",
     "[[hook]]\nname = \"h\"\nstep = \"fence\"\nwhen = \"after\"\nargv = [\"/usr/bin/env\"]\n"
     "[[hook]]\nname = \"h\"\nstep = \"prove\"\nwhen = \"after\"\nargv = [\"/usr/bin/env\"]\n",
     {"hook.name is \"h\" a second time: the name tells its operation"}},
};
INSTANTIATE_TEST_SUITE_P(Rows, ActingProblem, testing::ValuesIn(rows), [](const auto& row) {
    return std::string(row.param.name);
});

}  // namespace
}  // namespace understudy::config::test
