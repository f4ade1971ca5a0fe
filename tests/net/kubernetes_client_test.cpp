#include "net/kubernetes_client.hpp"

#include "support/authority.hpp"
#include "support/cluster_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::http_answer;
using testing::HasSubstr;
using testing::Not;

class Kubernetes : public support::ClusterTest {
protected:
    KubernetesReply get(KubernetesClient& client, core::Duration timeout = 10s)
    {
        return support::run_coroutine(io_, client.get("/api/v1/x?limit=1", timeout));
    }

    std::ptrdiff_t requests_with(const std::string& text) const
    {
        const auto holds = [&](const auto& request) {
            return request.head.find(text) != std::string::npos;
        };
        return std::ranges::count_if(server_->requests(), holds);
    }
};

/// A plugin that appends a line to `log` at every run and prints a token with that line's number.
std::string plugin_user(const std::filesystem::path& log, const std::string& expires)
{
    return R"({exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, 'echo run >> )" +
           log.string() + R"(; n=$(wc -l < )" + log.string() +
           R"(); echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"plugin-$n\",\"expirationTimestamp\":\")" +
           expires + R"(\"}}"']}})";
}

std::string shell_user(const std::string& script)
{
    return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, '" +
           script + "']}}";
}

TEST_F(Kubernetes, ShowsTheTokenAndParsesTheObject)
{
    answer_with({http_answer(200, R"({"kind":"Pod","n":1})")});
    const auto cluster = client();
    const auto reply = get(*cluster);
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(reply.object.at("kind").as_string(), "Pod");
    ASSERT_EQ(server_->requests().size(), 1u);
    EXPECT_EQ(server_->requests().front().path, "/api/v1/x?limit=1");
    EXPECT_EQ(requests_with("Authorization: Bearer t0ken\r\n"), 1);
}

TEST_F(Kubernetes, AServerBelowAPathKeepsItsPath)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client_at(server_->url() + "/k8s/clusters/c1/");
    get(*cluster);
    EXPECT_EQ(server_->requests().front().path, "/k8s/clusters/c1/api/v1/x?limit=1");
}

struct AnswerCase {
    const char* name;
    unsigned status;
    std::string body;
    Reason reason;
};

class KubernetesAnswers : public Kubernetes, public testing::WithParamInterface<AnswerCase> {};

TEST_P(KubernetesAnswers, AreJudged)
{
    answer_with({http_answer(GetParam().status, GetParam().body)});
    const auto cluster = client();
    const auto reply = get(*cluster);
    EXPECT_EQ(reply.reason, GetParam().reason) << reply.detail;
    EXPECT_TRUE(reply.reason == Reason::none || reply.object.is_null());
    EXPECT_THAT(reply.detail, Not(HasSubstr("t0ken")));
}

