#include "probes/postgres_probe.hpp"

#include "support/authority.hpp"
#include "support/postgres_server.hpp"
#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"
#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::find_fact;
using core::Reason;
using testing::HasSubstr;
using testing::Not;
using Expect = PostgresProbe::Expect;

/// One primary with TLS and one standby for the whole suite: making them takes seconds.
struct Pair {
    Pair()
    {
        const auto leaf = authority.issue({.names = {"DNS:localhost", "IP:127.0.0.1"}});
        const auto certificate = primary.put("tls.crt", leaf.certificate);
        const auto key = primary.put("tls.key", leaf.key);
        primary.start(
            {"ssl=on", "ssl_cert_file=" + certificate.string(), "ssl_key_file=" + key.string()});
        primary.sql("CREATE ROLE watcher LOGIN PASSWORD 'secret' IN ROLE pg_monitor");
        primary.sql("CREATE ROLE nobody LOGIN PASSWORD 'secret'");
        standby = support::PostgresServer::standby_of(primary);
        standby->start({"wal_retrieve_retry_interval=200ms"});
    }

    support::Authority authority;
    support::PostgresServer primary;
    std::unique_ptr<support::PostgresServer> standby;
};

class Postgres : public testing::Test {
protected:
    static void SetUpTestSuite() { pair_ = std::make_unique<Pair>(); }
    static void TearDownTestSuite() { pair_.reset(); }

    PostgresProbe::Options at(std::uint16_t port, Expect expect = Expect::primary) const
    {
        PostgresProbe::Options options;
        options.instance = "pg";
        options.host = "127.0.0.1";
        options.port = port;
        options.user = "watcher";
        options.password_file = password_.path();
        options.sslmode = "disable";
        options.expect = expect;
        options.timeout = 20s;
        return options;
    }
    PostgresProbe::Options primary() const { return at(pair_->primary.port()); }
    PostgresProbe::Options standby() const { return at(pair_->standby->port(), Expect::standby); }

    core::Outcome run(PostgresProbe::Options options)
    {
        PostgresProbe probe(resolver_, std::move(options));
        return support::run_coroutine(io_, probe.run(), 60s);
    }

    /// The standby needs a moment to connect after its start, so ask until it says `wanted`.
    core::Outcome run_until(const PostgresProbe::Options& options, Reason wanted)
    {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        auto outcome = run(options);
        while (outcome.reason != wanted && std::chrono::steady_clock::now() < deadline)
            outcome = run(options);
        return outcome;
    }

    inline static std::unique_ptr<Pair> pair_;
    support::TempFile password_{"secret\n"};
    boost::asio::io_context io_{1};
    net::Resolver resolver_{io_.get_executor()};
};

TEST_F(Postgres, AWritablePrimary)
{
    const auto outcome = run(primary());
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/in_recovery"), false);
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/writable"), true);
    EXPECT_GT(find_fact<std::int64_t>(outcome.facts, "postgres/pg/position"), 0);
    EXPECT_FALSE(find_fact<std::string>(outcome.facts, "postgres/pg/system")->empty());
    EXPECT_FALSE(outcome.facts.contains("postgres/pg/streaming"));
    EXPECT_FALSE(outcome.facts.contains("postgres/pg/unreplayed"));
    EXPECT_EQ(outcome.phases.front().phase, core::Phase::resolve);
    EXPECT_EQ(outcome.phases.back().phase, core::Phase::request);
}

TEST_F(Postgres, AStreamingStandby)
{
    const auto outcome = run_until(standby(), Reason::none);
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/in_recovery"), true);
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/writable"), false);
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/streaming"), true);
    EXPECT_EQ(find_fact<std::string>(outcome.facts, "postgres/pg/sender"), "127.0.0.1");
    EXPECT_GE(find_fact<std::int64_t>(outcome.facts, "postgres/pg/unreplayed").value_or(-1), 0);
    EXPECT_THAT(outcome.detail, HasSubstr("bytes of received WAL to replay"));
    const auto system = find_fact<std::string>(run(primary()).facts, "postgres/pg/system");
    EXPECT_EQ(find_fact<std::string>(outcome.facts, "postgres/pg/system"), system);
}

