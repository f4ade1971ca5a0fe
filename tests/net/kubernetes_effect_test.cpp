#include "net/boot_clock.hpp"
#include "net/kubernetes_effect.hpp"

#include "support/cluster_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using support::http_answer;
using testing::HasSubstr;
using testing::Not;

class KubernetesEffect : public support::ClusterTest {
protected:
    static KubernetesRequest patch()
    {
        KubernetesRequest request;
        request.path = "/apis/apps/v1/namespaces/tsb/deployments/tsb";
        request.body = R"([{"op":"replace","path":"/spec/replicas","value":0}])";
        return request;
    }

    KubernetesReply send(
        KubernetesClient& client, core::Duration within = 10s, KubernetesRequest request = patch())
    {
        const EffectLimits limits(boot_now() + within);
        return support::run_coroutine(io_, client.send(std::move(request), limits));
    }

    EffectResult result_of(std::string answer)
    {
        answer_with({std::move(answer)});
        const auto cluster = client();
        return effect_result_of(send(*cluster));
    }

    /// What comes of a server that plays this script.
    EffectResult result_of(std::vector<support::Act> script, core::Duration within = 10s)
    {
        const support::ScriptedPeer peer(io_, std::move(script));
        const auto cluster = client_at("http://127.0.0.1:" + std::to_string(peer.port()));
        return effect_result_of(send(*cluster, within));
    }
};

std::string status_object(const std::string& reason)
{
    return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"("})";
}

TEST_F(KubernetesEffect, SaysWhatItWantsAndHowLongTheServerMayTake)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client();
    EXPECT_EQ(effect_result_of(send(*cluster)), EffectResult::applied);
    ASSERT_EQ(server_->requests().size(), 1u);
    const auto& head = server_->requests().front().head;
    EXPECT_THAT(
        head, HasSubstr("PATCH /apis/apps/v1/namespaces/tsb/deployments/tsb?timeout=5s HTTP/1.1"));
    EXPECT_THAT(head, HasSubstr("Content-Type: application/json-patch+json\r\n"));
    EXPECT_THAT(head, HasSubstr("Authorization: Bearer t0ken\r\n"));
}

TEST_F(KubernetesEffect, AQueryKeepsItsParameters)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client();
    auto request = patch();
    request.method = "DELETE";
    request.path = "/x?dryRun=All";
    request.body.clear();
    EffectLimits limits(boot_now() + 10s);
    limits.server_limit = 2500ms;
    support::run_coroutine(io_, cluster->send(request, limits));
    EXPECT_EQ(server_->requests().front().path, "/x?dryRun=All&timeout=2500ms");
    EXPECT_THAT(server_->requests().front().head, Not(HasSubstr("Content-Type")));
}

struct ResultCase {
    const char* name;
    unsigned status;
    std::string body;
    EffectResult result;
};

class KubernetesEffects : public KubernetesEffect,
                          public testing::WithParamInterface<ResultCase> {};

TEST_P(KubernetesEffects, AreJudged)
{
    EXPECT_EQ(result_of(http_answer(GetParam().status, GetParam().body)), GetParam().result);
}

const std::string page = "<html>an error of something in between</html>";

INSTANTIATE_TEST_SUITE_P(
    Table,
    KubernetesEffects,
    testing::Values(
        ResultCase{"Ok", 200, R"({"kind":"Deployment"})", EffectResult::applied},
        ResultCase{"Created", 201, R"({"kind":"ConfigMap"})", EffectResult::applied},
        ResultCase{"Accepted", 202, R"({"kind":"Pod"})", EffectResult::applied},
        ResultCase{"Empty", 200, "", EffectResult::unknown},
        ResultCase{"List", 200, "[]", EffectResult::unknown},
        ResultCase{"CutShort", 200, R"({"kind":)", EffectResult::unknown},
        ResultCase{"Page200", 200, page, EffectResult::unknown},
        ResultCase{"Redirect", 302, "", EffectResult::unknown},
        ResultCase{"BadRequest", 400, status_object("BadRequest"), EffectResult::refused},
        ResultCase{"Forbidden", 403, status_object("Forbidden"), EffectResult::refused},
        ResultCase{"Page403", 403, page, EffectResult::unknown},
        ResultCase{"NotFound", 404, status_object("NotFound"), EffectResult::refused},
        ResultCase{"Page404", 404, page, EffectResult::unknown},
        ResultCase{"Timeout408", 408, status_object("Timeout"), EffectResult::unknown},
        ResultCase{"Conflict", 409, status_object("Conflict"), EffectResult::refused},
        ResultCase{"ConflictOfAnother", 409, R"({"kind":"Error"})", EffectResult::unknown},
        ResultCase{"Gone", 410, status_object("Gone"), EffectResult::refused},
        ResultCase{"TooLarge", 413, status_object("RequestEntityTooLarge"), EffectResult::refused},
        ResultCase{"MediaType", 415, status_object("UnsupportedMediaType"), EffectResult::refused},
        ResultCase{"Invalid", 422, status_object("Invalid"), EffectResult::refused},
        ResultCase{"TooMany", 429, status_object("TooManyRequests"), EffectResult::refused},
        ResultCase{
            "TooManyInFlight", 429, "Too many requests, please try again later.\n",
            EffectResult::refused},
        ResultCase{"TooManyOfAProxy", 429, page, EffectResult::unknown},
        ResultCase{"Internal", 500, status_object("InternalError"), EffectResult::unknown},
        ResultCase{"Page502", 502, page, EffectResult::unknown},
        ResultCase{"Unavailable", 503, status_object("ServiceUnavailable"), EffectResult::unknown},
        ResultCase{"Timeout", 504, status_object("Timeout"), EffectResult::unknown}),
    [](const auto& row) { return std::string(row.param.name); });

