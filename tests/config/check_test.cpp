#include "config/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

namespace understudy::config::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Check : public testing::Test {
protected:
    Check()
    {
        for (const auto* name : {"password", "kubeconfig"})
            folder_.write(name);
    }

    std::string plane(
        const std::string& name, const std::string& role, const std::string& rest) const
    {
        return "[[plane]]\nname = \"" + name + "\"\nrole = \"" + role + "\"\nhost = \"" + name +
               ".test\"\nprobes = \"tsb\"\norganization = \"acme\"\n"
               "credentials = { kind = \"bearer\", file = \"password\" }\n" +
               rest;
    }

    std::string pair(const std::string& rest) const
    {
        return "[floating]\nname = \"active.test\"\nservers = [\"127.0.0.1\"]\n" +
               plane("east", "active", rest) + plane("west", "standby", rest);
    }

    static std::string canary(const std::string& name, const std::string& domain)
    {
        return "[[canary]]\nname = \"" + name + "\"\ndomain = \"" + domain +
               "\"\ntcp = \"a.test:1\"\n";
    }

    Assessment assess_text(const std::string& text) const
    {
        return assess(settings_of("mode = \"observe\"\n" + text, folder_.path()));
    }

    static const DetectionTime* find_time(const Assessment& assessment, std::string_view path)
    {
        for (const auto& time : assessment.times) {
            if (time.plane == "east" && time.path == path)
                return &time;
        }
        return nullptr;
    }

    const std::string complete_ =
        "kubeconfig = \"kubeconfig\"\n"
        "postgres = [{ instance = \"pg1\", host = \"pg.test\", user = \"u\" }]\n";
    const std::string witnesses_ =
        "[[control_plane]]\nname = \"c1\"\nkubeconfig = \"kubeconfig\"\n"
        "[[control_plane]]\nname = \"c2\"\nkubeconfig = \"kubeconfig\"\n"
        "[[control_plane]]\nname = \"c3\"\nkubeconfig = \"kubeconfig\"\n";
    const std::string listeners_ =
        "[[receiver]]\nname = \"r\"\nkind = \"webhook\"\nurl = \"http://r.test/\"\n"
        "[heartbeat]\nurl = \"http://h.test/\"\n";
    const std::string whole_ =
        pair(complete_) + witnesses_ + canary("a", "one") + canary("b", "two") + listeners_;
    const Folder folder_;
};

TEST_F(Check, ACompleteConfigurationLacksNothing)
{
    const auto assessment = assess_text(whole_);
    EXPECT_THAT(assessment.missing, IsEmpty());
    EXPECT_THAT(assessment.never, IsEmpty());
    EXPECT_EQ(assessment.times.size(), 6U);
}

TEST_F(Check, TimesFollowFromThePace)
{
    const auto assessment = assess_text(whole_);
    // First probe 5 s after the fault, 3 s of silence, then twice: 1 s of pause and 3 s of silence.
    const auto* dead = find_time(assessment, "dead, kubernetes confirms");
    ASSERT_NE(dead, nullptr);
    EXPECT_EQ(dead->verdict, 16s);
    EXPECT_EQ(dead->action, 76s);
    // No exchange for 90 s, which the next reading, 5 s later, finds out within its 3 s.
    const auto* unreachable = find_time(assessment, "unreachable, clients confirm");
    ASSERT_NE(unreachable, nullptr);
    EXPECT_EQ(unreachable->verdict, 98s);
    EXPECT_EQ(unreachable->action, 158s);
}

TEST_F(Check, TheFastProfileStaysWithinTenSeconds)
{
    const auto assessment =
        assess_text(whole_ + "[detector]\nprofile = \"fast\"\nsync_stale = \"5s\"\n");
    ASSERT_EQ(assessment.times.size(), 6U);
    for (const auto& time : assessment.times)
        EXPECT_LE(time.verdict, 10s) << time.path;
    EXPECT_EQ(find_time(assessment, "dead, database confirms")->verdict, 4500ms);
}

TEST_F(Check, TheFastProfileAsShippedWaitsForTheControlPlanes)
{
    const auto assessment = assess_text(whole_ + "[detector]\nprofile = \"fast\"\n");
    EXPECT_EQ(find_time(assessment, "dead, database confirms")->verdict, 4500ms);
    // docs/configuration.md, "How soon": sync_stale, and the reading that finds it out.
    EXPECT_EQ(find_time(assessment, "unreachable, clients confirm")->verdict, 92s);
}