TEST_F(Postgres, EachRoleIsHeldAgainstWhatWasExpected)
{
    auto options = standby();
    options.expect = Expect::primary;
    EXPECT_EQ(run(options).reason, Reason::in_recovery);
    options.expect = Expect::any;
    EXPECT_EQ(run(options).reason, Reason::none);
    options = primary();
    options.expect = Expect::standby;
    EXPECT_EQ(run(options).reason, Reason::field);
}

TEST_F(Postgres, AStandbyWhosePrimaryIsSilentReceivesNothing)
{
    ASSERT_EQ(run_until(standby(), Reason::none).reason, Reason::none);
    pair_->standby->sql("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
    pair_->standby->sql("SELECT pg_reload_conf()");
    const auto outcome = run_until(standby(), Reason::stale);
    EXPECT_EQ(outcome.reason, Reason::stale) << outcome.detail;
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/streaming"), false);
    pair_->standby->sql(
        "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 user=admin password=secret port=" +
        std::to_string(pair_->primary.port()) + "'");
    pair_->standby->sql("SELECT pg_reload_conf()");
    EXPECT_EQ(run_until(standby(), Reason::none).reason, Reason::none);
}

TEST_F(Postgres, AReceiverThatOurUserMayNotSeeIsNotAReceiverThatIsNotThere)
{
    ASSERT_EQ(run_until(standby(), Reason::none).reason, Reason::none);
    auto options = standby();
    options.user = "nobody";
    const auto outcome = run(options);
    EXPECT_EQ(outcome.reason, Reason::credentials) << outcome.detail;
    EXPECT_THAT(outcome.detail, HasSubstr("pg_monitor"));
    EXPECT_FALSE(outcome.facts.contains("postgres/pg/streaming"));
}

TEST_F(Postgres, APrimaryThatRefusesWrites)
{
    pair_->primary.sql("ALTER ROLE watcher SET default_transaction_read_only = on");
    const auto outcome = run(primary());
    pair_->primary.sql("ALTER ROLE watcher RESET default_transaction_read_only");
    EXPECT_EQ(outcome.reason, Reason::read_only);
    EXPECT_EQ(find_fact<bool>(outcome.facts, "postgres/pg/writable"), false);
}

TEST_F(Postgres, ALoginThatIsRefusedIsOurOwnTrouble)
{
    const support::TempFile wrong("wr0ng");
    auto options = primary();
    options.password_file = wrong.path();
    const auto outcome = run(options);
    EXPECT_EQ(outcome.reason, Reason::credentials);
    EXPECT_THAT(outcome.detail, HasSubstr("28P01"));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("wr0ng")));
    options.password_file.clear();
    EXPECT_EQ(run(options).reason, Reason::credentials) << "no password at all";
    options.password_file = "/nonexistent";
    EXPECT_EQ(run(options).reason, Reason::credentials) << "a password file that is not there";
}

TEST_F(Postgres, ADatabaseThatDoesNotExistIsOurOwnTrouble)
{
    auto options = primary();
    options.database = "nothing";
    const auto outcome = run(options);
    EXPECT_EQ(outcome.reason, Reason::internal);
    EXPECT_THAT(outcome.detail, HasSubstr("3D000"));
}

TEST_F(Postgres, VerifiesChainAndName)
{
    const support::TempFile ca(pair_->authority.certificate());
    const support::Authority other;
    const support::TempFile wrong_ca(other.certificate());
    auto options = primary();
    options.sslmode = "verify-full";
    options.ca_file = ca.path();
    const auto good = run(options);
    EXPECT_EQ(good.reason, Reason::none) << good.detail;
    const auto is_tls = [](const auto& phase) { return phase.phase == core::Phase::tls; };
    EXPECT_TRUE(std::ranges::any_of(good.phases, is_tls));
    options.ca_file = wrong_ca.path();
    EXPECT_EQ(run(options).reason, Reason::tls_verify);
    options.ca_file = "/nonexistent";
    EXPECT_EQ(run(options).reason, Reason::tls_verify);
    options = standby();
    options.sslmode = "verify-full";
    options.ca_file = ca.path();
    EXPECT_EQ(run(options).reason, Reason::tls_verify) << "the server does not speak TLS";
}