/// A 500 may come before the change is stored, and after: the two cannot be told apart.
TEST_F(KubernetesEffect, AServerErrorIsUnknownBeforeAndAfterTheCommit)
{
    for (const bool commits : {false, true}) {
        bool stored = false;
        answer_by([&](const support::ApiRequest&) {
            stored = commits;
            return http_answer(500, status_object("InternalError"));
        });
        const auto cluster = client();
        EXPECT_EQ(effect_result_of(send(*cluster)), EffectResult::unknown);
        EXPECT_EQ(stored, commits);
    }
}

TEST_F(KubernetesEffect, AReplyThatIsLostIsUnknown)
{
    EXPECT_EQ(result_of({support::read_head, support::close}), EffectResult::unknown);
    EXPECT_EQ(result_of({support::read_head, support::reset}), EffectResult::unknown);
    EXPECT_EQ(
        result_of(
            {support::read_head, support::send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
             support::close}),
        EffectResult::unknown);
}

TEST_F(KubernetesEffect, NeverConnectedIsRefused)
{
    const auto cluster = client_at("http://127.0.0.1:" + std::to_string(support::unused_port()));
    const auto reply = send(*cluster);
    EXPECT_EQ(effect_result_of(reply), EffectResult::refused);
    EXPECT_FALSE(reply.http.request_sent);
}

TEST_F(KubernetesEffect, ADeadlineThatPassedIsRefusedAndNothingIsSent)
{
    answer_with({http_answer(200, "{}")});
    const auto cluster = client();
    EXPECT_EQ(effect_result_of(send(*cluster, -1s)), EffectResult::refused);
    io_.restart();
    io_.poll();
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(KubernetesEffect, ADeadlineWhileWaitingIsUnknown)
{
    EXPECT_EQ(result_of({support::read_head, support::hang}, 200ms), EffectResult::unknown);
}

/// The peer reads nothing, so most of the request stays in our own buffers.
TEST_F(KubernetesEffect, ADeadlineWhileSendingIsUnknown)
{
    const support::ScriptedPeer peer(io_, {support::hang});
    const auto cluster = client_at("http://127.0.0.1:" + std::to_string(peer.port()));
    auto request = patch();
    request.body = std::string(std::size_t{6} * 1024 * 1024, ' ');
    EXPECT_EQ(effect_result_of(send(*cluster, 2s, request)), EffectResult::unknown);
}

TEST_F(KubernetesEffect, ATokenThatTheServerRefusesIsRenewedAndTheEffectRepeated)
{
    answer_with({http_answer(401, status_object("Unauthorized")), http_answer(200, "{}")});
    const support::TempFile count("");
    const auto cluster = client(
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, "
        "'echo run >> " +
        count.path().string() + "; n=$(wc -l < " + count.path().string() +
        R"(); echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"plugin-$n\"}}"']}})");
    EXPECT_EQ(effect_result_of(send(*cluster)), EffectResult::applied);
    ASSERT_EQ(server_->requests().size(), 2u);
    EXPECT_THAT(server_->requests().back().head, HasSubstr("Bearer plugin-2\r\n"));
}

/// What a proxy answers with 401 it may have passed on before.
TEST_F(KubernetesEffect, ARefusalThatIsNotTheServersOwnIsNotFollowedByASecondTry)
{
    answer_with({http_answer(401, page), http_answer(200, "{}")});
    const support::TempFile count("");
    const auto cluster = client(
        "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/sh, args: [-c, "
        "'echo run >> " +
        count.path().string() + "; n=$(wc -l < " + count.path().string() +
        R"(); echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"plugin-$n\"}}"']}})");
    EXPECT_EQ(effect_result_of(send(*cluster)), EffectResult::unknown);
    EXPECT_EQ(server_->requests().size(), 1u);
}

TEST_F(KubernetesEffect, TellsHowLongTheServerAsksToWait)
{
    const auto wait = [](HttpHeaders headers) {
        KubernetesReply reply;
        reply.http.headers = std::move(headers);
        return retry_after_of(reply);
    };
    EXPECT_EQ(wait({}), 0s);
    EXPECT_EQ(wait({{"retry-after", "7"}}), 7s);
    EXPECT_EQ(wait({{"retry-after", "-7"}}), 0s);
    EXPECT_EQ(wait({{"retry-after", "soon"}}), 0s);
    EXPECT_EQ(wait({{"retry-after", "99999999999999"}}), 10min);
    EXPECT_EQ(
        wait(
            {{"date", "Mon, 23 Nov 2026 04:00:00 GMT"},
             {"retry-after", "Mon, 23 Nov 2026 04:00:30 GMT"}}),
        30s);
    EXPECT_EQ(
        wait(
            {{"date", "Mon, 23 Nov 2026 04:00:00 GMT"},
             {"retry-after", "Mon, 23 Nov 2026 03:00:00 GMT"}}),
        0s);
    EXPECT_EQ(wait({{"retry-after", "Mon, 23 Nov 2026 04:00:30 GMT"}}), 0s);
}

TEST_F(KubernetesEffect, TooManyRequestsComesWithTheWait)
{
    answer_with({http_answer(429, status_object("TooManyRequests"), "Retry-After: 3\r\n")});
    const auto cluster = client();
    const auto reply = send(*cluster);
    EXPECT_EQ(effect_result_of(reply), EffectResult::refused);
    EXPECT_EQ(retry_after_of(reply), 3s);
}

}  // namespace
}  // namespace understudy::net
