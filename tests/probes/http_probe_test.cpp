#include "probes/http_probe.hpp"

#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"
#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::Act;
using support::close;
using support::read_head;
using support::ScriptedPeer;
using support::send;
using support::TempFile;
using testing::HasSubstr;
using testing::Not;

Act response(const std::string& status, const std::string& type, const std::string& body)
{
    return send(
        "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

class HttpProbeTest : public testing::Test {
protected:
    HttpProbeTest()
    {
        options.host = "127.0.0.1";
        options.tls = false;
        options.timeout = 10s;
    }

    core::Outcome run_at(std::uint16_t port)
    {
        options.port = port;
        HttpProbe probe(client, options);
        return support::run_coroutine(io, probe.run());
    }

    core::Outcome run_against(Act answer)
    {
        const ScriptedPeer peer(io, {read_head, std::move(answer), close});
        const auto outcome = run_at(peer.port());
        received = peer.received();
        return outcome;
    }

    boost::asio::io_context io{1};
    net::Resolver resolver{io.get_executor()};
    net::HttpClient client{resolver};
    HttpProbe::Options options;
    std::string received;
};

struct StatusRow {
    const char* status;
    Reason reason;
    core::OutcomeKind kind;
};

TEST_F(HttpProbeTest, StatusesSpeakOfThePlaneOrOfUs)
{
    using core::OutcomeKind;
    const std::vector<StatusRow> rows{
        {"200 OK", Reason::none, OutcomeKind::ok},
        {"401 Unauthorized", Reason::credentials, OutcomeKind::inconclusive},
        {"403 Forbidden", Reason::credentials, OutcomeKind::inconclusive},
        {"429 Slow Down", Reason::rate_limited, OutcomeKind::inconclusive},
        {"404 Not Found", Reason::status, OutcomeKind::failed},
        {"302 Found", Reason::status, OutcomeKind::failed},
        {"503 Unavailable", Reason::status, OutcomeKind::failed},
    };
    for (const auto& row : rows) {
        const auto outcome = run_against(response(row.status, "text/plain", "why"));
        EXPECT_EQ(outcome.reason, row.reason) << row.status << ": " << outcome.detail;
        EXPECT_EQ(outcome.kind(), row.kind) << row.status;
    }
}

TEST_F(HttpProbeTest, ATokenThatHasRunOutIsToldFromOneThatIsRefused)
{
    const TempFile expired("e30.eyJleHAiOjEwMDAwMDAwMDB9.c2ln\n");  // exp: in 2001
    const TempFile valid("e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln\n");    // exp: in 2100
    using Kind = HttpCredentials::Kind;
    for (const auto kind : {Kind::bearer, Kind::tetrate_token}) {
        options.credentials.kind = kind;
        for (const auto* status : {"401 No", "403 No"}) {
            options.credentials.file = expired.path();
            EXPECT_EQ(
                run_against(response(status, "text/plain", "")).reason,
                Reason::credentials_expired);
            options.credentials.file = valid.path();
            EXPECT_EQ(run_against(response(status, "text/plain", "")).reason, Reason::credentials);
        }
    }
    options.credentials.file = expired.path();
    EXPECT_EQ(run_against(response("503 No", "text/plain", "")).reason, Reason::status);
}

TEST_F(HttpProbeTest, AnExpectedStatusIsFineWhateverItIs)
{
    options.expected_status = {401, 404};
    EXPECT_EQ(run_against(response("401 No", "text/plain", "")).reason, Reason::none);
    EXPECT_EQ(run_against(response("200 OK", "text/plain", "")).reason, Reason::status);
}

TEST_F(HttpProbeTest, ShowsABoundedPrintableExcerpt)
{
    const auto outcome =
        run_against(response("503 No", "text/plain", "\x1b[31mupstream" + std::string(500, 'x')));
    EXPECT_THAT(outcome.detail, testing::AllOf(HasSubstr("503"), HasSubstr("\\x1b[31mupstream")));
    EXPECT_LT(outcome.detail.size(), 250U);
}

struct JsonRow {
    const char* name;
    std::string type;
    std::string body;
    Reason reason;
};

class HttpProbeJson : public HttpProbeTest, public testing::WithParamInterface<JsonRow> {};

TEST_P(HttpProbeJson, IsHeldAgainstTheAssertions)
{
    options.json = {{"/a/0/b", "\"x\""}, {"/n", ""}};
    const auto outcome = run_against(response("200 OK", GetParam().type, GetParam().body));
    EXPECT_EQ(outcome.reason, GetParam().reason) << outcome.detail;
}

const std::vector<JsonRow> json_rows{
    {"Good", "application/json", R"({"a":[{"b":"x"}],"n":null})", Reason::none},
    {"GoodWithCharset", "Application/JSON; charset=utf-8", R"({"a":[{"b":"x"}],"n":1})",
     Reason::none},
    {"GoodProblemType", "application/problem+json", R"({"a":[{"b":"x"}],"n":1})", Reason::none},
    {"AnotherValue", "application/json", R"({"a":[{"b":"y"}],"n":1})", Reason::json},
    {"AnotherType", "application/json", R"({"a":[{"b":1}],"n":1})", Reason::json},
    {"Absent", "application/json", R"({"a":[{"b":"x"}]})", Reason::json},
    {"Cut", "application/json", R"({"a":[{"b":"x"})", Reason::json},
    {"Empty", "application/json", "", Reason::json},
    {"TrailingGarbage", "application/json", R"({"a":[{"b":"x"}],"n":1} x)", Reason::json},
    {"TooDeep", "application/json", std::string(40, '[') + std::string(40, ']'), Reason::json},
    {"VeryDeep", "application/json", std::string(500000, '['), Reason::json},
    {"Html", "text/html", "<html>It works!</html>", Reason::body},
};

INSTANTIATE_TEST_SUITE_P(Body, HttpProbeJson, testing::ValuesIn(json_rows), [](const auto& row) {
    return row.param.name;
});

TEST_F(HttpProbeTest, AssertionsThatCannotBeUnderstoodAreRefused)
{
    options.json = {{"no/slash", ""}};
    EXPECT_THROW(HttpProbe(client, options), std::invalid_argument);
    options.json = {{"/a~2", ""}};
    EXPECT_THROW(HttpProbe(client, options), std::invalid_argument);
    options.json = {{"/a", "success"}};
    EXPECT_THROW(HttpProbe(client, options), std::invalid_argument);
}

TEST_F(HttpProbeTest, CredentialsAreReadForEveryRequest)
{
    const TempFile token("first\n");
    options.credentials.kind = HttpCredentials::Kind::tetrate_token;
    options.credentials.file = token.path();
    const ScriptedPeer peer(io, {read_head, response("200 OK", "text/plain", ""), close});
    options.port = peer.port();
    HttpProbe probe(client, options);
    support::run_coroutine(io, probe.run());
    EXPECT_THAT(peer.received(), HasSubstr("x-tetrate-token: first\r\n"));
    token.write("second\n");
    support::run_coroutine(io, probe.run());
    EXPECT_THAT(peer.received(), HasSubstr("x-tetrate-token: second\r\n"));
}

TEST_F(HttpProbeTest, BasicAndBearer)
{
    const TempFile secret("open sesame");
    options.credentials.file = secret.path();
    options.credentials.kind = HttpCredentials::Kind::basic;
    options.credentials.user = "Aladdin";
    run_against(response("200 OK", "text/plain", ""));
    EXPECT_THAT(received, HasSubstr("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
    options.credentials.kind = HttpCredentials::Kind::bearer;
    run_against(response("200 OK", "text/plain", ""));
    EXPECT_THAT(received, HasSubstr("Authorization: Bearer open sesame\r\n"));
}

TEST_F(HttpProbeTest, AnEchoedCredentialDoesNotShow)
{
    const TempFile token("hunter2");
    options.credentials.kind = HttpCredentials::Kind::bearer;
    options.credentials.file = token.path();
    const auto outcome =
        run_against(response("500 No", "text/plain", "you sent hunter2 and hunter2"));
    EXPECT_THAT(outcome.detail, Not(HasSubstr("hunter2")));
    EXPECT_THAT(outcome.detail, HasSubstr("you sent"));
}

TEST_F(HttpProbeTest, ACredentialThatCannotBeReadIsOurOwnTrouble)
{
    options.credentials.kind = HttpCredentials::Kind::bearer;
    options.credentials.file = "/nonexistent/token";
    const auto outcome = run_at(support::unused_port());
    EXPECT_EQ(outcome.reason, Reason::credentials);
    EXPECT_THAT(outcome.detail, HasSubstr("/nonexistent/token"));
}

TEST_F(HttpProbeTest, TellsTheClustersThatItLists)
{
    options.lists_clusters = true;
    const auto names = [this](const std::string& status, const std::string& body) {
        const auto outcome = run_against(response(status, "application/json", body));
        return core::find_fact<std::string>(outcome.facts, "clusters/names");
    };
    const std::string two = R"({"clusters":[{"name":"c2"},{"name":"c1"}]})";
    EXPECT_EQ(names("200 OK", two), "c1 c2");
    EXPECT_EQ(names("200 OK", "{}"), "");
    EXPECT_EQ(names("200 OK", "<html>"), std::nullopt) << "unknown, and not none";
    EXPECT_EQ(names("503 Service Unavailable", two), std::nullopt);
    options.lists_clusters = false;
    EXPECT_EQ(names("200 OK", two), std::nullopt);
}

TEST_F(HttpProbeTest, FollowsARotatedCaFile)
{
    const support::Authority before("Before");
    const support::Authority after("After");
    support::PeerTls tls;
    support::LeafWish wish;
    wish.names = {"IP:127.0.0.1"};
    tls.identity = after.issue(wish);
    const ScriptedPeer peer(io, tls, {read_head, response("200 OK", "text/plain", ""), close});
    const TempFile roots(before.certificate());
    options.tls = true;
    options.tls_options.ca_file = roots.path();
    options.port = peer.port();
    HttpProbe probe(client, options);
    EXPECT_EQ(support::run_coroutine(io, probe.run()).reason, Reason::tls_verify);
    roots.write(after.certificate());
    const auto outcome = support::run_coroutine(io, probe.run());
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(core::find_fact<std::string>(outcome.facts, "certificate/issuer"), "CN=After");
}

}  // namespace
}  // namespace understudy::probes