TEST_F(Check, SuspicionSparesARareProbeItsOwnInterval)
{
    const auto text =
        pair(complete_ + "[[plane.probe]]\nname = \"deployments\"\ninterval = \"5m\"\n") +
        witnesses_ + "[detector]\nwarm_up = \"15m\"\n";
    // The api raises suspicion after 8 s; from there three silent executions.
    EXPECT_EQ(find_time(assess_text(text), "dead, kubernetes confirms")->verdict, 8s + 3s + 2 * 4s);
}

TEST_F(Check, SaysThatNobodyIsTold)
{
    const auto assessment = assess_text(pair(complete_) + witnesses_);
    EXPECT_THAT(assessment.missing, Contains("no receiver"));
    EXPECT_THAT(assessment.never, Contains(HasSubstr("nobody is told")));
    EXPECT_THAT(assessment.never, Contains(HasSubstr("nobody notices when this daemon")));
    EXPECT_THAT(assessment.never, Contains(HasSubstr("without canaries")));
}

TEST_F(Check, WithoutControlPlanesSilenceStaysUnjudged)
{
    const auto assessment = assess_text(pair(complete_));
    EXPECT_EQ(find_time(assessment, "unreachable, clients confirm"), nullptr);
    EXPECT_NE(find_time(assessment, "dead, kubernetes confirms"), nullptr);
    EXPECT_THAT(assessment.never, Contains(HasSubstr("kind unreachable can never be reached")));
}

TEST_F(Check, WithoutKubernetesAndDatabaseNothingIsDead)
{
    const auto assessment = assess_text(pair("") + witnesses_);
    EXPECT_EQ(find_time(assessment, "dead, kubernetes confirms"), nullptr);
    EXPECT_THAT(assessment.missing, Contains("east: no evidence of the class kubernetes"));
    EXPECT_THAT(assessment.missing, Contains("west: no evidence of the class database"));
    EXPECT_THAT(assessment.never, Contains(HasSubstr("east: `failed` of the kind dead can never")));
    EXPECT_THAT(
        assessment.never, Contains(HasSubstr("no automatic failover to it can ever start")));
    EXPECT_THAT(assessment.never, Not(Contains(HasSubstr("kind unreachable"))));
}

TEST_F(Check, WithoutPostgresTheStandbyIsNeverReady)
{
    const auto assessment = assess_text(pair("kubeconfig = \"kubeconfig\"\n") + witnesses_);
    EXPECT_THAT(
        assessment.missing,
        Contains("west: no source of freshness: no PostgreSQL instance of it is asked"));
    EXPECT_THAT(assessment.never, Contains(HasSubstr("west: how fresh its data is stays unknown")));
}

TEST_F(Check, TheRestoreVariantNeedsItsJobsInstead)
{
    const auto with_jobs =
        assess_text("variant = \"restore\"\n" + pair("kubeconfig = \"kubeconfig\"\n") + witnesses_);
    EXPECT_THAT(with_jobs.missing, Not(Contains(HasSubstr("freshness"))));
    const auto without = assess_text("variant = \"restore\"\n" + pair("") + witnesses_);
    EXPECT_THAT(without.missing, Contains(HasSubstr("its restore jobs are not watched")));
}

TEST_F(Check, WithoutTheApiNothingFails)
{
    const auto text =
        pair(complete_ + "[[plane.probe]]\nname = \"api\"\nremove = true\n") + witnesses_;
    const auto assessment = assess_text(text);
    EXPECT_THAT(assessment.times, IsEmpty());
    EXPECT_THAT(assessment.never, Contains(HasSubstr("it needs the class api")));
}

TEST_F(Check, CanariesOfOneDomainAreNotEnough)
{
    const auto assessment =
        assess_text(pair(complete_) + witnesses_ + canary("a", "one") + canary("b", "one"));
    EXPECT_THAT(assessment.missing, Contains(HasSubstr("one failure domain (one)")));
}

TEST_F(Check, FewControlPlanesAreNamed)
{
    const auto assessment = assess_text(
        pair(complete_) + "[[control_plane]]\nname = \"c1\"\nkubeconfig = \"kubeconfig\"\n");
    EXPECT_THAT(assessment.never, Contains(HasSubstr("with 1 control plane asked")));
}

TEST_F(Check, PrintsOneStatementALine)
{
    const auto lines = lines_of(assess_text(pair("")));
    EXPECT_THAT(lines, Contains("missing: east: no evidence of the class database"));
    EXPECT_THAT(lines, Contains(testing::StartsWith("therefore: east: ")));
    const auto whole = lines_of(assess_text(whole_));
    EXPECT_EQ(
        whole.at(0), "east: dead, kubernetes confirms: verdict within 16s, action within 1m16s");
}

}  // namespace
}  // namespace understudy::config::test
