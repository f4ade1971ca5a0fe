// What a plane's real PostgreSQL servers tell.
#include "actions/await_primary.hpp"
#include "actions/compare_content.hpp"
#include "actions/database_roles.hpp"

#include "support/cluster_fixture.hpp"
#include "support/postgres_server.hpp"

#include <gmock/gmock.h>

#include <memory>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using support::http_answer;
using testing::HasSubstr;

/// A pair takes seconds to make: all tests share one.
struct Pair {
    Pair()
    {
        primary.start();
        replica = support::PostgresServer::standby_of(primary);
        replica->start();
    }
    support::PostgresServer primary;
    std::unique_ptr<support::PostgresServer> replica;
};

Pair& pair()
{
    static Pair pair;
    return pair;
}

std::string pod(const std::string& role)
{
    return R"({"metadata":{"name":"tsb-postgres-1-0","labels":{"replicationRole":")" + role +
           R"("}},"status":{"podIP":"10.1.1.1","conditions":[{"type":"Ready","status":"True"}]}})";
}

class Databases : public support::ClusterTest {
protected:
    net::PostgresAccess access(const support::PostgresServer& server) const
    {
        net::PostgresAccess access;
        access.name = "pg";
        access.host = "127.0.0.1";
        access.port = server.port();
        access.user = "admin";
        access.password_file = password_.path();
        access.sslmode = "disable";
        access.timeout = 10s;
        return access;
    }

    DatabaseRole role_of(net::PostgresAccess access)
    {
        return support::run_coroutine(io_, read_role(resolver_, std::move(access)));
    }

    core::Observation await_primary(
        const std::string& label, std::vector<net::PostgresAccess> databases)
    {
        answer_by([label](const support::ApiRequest& request) {
            const bool list = request.path.find("/pods?") != std::string::npos;
            return http_answer(
                200, list ? R"({"items":[)" + pod(label) + "]}"
                          : R"({"spec":{"replicas":1},"status":{"blockingOperation":
                            {"operationId":"Failover"}}})");
        });
        Cluster cluster;
        cluster.api = client();
        cluster.name_space = "tsb";
        cluster.read_timeout = 10s;
        AwaitPrimary action(cluster, resolver_, std::move(databases));
        core::Operation operation;
        operation.object = "tsb-postgres";
        return support::run_coroutine(io_, action.observe(operation));
    }

    core::Observation content(const std::string& sql)
    {
        ContentQuery query;
        query.database = access(pair().primary);
        query.sql = sql;
        CompareContent action(resolver_, query);
        return support::run_coroutine(io_, action.observe(core::Operation{}));
    }

    template <class T>
    T fact(const core::Observation& seen, std::string_view name)
    {
        return core::find_fact<T>(seen.facts, name).value_or(T{});
    }

    support::TempFile password_{"secret"};
};

TEST_F(Databases, APrimaryTakesAWriteAndKeepsNothingOfIt)
{
    EXPECT_TRUE(role_of(access(pair().primary)).writable);
    pair().primary.sql("alter system set default_transaction_read_only = on");
    pair().primary.sql("select pg_reload_conf()");
    const auto refusing = [&] { return !role_of(access(pair().primary)).writable; };
    for (int tries = 0; tries < 100 && !refusing(); ++tries) {
    }
    EXPECT_TRUE(refusing());
    pair().primary.sql("alter system reset default_transaction_read_only");
    pair().primary.sql("select pg_reload_conf()");
    for (int tries = 0; tries < 100 && refusing(); ++tries) {
    }
    EXPECT_FALSE(refusing());
}

TEST_F(Databases, AReplicaTakesNoneAndNamesItsSender)
{
    DatabaseRole role;
    for (int tries = 0; tries < 500 && role.sender.empty(); ++tries)
        role = role_of(access(*pair().replica));
    EXPECT_TRUE(role.answered);
    EXPECT_FALSE(role.writable);
    EXPECT_EQ(role.sender, "127.0.0.1");
    auto nobody = access(pair().primary);
    nobody.port = 1;
    EXPECT_FALSE(role_of(nobody).answered);
}

/// The old plane is gone, and the replica waits for it: it will follow it when it returns.
TEST_F(Databases, AReplicaWithoutItsSenderNamesWhomItWouldFollow)
{
    const auto replica = support::PostgresServer::standby_of(pair().primary);
    replica->start({"primary_conninfo=user=admin password=hidden host=old.example.com port=1"});
    const auto role = role_of(access(*replica));
    EXPECT_TRUE(role.answered) << role.detail;
    EXPECT_EQ(role.sender, "old.example.com");
    EXPECT_EQ(role_of(access(pair().primary)).sender, "") << "a primary follows nobody";
}

TEST_F(Databases, LabelAndServerMustAgree)
{
    EXPECT_EQ(fact<std::int64_t>(await_primary("primary", {}), "primaries"), 1);
    EXPECT_EQ(fact<std::int64_t>(await_primary("replica", {}), "primaries"), 0);
    const auto both = await_primary("primary", {access(pair().primary)});
    EXPECT_EQ(fact<std::int64_t>(both, "primaries"), 1);
    EXPECT_EQ(fact<std::string>(both, "operation"), "Failover");
    EXPECT_EQ(fact<std::int64_t>(both, "ready"), 1);
    EXPECT_EQ(fact<std::int64_t>(both, "replicas"), 1);
    const auto label_only = await_primary("primary", {access(*pair().replica)});
    EXPECT_EQ(fact<std::int64_t>(label_only, "primaries"), 0);
    const auto server_only = await_primary("replica", {access(pair().primary)});
    EXPECT_EQ(fact<std::int64_t>(server_only, "primaries"), 0);
    const auto two = await_primary("primary", {access(pair().primary), access(pair().primary)});
    EXPECT_EQ(fact<std::int64_t>(two, "primaries"), 2);
}

TEST_F(Databases, WhoFollowsAnotherSenderIsAstray)
{
    const auto server = [](bool writable, const std::string& host, const std::string& sender) {
        DatabaseRole role;
        role.answered = true;
        role.writable = writable;
        role.host = host;
        role.sender = sender;
        return role;
    };
    const auto primary = server(true, "pg1", "");
    EXPECT_EQ(count_astray({primary, server(false, "pg2", "pg1")}, {}), 0);
    EXPECT_EQ(count_astray({primary, server(false, "pg2", "tsb-postgres")}, {"tsb-postgres"}), 0);
    EXPECT_EQ(count_astray({primary, server(false, "pg2", "old.example.com")}, {}), 1);
    EXPECT_EQ(count_astray({primary, server(false, "pg2", "")}, {}), 0) << "not known";
    EXPECT_EQ(count_astray({server(false, "pg2", "old.example.com")}, {}), 0) << "no primary yet";
}

TEST_F(Databases, ContentIsReadAsFarAsItIsTold)
{
    const auto seen = content("select 'tetrate', 3, null::text");
    EXPECT_EQ(core::find_fact<bool>(seen.facts, "asked"), true);
    EXPECT_EQ(fact<std::string>(seen, "organization"), "tetrate");
    EXPECT_EQ(fact<std::string>(seen, "clusters"), "3");
    EXPECT_FALSE(seen.facts.contains("schema_version"));
    EXPECT_FALSE(content("select 1").readable);
    EXPECT_THAT(content("select nonsense").detail, HasSubstr("nonsense"));
    EXPECT_FALSE(content("select nonsense").readable);
}

}  // namespace
}  // namespace understudy::actions