std::string repeated(const char* text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

constexpr auto not_found = R"({"kind":"Status","reason":"NotFound","message":"pods x not found"})";

INSTANTIATE_TEST_SUITE_P(
    Table,
    KubernetesAnswers,
    testing::Values(
        AnswerCase{"Unauthorized", 401, "", Reason::credentials},
        AnswerCase{
            "Forbidden", 403, R"({"kind":"Status","reason":"Forbidden"})", Reason::credentials},
        AnswerCase{"TooMany", 429, "", Reason::rate_limited},
        AnswerCase{"NotFound", 404, not_found, Reason::missing},
        AnswerCase{"NotFoundOfAProxy", 404, "<html>not found</html>", Reason::status},
        AnswerCase{"ServerError", 500, R"({"kind":"Status"})", Reason::status},
        AnswerCase{"Redirect", 302, "", Reason::status},
        AnswerCase{"Html", 200, "<html>", Reason::json},
        AnswerCase{"NoObject", 200, "[1]", Reason::json},
        AnswerCase{"Empty", 200, "", Reason::json},
        AnswerCase{"CutShort", 200, R"({"items":[{"a":)", Reason::json},
        AnswerCase{"Deep", 200, R"({"a":)" + repeated("[", 100000), Reason::json},
        AnswerCase{"DeepInAnError", 500, repeated("[", 100000), Reason::status},
        AnswerCase{"NotUtf8", 200, "{\"a\":\"\xff\xfe\"}", Reason::json},
        AnswerCase{"TooLarge", 200, std::string(9 * 1024 * 1024, ' '), Reason::body}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Kubernetes, RepeatsTheServersOwnWordsMadeFitForALog)
{
    answer_with({http_answer(403, R"({"kind":"Status","message":"no\n\u001b[31m way"})")});
    const auto cluster = client();
    const auto reply = get(*cluster);
    EXPECT_THAT(reply.detail, HasSubstr("/api/v1/x: 403 no"));
    EXPECT_THAT(reply.detail, Not(HasSubstr("\n")));
    EXPECT_THAT(reply.detail, Not(HasSubstr("\x1b")));
}

TEST_F(Kubernetes, ASlowAnswerEndsAtTheDeadline)
{
    support::ScriptedPeer peer(
        io_, {support::read_head, support::drip(http_answer(200, "{}"), 1s)});
    const auto cluster = client_at("http://127.0.0.1:" + std::to_string(peer.port()));
    EXPECT_EQ(get(*cluster, 200ms).reason, Reason::timeout);
}

TEST_F(Kubernetes, ATokenFileIsReadAgainForEveryRequest)
{
    answer_with({http_answer(200, "{}")});
    const support::TempFile token("first\n");
    const auto cluster = client("{tokenFile: " + token.path().string() + "}");
    get(*cluster);
    token.write("second\n");
    get(*cluster);
    EXPECT_EQ(requests_with("Bearer first\r\n"), 1);
    EXPECT_EQ(requests_with("Bearer second\r\n"), 1);
}

TEST_F(Kubernetes, ARefusedTokenIsNotShownTwice)
{
    answer_with({http_answer(401, "")});
    const auto cluster = client();
    EXPECT_EQ(get(*cluster).reason, Reason::credentials);
    EXPECT_EQ(server_->requests().size(), 1u);
}

TEST_F(Kubernetes, APluginsTokenIsKeptWhileItIsGood)
{
    answer_with({http_answer(200, "{}")});
    const support::TempFile log("");
    const auto cluster = client(plugin_user(log.path(), "2099-01-01T00:00:00Z"));
    get(*cluster);
    get(*cluster);
    EXPECT_EQ(requests_with("Bearer plugin-1\r\n"), 2);
}

TEST_F(Kubernetes, APluginIsAskedAgainWhenItsTokenIsNearItsEnd)
{
    answer_with({http_answer(200, "{}")});
    const support::TempFile log("");
    const auto cluster = client(plugin_user(log.path(), "2020-01-01T00:00:00Z"));
    get(*cluster);
    get(*cluster);
    EXPECT_EQ(requests_with("Bearer plugin-2\r\n"), 1);
}

TEST_F(Kubernetes, APluginIsAskedAgainAfterARefusal)
{
    answer_with({http_answer(401, ""), http_answer(200, "{}")});
    const support::TempFile log("");
    const auto cluster = client(plugin_user(log.path(), "2099-01-01T00:00:00Z"));
    const auto reply = get(*cluster);
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(requests_with("Bearer plugin-2\r\n"), 1);
}

TEST_F(Kubernetes, ManyRequestsAtOnceAskThePluginOnce)
{
    answer_with({http_answer(200, "{}")});
    const support::TempFile log("");
    const auto cluster = client(plugin_user(log.path(), "2099-01-01T00:00:00Z"));
    std::vector<Reason> reasons;
    for (int i = 0; i < 4; ++i)
        boost::asio::co_spawn(
            io_, cluster->get("/x", 10s),
            [&](std::exception_ptr, KubernetesReply reply) { reasons.push_back(reply.reason); });
    io_.run_for(1ms);
    while (reasons.size() < 4 && io_.run_one_for(10s) > 0) {
    }
    EXPECT_EQ(reasons, std::vector<Reason>(4, Reason::none));
    EXPECT_EQ(requests_with("Bearer plugin-1\r\n"), 4);
}

TEST_F(Kubernetes, APluginThatHangsIsKilledAndIsOurOwnTrouble)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client(shell_user("sleep 1000"));
    const auto reply = get(*cluster, 300ms);
    EXPECT_EQ(reply.reason, Reason::credentials);
    EXPECT_THAT(reply.detail, HasSubstr("/bin/sh killed at its deadline"));
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(Kubernetes, APluginThatFailsSaysWhyWithoutItsOutput)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client(shell_user("echo s3cret; echo login expired >&2; exit 1"));
    const auto reply = get(*cluster);
    EXPECT_EQ(reply.reason, Reason::credentials);
    EXPECT_THAT(reply.detail, HasSubstr("exited with code 1: login expired"));
    EXPECT_THAT(reply.detail, Not(HasSubstr("s3cret")));
}

TEST_F(Kubernetes, APluginThatPrintsSomethingElseIsOurOwnTrouble)
{
    answer_with({http_answer(200, "{}")});
    for (const auto* script : {"echo hello", "echo {}", "true", "head -c 1000000 /dev/zero"}) {
        const auto cluster = client(shell_user(script));
        EXPECT_EQ(get(*cluster).reason, Reason::credentials) << script;
    }
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(Kubernetes, VerifiesTheServersCertificate)
{
    const support::Authority ours("ours");
    const support::Authority other("other");
    const auto script = [] {
        return std::vector<support::Act>{
            support::read_head, support::send(http_answer(200, "{}")), support::close};
    };
    support::PeerTls tls;
    tls.identity = ours.issue({.names = {"IP:127.0.0.1"}});
    support::ScriptedPeer peer(io_, tls, script());
    const auto url = "https://127.0.0.1:" + std::to_string(peer.port());

    const auto trusting = [&](const support::Authority& authority) {
        const support::TempFile ca(authority.certificate());
        auto text = support::kubeconfig_text(url, "{token: t0ken}");
        text.replace(
            text.find("server: "), 8,
            "certificate-authority: " + ca.path().string() + ", server: ");
        const support::TempFile file(text);
        KubernetesOptions options;
        options.kubeconfig = file.path();
        KubernetesClient cluster(http_, options);
        return get(cluster).reason;
    };
    EXPECT_EQ(trusting(ours), Reason::none);
    EXPECT_EQ(trusting(other), Reason::tls_verify);
}

TEST_F(Kubernetes, AServerThatIsNoUrlIsRefusedAtOnce)
{
    EXPECT_THROW(client_at("https://"), std::runtime_error);
    EXPECT_THROW(client_at("https://name:port"), std::runtime_error);
}

}  // namespace
}  // namespace understudy::net
