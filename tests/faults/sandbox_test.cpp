// The sandbox keeps its promises: it leaves nothing behind, and a fault that ends is gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "faults/fault_table.hpp"
#include "faults/pair.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

bool is_empty(const ProcessNamespace& sandbox) { return sandbox.processes().empty(); }

// What must be the same before a fault and after it.
std::string picture_of(const Pair& pair)
{
    const auto rules = pair.run_inside({"iptables", "-S"});
    const auto replicas = pair.run_inside(
        {"kubectl", "--kubeconfig", (pair.dir() / "kubeconfig/east.kubeconfig").string(), "get",
         "deployments", "-o", "jsonpath={range .items[*]}{.metadata.name}={.spec.replicas} {end}"});
    EXPECT_EQ(replicas.status, 0) << replicas.output;
    return rules.output + replicas.output;
}

std::string api_code(const Pair& pair)
{
    const auto token =
        "x-tetrate-token: $(cat " + (pair.dir() / "secrets/api-token").string() + ")";
    return pair
        .run_inside(
            {"bash", "-c",
             "curl -s -o /dev/null -m 3 -w '%{http_code}' --cacert " +
                 (pair.dir() / "tls/ca.pem").string() + " -H \"" + token +
                 "\" https://east.tsb.test:8443/v2/organizations/tetrate/status"})
        .output;
}

Finished kubectl(const Pair& pair, const std::string& user, std::vector<std::string> words)
{
    const auto file = pair.dir() / "kubeconfig" / (user + ".kubeconfig");
    words.insert(words.begin(), {"kubectl", "--kubeconfig", file.string()});
    return pair.run_inside(words);
}

Finished update_dns(const Pair& pair, const std::string& change)
{
    const auto text = "server 127.0.0.53\nzone tsb.test\n" + change + "\nsend\n";
    const auto key = (pair.dir() / "secrets/tsig.key").string();
    return pair.run_inside({"bash", "-c", "nsupdate -k " + key + " <<< \"$0\"", text});
}

std::string ask_postgres(const Pair& pair, const std::string& instance, const std::string& sql)
{
    const auto socket = (pair.dir() / ("run/postgres-" + instance)).string();
    return pair
        .run_inside(
            {"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "psql",
             "-AtXq", "-h", socket, "-d", "tsb", "-c", sql})
        .output;
}

TEST(Sandbox, LeavesNothingBehind)
{
    std::optional<ProcessNamespace> processes;
    {
        const Pair pair;
        processes.emplace(pair.dir());
        ASSERT_GT(processes->processes().size(), 10U);
        ASSERT_EQ(api_code(pair), "200");
    }
    EXPECT_THAT(processes->processes(), IsEmpty());
}

TEST(Sandbox, LeavesNothingBehindWhenInterruptedOnItsWayUp)
{
    const auto dir = fresh_dir();
    Child up(up_command(dir, {}));
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(dir / "run/dns.pid"); }, 30s));
    const ProcessNamespace processes(dir);
    ASSERT_FALSE(is_empty(processes));
    ::kill(-up.pid(), SIGINT);
    EXPECT_EQ(up.wait(30s), 130) << up.output();
    EXPECT_TRUE(eventually([&] { return is_empty(processes); }, 10s));
    run(sandbox_command({"down", dir.string(), "--remove"}), 30s);
}

TEST(Sandbox, EndsWithItsOwner)
{
    Child owner({"sleep", "infinity"});
    const auto dir = fresh_dir();
    auto argv = sandbox_command(
        {"up", dir.string(), "--build", BINARY_DIR, "--owner", std::to_string(owner.pid())});
    const auto up = run(argv, 60s);
    ASSERT_EQ(up.status, 0) << up.output;
    const ProcessNamespace processes(dir);
    ASSERT_FALSE(is_empty(processes));
    owner.signal(SIGKILL);
    ASSERT_TRUE(owner.wait(5s));
    EXPECT_TRUE(eventually([&] { return is_empty(processes); }, 10s));
    run(sandbox_command({"down", dir.string(), "--remove"}), 30s);
}

// As from a clone and a build in /root.
constexpr auto up_below_a_closed_folder = R"(
    mount -t tmpfs -o mode=0700 tmpfs /mnt
    mkdir /mnt/clone /mnt/build
    mount --rbind "$1" /mnt/clone
    mount --rbind "$2" /mnt/build
    exec /mnt/clone/scripts/sandbox up "$3" --build /mnt/build --owner "$4")";

