// Secrets: where they may come from, and where they must never come out.
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "faults/daemon_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

class DaemonSecrets : public DaemonTest {
protected:
    static std::string secret(const std::string& name)
    {
        auto text = read_text(pair().dir() / "secrets" / name);
        text.erase(text.find_last_not_of('\n') + 1);
        return text;
    }
    void expect_nowhere(const std::string& where, const std::string& text) const
    {
        ASSERT_FALSE(text.empty())
            << where << " must hold something for this test to mean anything";
        for (const auto* name : {"api-token", "kube-token", "postgres-understudy", "webhook"})
            EXPECT_EQ(text.find(secret(name)), std::string::npos) << name << " stands in " << where;
    }
    std::string state_files() const
    {
        std::string all;
        const auto folder = pair().dir() / "state-NeverComeOut";
        for (const auto& file : fs::directory_iterator(folder))
            all += read_text(file.path());
        return all;
    }
};

TEST_F(DaemonSecrets, NeverComeOut)
{
    append_to_config("\n[log]\nlevel = \"debug\"\n");
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    // On the paths of errors, too: refused credentials, a database that is gone, a hook that fails.
    tell_receiver(R"({"cmd":"fail","status":503,"times":1})");
    for (const auto* fault : {"credentials-expired", "database-down"}) {
        switch_fault(fault, "on");
        EXPECT_TRUE(
            pair().sees([](const auto& seen) { return seen.verdict != "healthy"; }, patience));
        expect_nowhere("the status", boost::json::serialize(pair().look()->status));
        switch_fault(fault, "off");
        ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    }
    const auto process = fs::path("/proc") / std::to_string(pair().daemon_pid());
    expect_nowhere("the log", pair().log());
    expect_nowhere("the metrics", pair().get("/metrics"));
    expect_nowhere("the state directory", state_files());
    expect_nowhere("the arguments", read_text(process / "cmdline"));
    expect_nowhere("the environment", read_text(process / "environ"));
    expect_nowhere("the webhooks", read_text(pair().dir() / "hooks/received.jsonl"));
}

TEST_F(DaemonSecrets, ComeFromSystemdsCredentials)
{
    const auto credentials = make_folder("credentials");
    for (const auto* name : {"api-token", "postgres-understudy", "webhook"}) {
        fs::copy_file(pair().dir() / "bastion" / name, credentials / name);
        give_to_daemon(credentials / name);
        fs::permissions(credentials / name, fs::perms::owner_read);
    }
    replace_in_config("\"bastion/api-token\"", "\"api-token\"");
    replace_in_config("\"bastion/postgres-understudy\"", "\"postgres-understudy\"");
    replace_in_config("\"bastion/webhook\"", "\"webhook\"");
    start({"CREDENTIALS_DIRECTORY=" + credentials.string()});
    EXPECT_TRUE(pair().settles(patience)) << pair().last_seen();
}

TEST_F(DaemonSecrets, ThatOthersCanReadAreRefused)
{
    const auto token = pair().dir() / "bastion/readable-token";
    fs::copy_file(pair().dir() / "bastion/api-token", token);
    give_to_daemon(token);
    fs::permissions(token, fs::perms::owner_read | fs::perms::others_read);
    replace_in_config("\"bastion/api-token\"", "\"bastion/readable-token\"");
    const auto refused = run_daemon(config());
    EXPECT_EQ(refused.status, 78) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("readable-token"));
}

}  // namespace
}  // namespace understudy::sandbox
