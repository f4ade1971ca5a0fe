// What outlives the daemon's process, however it ends: alerts, roles, and nothing else's socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "faults/daemon_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class DaemonRestart : public DaemonTest {
protected:
    /// Deliveries of the alert that the plane failed.
    std::vector<Received> told(const std::string& status) const
    {
        auto all = received();
        std::erase_if(all, [&](const Received& one) {
            return one.name != "UnderstudyPlaneFailed" || one.status != status;
        });
        return all;
    }
    /// A delivery that a killed process did not write down comes again, under the same id.
    std::set<std::string> events(const std::string& status) const
    {
        std::set<std::string> ids;
        for (const auto& one : told(status))
            ids.insert(one.id);
        return ids;
    }
    void expect_told(const std::string& status)
    {
        ASSERT_TRUE(eventually([&] { return !told(status).empty(); }, patience))
            << pair().last_seen();
    }
    void kill_and_restart()
    {
        pair().end_daemon(SIGKILL);
        start();
    }
    /// It has judged again, and knows enough to call an alert over.
    bool judges_a_failure()
    {
        return pair().sees(
            [](const Picture& seen) {
                const auto& gates = seen.status.at("gates").as_array();
                return seen.verdict == "failed" &&
                       std::ranges::any_of(gates, [](const boost::json::value& gate) {
                           return gate.at("name") == "warmed_up" && gate.at("open").as_bool();
                       });
            },
            patience);
    }
};

TEST_F(DaemonRestart, KilledItTellsNoEventTwice)
{
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    switch_fault("crash", "on");
    expect_told("firing");
    const auto starts_at = told("firing").front().starts_at;
    kill_and_restart();
    ASSERT_TRUE(judges_a_failure()) << pair().last_seen();
    switch_fault("crash", "off");
    expect_told("resolved");
    EXPECT_THAT(events("firing"), SizeIs(1));
    EXPECT_EQ(told("resolved").size(), 1U);
    EXPECT_EQ(told("resolved").front().starts_at, starts_at);
}

TEST_F(DaemonRestart, KilledWhileItTellsItRepeatsUnderTheSameId)
{
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    tell_receiver(R"({"cmd":"hang","on":true})");
    switch_fault("crash", "on");
    // Whichever alert goes first is read by the receiver, and never answered.
    ASSERT_TRUE(eventually([this] { return !received().empty(); }, patience));
    const auto first = received().front();
    pair().end_daemon(SIGKILL);
    tell_receiver(R"({"cmd":"hang","on":false})");
    const auto told_before = received().size();
    start();
    ASSERT_TRUE(eventually([&] { return received().size() > told_before; }, patience));
    EXPECT_EQ(received()[told_before].event(), first.event());
    EXPECT_EQ(received()[told_before].id, first.id);
    expect_told("firing");
    switch_fault("crash", "off");
    expect_told("resolved");
    EXPECT_THAT(events("firing"), SizeIs(1));
}

TEST_F(DaemonRestart, WhichPlaneIsActiveIsItsOwnRecordAndNotTheFiles)
{
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    EXPECT_TRUE(logs("first start: east is recorded as active"));
    pair().end_daemon(SIGTERM);

    const auto log_before = pair().log().size();
    replace_in_config("role = \"active\"", "role = \"other\"");
    replace_in_config("role = \"standby\"", "role = \"active\"");
    replace_in_config("role = \"other\"", "role = \"standby\"");
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    EXPECT_EQ(pair().look()->status.at("roles").at("active"), "east");
    EXPECT_THAT(pair().log().substr(log_before), Not(HasSubstr("first start")));
}

TEST_F(DaemonRestart, ASecondDaemonIsRefusedTheStateDirectory)
{
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    const auto other = pair().dir() / "second.toml";
    write_text(other, read_text(config()));
    const auto second = run_daemon(other);
    EXPECT_EQ(second.status, 1) << second.output;
    EXPECT_THAT(second.output, HasSubstr("state-ASecondDaemonIsRefusedTheStateDirectory"));
    EXPECT_TRUE(pair().look()) << "the first one must not have suffered";
}

TEST_F(DaemonRestart, TheAdminSocketIsForOwnerAndGroup)
{
    start();
    ASSERT_TRUE(eventually([] { return pair().look().has_value(); }, patience));
    struct stat status {};
    ASSERT_EQ(::stat(pair().admin_socket().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

TEST_F(DaemonRestart, StoppedItLeavesNoSocketBehind)
{
    start();
    ASSERT_TRUE(eventually([] { return pair().look().has_value(); }, patience));
    pair().end_daemon(SIGTERM);
    EXPECT_FALSE(std::filesystem::exists(pair().admin_socket()));
    EXPECT_TRUE(logs("stopping on signal 15"));
}

}  // namespace
}  // namespace understudy::sandbox