TEST(Sandbox, ServesACloneBelowAFolderThatItsUsersMayNotEnter)
{
    const auto dir = fresh_dir();
    const auto up =
        run({"unshare", "--mount", "bash", "-ec", up_below_a_closed_folder, "up", SOURCE_DIR,
             BINARY_DIR, dir.string(), std::to_string(::getpid())},
            60s);
    ASSERT_EQ(up.status, 0) << up.output;
    // From here on by another shell, which sees no such folder.
    const auto as_daemon =
        run(sandbox_command(
                {"exec", dir.string(), "--", "setpriv", "--reuid", "daemon", "--clear-groups",
                 "bash", "-c", "ls /mnt && cat /mnt/clone/LICENSE"}),
            30s);
    EXPECT_EQ(as_daemon.status, 0) << as_daemon.output;
    EXPECT_THAT(as_daemon.output, testing::StartsWith("build\nclone\n")) << "and nothing else";
    const auto status = run(sandbox_command({"status", dir.string()}), 30s);
    EXPECT_EQ(status.status, 0) << status.output;
    EXPECT_THAT(status.output, Not(HasSubstr("not running")));
    const auto down = run(sandbox_command({"down", dir.string(), "--remove"}), 30s);
    EXPECT_EQ(down.status, 0) << down.output;
}

TEST(Sandbox, ReplicationSurvivesThatTheBastionIsCutOff)
{
    const Pair pair;
    ASSERT_EQ(pair.fault("cut-off", "on").status, 0);
    EXPECT_EQ(api_code(pair), "000");
    const auto streaming = [&](const char* lsn) {
        return pair
            .run_inside(
                {"setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "psql",
                 "-AtX", "-h", (pair.dir() / "run/postgres-east-1").string(), "-d", "postgres",
                 "-c", lsn})
            .output;
    };
    streaming("CREATE TABLE written_while_cut_off ()");
    EXPECT_TRUE(eventually(
        [&] {
            return streaming("SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = "
                             "pg_current_wal_lsn()") == "2\n";
        },
        10s));
}

TEST(Sandbox, AFaultThatEndsIsGone)
{
    const Pair pair;
    const auto before = picture_of(pair);
    for (const auto& row : read_fault_table(SOURCE_DIR "/sandbox/faults.table")) {
        for (const auto* state : {"on", "on", "off", "off"}) {
            const auto switched = pair.fault(row.name, state);
            EXPECT_EQ(switched.status, 0) << row.name << " " << state << ": " << switched.output;
        }
        EXPECT_EQ(picture_of(pair), before) << row.name;
        EXPECT_TRUE(eventually([&] { return api_code(pair) == "200"; }, 15s)) << row.name;
        EXPECT_THAT(pair.status().output, Not(HasSubstr("not running"))) << row.name;
    }
    EXPECT_THAT(pair.status().output, Not(HasSubstr("fault ")));
}

TEST(Sandbox, WhoActsMayDoWhatARunDoesAndNoMore)
{
    const Pair pair({"--mode", "automatic"});
    const auto to_zero = R"([{"op":"replace","path":"/spec/replicas","value":0}])";
    const auto patch = [&](const std::string& user, const std::string& deployment) {
        return kubectl(
            pair, user, {"patch", "deployment", deployment, "--type", "json", "-p", to_zero});
    };
    EXPECT_EQ(patch("east.acting", "iam").status, 0);
    EXPECT_THAT(patch("east", "tsb").output, HasSubstr("Forbidden")) << "who watches";
    EXPECT_THAT(patch("east.acting", "oap").output, HasSubstr("Forbidden"));
    const std::vector<std::string> scale{"scale", "deployment", "tsb", "--replicas", "0"};
    EXPECT_THAT(kubectl(pair, "east.acting", scale).output, HasSubstr("Forbidden"));

    EXPECT_EQ(
        update_dns(
            pair, "prereq yxrrset active.tsb.test CNAME east.tsb.test.\n"
                  "update delete active.tsb.test CNAME\n"
                  "update add active.tsb.test 2 CNAME west.tsb.test.\n"
                  "update add _understudy.active.tsb.test 2 TXT \"1.5.0\"")
            .status,
        0);
    EXPECT_NE(update_dns(pair, "update add other.tsb.test 2 A 127.0.0.1").status, 0);
}

TEST(Sandbox, TheRestoreVariantCopiesWhatTheActivePlaneHolds)
{
    const Pair pair({"--variant", "restore"});
    EXPECT_EQ(ask_postgres(pair, "west-1", "SELECT pg_is_in_recovery()"), "f\n");
    ask_postgres(pair, "east-1", "SET ROLE tsb; CREATE TABLE copied AS SELECT 7 AS number");
    EXPECT_TRUE(eventually(
        [&] { return ask_postgres(pair, "west-1", "SELECT number FROM copied") == "7\n"; }, 30s));
}

TEST(Sandbox, ExecPassesSignalsOnAndDiesWithItsCommand)
{
    const Pair pair;
    Child polite(pair.inside(
        {"bash", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"}));
    ASSERT_TRUE(eventually([&] { return polite.output().starts_with("ready"); }, 10s));
    polite.signal(SIGTERM);
    EXPECT_EQ(polite.wait(10s), 7);

    const auto count = [&] {
        return pair.run_inside({"pgrep", "-c", "-x", "-f", "sleep 98765"}).output;
    };
    Child killed(pair.inside({"sleep", "98765"}));
    ASSERT_TRUE(eventually([&] { return count() == "1\n"; }, 10s));
    killed.signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return count() == "0\n"; }, 10s));
}

}  // namespace
}  // namespace understudy::sandbox