TEST_F(Postgres, AQueryOfTheOperators)
{
    auto options = primary();
    for (const auto* good :
         {"SELECT true", "SELECT 1", "SELECT NULL", "SELECT 1 WHERE false", "",
          "SELECT generate_series(1, 100000)", "SET work_mem = '1MB'; SELECT true"}) {
        options.query = good;
        const auto outcome = run(options);
        EXPECT_EQ(outcome.reason, Reason::none) << good << ": " << outcome.detail;
    }
    options.query = "SELECT false";
    EXPECT_EQ(run(options).reason, Reason::field);
    for (const auto* bad : {"SELECT 1/0", "SELECT true; SELECT 1/0"}) {
        options.query = bad;
        EXPECT_EQ(run(options).reason, Reason::sql) << bad;
    }
    options.query = "SELECT nonsense";
    EXPECT_EQ(run(options).reason, Reason::internal) << "a statement that is wrong";
    options.query = "SELECT * FROM pg_authid";
    EXPECT_EQ(run(options).reason, Reason::credentials) << "permission denied";
}

TEST_F(Postgres, TellsWhatADatabaseHoldsAsFarAsTheQueryDoes)
{
    auto options = primary();
    options.tells_content = true;
    options.query = "SELECT 'acme', 3, NULL::text";
    const auto outcome = run(options);
    EXPECT_EQ(core::find_fact<std::string>(outcome.facts, "content/organization"), "acme");
    EXPECT_EQ(core::find_fact<std::string>(outcome.facts, "content/clusters"), "3");
    EXPECT_FALSE(outcome.facts.contains("content/schema_version"));
    options.query = "SELECT 'acme'";
    EXPECT_FALSE(run(options).facts.contains("content/organization")) << "another shape";
}

TEST_F(Postgres, AQueryWithoutEndMeetsTheDeadline)
{
    auto options = primary();
    options.query = "SELECT pg_sleep(1000)";
    options.timeout = 500ms;
    const auto outcome = run(options);
    // Ours or the server's own statement_timeout, which is as long: whichever fires first.
    EXPECT_EQ(outcome.reason, Reason::timeout);
    EXPECT_LT(outcome.took, 20s);
}

TEST_F(Postgres, AServerThatIsStoppedHangsUntilTheDeadline)
{
    pair_->primary.signal(SIGSTOP);
    auto options = primary();
    options.timeout = 500ms;
    const auto outcome = run(options);
    pair_->primary.signal(SIGCONT);
    EXPECT_EQ(outcome.reason, Reason::timeout) << outcome.detail;
    EXPECT_THAT(outcome.detail, HasSubstr("no answer in time"));
}

TEST_F(Postgres, NobodyListens)
{
    EXPECT_EQ(run(at(support::unused_port())).reason, Reason::connect_refused);
}

TEST_F(Postgres, ANameThatDoesNotResolveIsOurOwnTrouble)
{
    auto options = primary();
    options.host = "nothing.invalid";
    options.timeout = 2s;
    EXPECT_EQ(run(options).reason, Reason::resolver);
}

TEST_F(Postgres, APeerThatIsNoDatabase)
{
    using support::Act;
    const auto against = [&](std::vector<Act> script) {
        support::ScriptedPeer peer(io_, std::move(script));
        auto options = at(peer.port());
        options.timeout = 2s;
        const auto outcome = run(options);
        EXPECT_THAT(outcome.detail, Not(HasSubstr("secret")));
        return outcome.reason;
    };
    EXPECT_EQ(against({support::send("SSH-2.0-OpenSSH_9.2\r\n"), support::hang}), Reason::protocol);
    EXPECT_EQ(against({support::reset}), Reason::connect_reset);
    EXPECT_EQ(against({support::close}), Reason::connect_reset);
    EXPECT_EQ(against({support::hang}), Reason::timeout);
}

TEST_F(Postgres, IgnoresTheEnvironmentOfTheProcess)
{
    setenv("PGOPTIONS", "-c default_transaction_read_only=on", 1);
    setenv("PGSSLMODE", "verify-full", 1);
    const auto outcome = run(primary());
    for (const auto* name : {"PGOPTIONS", "PGSSLMODE"})
        unsetenv(name);
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
}

}  // namespace
}  // namespace understudy::probes
