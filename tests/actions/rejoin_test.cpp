#include "actions/rejoin.hpp"
#include "net/boot_clock.hpp"

#include "support/cluster_fixture.hpp"

#include <gmock/gmock.h>

#include <map>
#include <vector>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using support::http_answer;
using testing::HasSubstr;

constexpr auto date = "Date: Mon, 23 Nov 2026 04:00:00 GMT\r\n";
constexpr std::int64_t date_ms = 1'795'406'400'000;

std::string edge(const std::string& annotations = "{}", int updated = 1)
{
    return R"({"metadata":{"name":"edge","generation":2,"resourceVersion":"41","annotations":)" +
           annotations + R"(},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"edge"}},
           "template":{"metadata":{}}},"status":{"observedGeneration":2,"replicas":1,
           "updatedReplicas":)" +
           std::to_string(updated) + R"(,"conditions":[{"type":"Available","status":"True"}]}})";
}

std::string pod(const std::string& name, const std::string& born, const std::string& ready)
{
    return R"({"metadata":{"name":")" + name + R"(","creationTimestamp":")" + born +
           R"("},"status":{"conditions":[{"type":"Ready","status":")" + ready + R"("}]}})";
}

class RejoinStep : public support::ClusterTest {
protected:
    RejoinStep()
    {
        answer_by([this](const support::ApiRequest& request) {
            if (request.path.find("/proxy/") != std::string::npos)
                return page_;
            if (request.path.ends_with("/deployments/operator"))
                return operator_;
            if (request.path.ends_with("/status"))
                return status_;
            if (const auto at = request.path.find("/secrets/"); at != std::string::npos)
                return answer_for_token(request, request.path.substr(at + 9));
            return request.path.find("/pods?") == std::string::npos ? deployment_ : pods_;
        });
        cluster_.api = client();
        cluster_.name_space = "istio-system";
        cluster_.read_timeout = 10s;
        metrics_.peer_label = "peer";
        operation_.kind = core::OperationKind::rejoin;
        operation_.target = "c1";
        operation_.object = "edge";
        show_pods(pod("edge-1", "2026-11-23T03:00:00Z", "True"));
        show_sync(date_ms - 2000);
    }

    void show_pods(const std::string& items)
    {
        pods_ = http_answer(200, R"({"items":[)" + items + "]}");
    }

    void show_sync(std::int64_t at, const std::string& peer = "10.0.0.7")
    {
        page_ = http_answer(
            200, "xcp_edge_last_push_to_central_timestamp_ms{peer=\"" + peer + "\"} " +
                     std::to_string(at) + "\n");
    }

    core::Observation observe() { return observe(resolver_); }

    core::Observation observe(net::Resolver& resolver)
    {
        Rejoin rejoin(cluster_, metrics_, resolver, planes_);
        return support::run_coroutine(io_, rejoin.observe(operation_));
    }

    template <class T>
    T fact(const core::Observation& seen, std::string_view name)
    {
        return core::find_fact<T>(seen.facts, name).value_or(T{});
    }

    void tell_refusals(int count)
    {
        metrics_.token_error = net::series_in("connects{status=\"refused\"}").value();
        operation_.parameters["operator"] = "operator";
        page_ = http_answer(
            200, "xcp_edge_last_push_to_central_timestamp_ms 0\nconnects{status=\"refused\"} " +
                     std::to_string(count) + "\n");
    }

    Effect perform(core::Facts facts)
    {
        Rejoin rejoin(cluster_, metrics_, resolver_, planes_);
        Order order;
        order.id = {7, 8, 3};
        order.operation = operation_;
        order.facts = std::move(facts);
        order.deadline = net::boot_now() + 10s;
        return support::run_coroutine(io_, rejoin.perform(order));
    }

    static std::string not_found()
    {
        return http_answer(
            404, R"({"kind":"Status","reason":"NotFound","message":"there is none"})");
    }

    std::string answer_for_token(const support::ApiRequest& request, std::string name)
    {
        name = name.substr(0, name.find('?'));
        const auto token = tokens_.find(name);
        if (token == tokens_.end())
            return not_found();
        if (request.head.starts_with("DELETE ")) {
            deleted_.push_back(name);
            return http_answer(200, R"({"kind":"Status","status":"Success"})");
        }
        EXPECT_THAT(request.head, HasSubstr("as=PartialObjectMetadata"));
        return http_answer(
            200, R"({"metadata":{"name":")" + name + R"(","uid":"uid-)" + name +
                     R"(","resourceVersion":"7","creationTimestamp":")" + token->second + R"("}})");
    }

    /// Tokens are refused, and `edge` was restarted after its operator.
    void refuse_tokens()
    {
        tell_refusals(1);
        deployment_ =
            http_answer(200, edge(R"({"understudy.dev/restarted-at":"1795406399500"})"), date);
        operation_.parameters["tokens"] = "oap-token,ngac-token";
        operation_.parameters["new_plane"] = "west";
        PlaneApiOptions options;
        const auto url = server_->url();
        options.host = "127.0.0.1";
        options.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
        options.tls = false;
        planes_["west"] = std::make_shared<PlaneApi>(http_, options);
    }

    Effect delete_tokens(const std::string& made_until)
    {
        const auto seen = observe();
        operation_.parameters["effect"] = core::delete_tokens;
        operation_.parameters["made_until"] = made_until;
        return perform(seen.facts);
    }

    std::string deployment_ = http_answer(200, edge(), date);
    std::string operator_ =
        http_answer(200, edge(R"({"understudy.dev/restarted-at":"1795406399000"})", 0), date);
    std::string pods_;
    std::string page_;
    std::string status_ = http_answer(200, "{}");
    std::map<std::string, std::string> tokens_;  ///< When each was made.
    std::vector<std::string> deleted_;
    PlaneApis planes_;
    Cluster cluster_;
    EdgeMetrics metrics_;
    core::Operation operation_;
};

TEST_F(RejoinStep, ReadsWhenAndWithWhomByTheClustersOwnClock)
{
    const auto seen = observe();
    ASSERT_TRUE(seen.readable) << seen.detail;
    EXPECT_EQ(fact<std::int64_t>(seen, "synced_at"), date_ms - 2000);
    EXPECT_EQ(fact<std::int64_t>(seen, "date"), date_ms);
    EXPECT_EQ(fact<std::string>(seen, "peer"), "10.0.0.7");
    EXPECT_TRUE(fact<bool>(seen, "available"));
    EXPECT_EQ(fact<std::string>(seen, "version"), "41");
    EXPECT_EQ(fact<std::int64_t>(seen, "restarted_at"), 0);
}

TEST_F(RejoinStep, APeersAddressIsToldByThePlanesHost)
{
    net::Resolver hosts(
        io_.get_executor(), {{{"mp-b.example", {boost::asio::ip::make_address("10.0.0.7")}}}, ""});
    operation_.parameters["peer"] = "mp-b.example";
    EXPECT_EQ(fact<std::string>(observe(hosts), "peer"), "mp-b.example");
    show_sync(date_ms, "10.0.0.7:9443");
    EXPECT_EQ(fact<std::string>(observe(hosts), "peer"), "mp-b.example");
    for (const std::string other : {"10.0.0.70", "10.0.0.70:9443", "10.0.0.8"}) {
        show_sync(date_ms, other);
        EXPECT_EQ(fact<std::string>(observe(hosts), "peer"), other);
    }
}

TEST_F(RejoinStep, AsksTheNewestReadyPod)
{
    show_pods(
        pod("edge-old", "2026-11-23T03:00:00Z", "True") + "," +
        pod("edge-new", "2026-11-23T03:59:00Z", "True") + "," +
        pod("edge-starting", "2026-11-23T03:59:30Z", "False"));
    EXPECT_TRUE(observe().readable);
    EXPECT_THAT(server_->requests().back().path, HasSubstr("pods/edge-new:8080/proxy/metrics"));
}

TEST_F(RejoinStep, ARolloutIsAvailableOnlyWhenItHasEnded)
{
    deployment_ = http_answer(200, edge("{}", 0), date);
    EXPECT_FALSE(fact<bool>(observe(), "available"));
}

TEST_F(RejoinStep, NoPodOrAPodThatHasNotExchangedYet)
{
    show_pods("");
    EXPECT_TRUE(observe().readable);
    EXPECT_EQ(fact<std::int64_t>(observe(), "synced_at"), 0);
    show_pods(pod("edge-1", "2026-11-23T03:00:00Z", "True"));
    show_sync(0);
    EXPECT_EQ(fact<std::int64_t>(observe(), "synced_at"), 0);
    page_ = http_answer(200, "other_metric 1\n");
    EXPECT_TRUE(observe().readable);
    EXPECT_EQ(fact<std::int64_t>(observe(), "synced_at"), 0);
}

TEST_F(RejoinStep, WhatTheClusterCannotTellIsNotReadable)
{
    show_sync(date_ms + 60'000);
    EXPECT_FALSE(observe().readable) << "in the future";
    page_ = http_answer(403, R"({"kind":"Status","code":403,"message":"pods/proxy forbidden"})");
    EXPECT_FALSE(observe().readable);
    page_ = http_answer(503, "connection refused");
    EXPECT_FALSE(observe().readable);
    show_sync(date_ms);
    pods_ = http_answer(500, "");
    EXPECT_FALSE(observe().readable);
    show_pods("");
    deployment_ = http_answer(200, edge());
    EXPECT_FALSE(observe().readable) << "no Date";
    deployment_ = http_answer(404, R"({"kind":"Status","reason":"NotFound"})", date);
    EXPECT_FALSE(observe().readable);
}

TEST_F(RejoinStep, ReadsWhatWeDidToIt)
{
    deployment_ = http_answer(
        200,
        edge(
            R"({"understudy.dev/operation":"7.8.3","understudy.dev/restarted-at":"1795406399000"})"),
        date);
    const auto seen = observe();
    EXPECT_EQ(fact<std::string>(seen, "mark"), "7.8.3");
    EXPECT_EQ(fact<std::int64_t>(seen, "restarted_at"), date_ms - 1000);
}

TEST_F(RejoinStep, RestartsByOnePatch)
{
    auto facts = observe().facts;
    const auto effect = perform(facts);
    EXPECT_EQ(effect.result, EffectResult::applied) << effect.detail;
    const auto sent = server_->requests().back().head;
    EXPECT_THAT(sent, HasSubstr("PATCH /apis/apps/v1/namespaces/istio-system/deployments/edge"));
    EXPECT_THAT(sent, HasSubstr("application/json-patch+json"));

    facts.erase("date");
    EXPECT_EQ(perform(facts).result, EffectResult::refused);
}

TEST_F(RejoinStep, ReadsTheOperatorOnlyWhenTokensAreRefused)
{
    tell_refusals(0);
    EXPECT_FALSE(fact<bool>(observe(), "token_error"));
    EXPECT_THAT(server_->requests().back().path, HasSubstr("/proxy/"));

    tell_refusals(2);
    const auto seen = observe();
    EXPECT_TRUE(fact<bool>(seen, "token_error"));
    EXPECT_TRUE(fact<bool>(seen, "available")) << "edge is";
    EXPECT_FALSE(fact<bool>(seen, "operator_available")) << "its rollout has not ended";
    EXPECT_EQ(fact<std::int64_t>(seen, "operator_restarted_at"), date_ms - 1000);
    EXPECT_EQ(fact<std::string>(seen, "operator_version"), "41");
}

TEST_F(RejoinStep, WithoutASeriesOrAnOperatorTokensAreNobodysMatter)
{
    tell_refusals(2);
    operation_.parameters.erase("operator");
    EXPECT_TRUE(fact<bool>(observe(), "token_error"));
    EXPECT_THAT(server_->requests().back().path, HasSubstr("/proxy/"));
    metrics_.token_error = {};
    EXPECT_FALSE(fact<bool>(observe(), "token_error"));
}

TEST_F(RejoinStep, AnOperatorThatCannotBeReadLeavesTheReadingOfEdge)
{
    tell_refusals(2);
    operator_ = http_answer(403, R"({"kind":"Status","code":403,"message":"forbidden"})");
    const auto seen = observe();
    EXPECT_TRUE(seen.readable);
    EXPECT_THAT(fact<std::string>(seen, "operator_problem"), HasSubstr("403"));
}

TEST_F(RejoinStep, RestartsTheOperatorWhenThatIsTheEffect)
{
    tell_refusals(2);
    auto facts = observe().facts;
    operation_.parameters["effect"] = core::restart_operator;
    const auto effect = perform(facts);
    EXPECT_EQ(effect.result, EffectResult::applied) << effect.detail;
    EXPECT_THAT(
        server_->requests().back().head,
        HasSubstr("PATCH /apis/apps/v1/namespaces/istio-system/deployments/operator"));

    facts["operator_marked_epoch"] = std::int64_t{8};
    EXPECT_EQ(perform(facts).result, EffectResult::refused) << "a newer run has written it";
    facts.erase("operator_version");
    EXPECT_EQ(perform(facts).result, EffectResult::refused) << "it was not read";
}

TEST_F(RejoinStep, LooksAtTokensOnlyAfterTheOperatorWasNoHelp)
{
    refuse_tokens();
    tokens_ = {{"oap-token", "2026-11-23T03:00:00Z"}, {"ngac-token", "2026-11-23T03:30:00Z"}};
    const auto seen = observe();
    EXPECT_EQ(fact<std::int64_t>(seen, "tokens_missing"), 0);
    EXPECT_EQ(fact<std::int64_t>(seen, "oldest_token"), date_ms - 3'600'000);
    EXPECT_EQ(fact<std::int64_t>(seen, "newest_token"), date_ms - 1'800'000);
    EXPECT_TRUE(fact<bool>(seen, "plane_serves"));

    operator_ = http_answer(200, edge(R"({"understudy.dev/restarted-at":"1795406399600"})"), date);
    EXPECT_FALSE(observe().facts.contains("tokens_missing")) << "edge has not started since";
    operator_ = http_answer(200, edge(), date);
    EXPECT_FALSE(observe().facts.contains("tokens_missing")) << "it was never restarted";
}

TEST_F(RejoinStep, CountsTheTokensThatAreGone)
{
    refuse_tokens();
    tokens_ = {{"ngac-token", "2026-11-23T03:30:00Z"}};
    auto seen = observe();
    EXPECT_EQ(fact<std::int64_t>(seen, "tokens_missing"), 1);
    EXPECT_EQ(fact<std::int64_t>(seen, "oldest_token"), date_ms - 1'800'000);
    tokens_.clear();
    seen = observe();
    EXPECT_EQ(fact<std::int64_t>(seen, "tokens_missing"), 2);
    EXPECT_EQ(fact<std::int64_t>(seen, "oldest_token"), 0);
}

TEST_F(RejoinStep, SaysWhyTokensCannotBeLookedAt)
{
    refuse_tokens();
    tokens_ = {{"oap-token", "yesterday"}, {"ngac-token", "2026-11-23T03:30:00Z"}};
    const auto seen = observe();
    EXPECT_THAT(
        fact<std::string>(seen, "tokens_problem"), HasSubstr("does not tell when it was made"));
    EXPECT_FALSE(seen.facts.contains("tokens_missing"));
}

TEST_F(RejoinStep, TellsThatTheNewPlaneCannotMakeTokens)
{
    refuse_tokens();
    status_ = http_answer(503, "{}");
    EXPECT_FALSE(fact<bool>(observe(), "plane_serves"));
    planes_.clear();
    const auto unknown = observe();
    EXPECT_TRUE(unknown.facts.contains("plane_serves"));
    EXPECT_FALSE(fact<bool>(unknown, "plane_serves"));
}

TEST_F(RejoinStep, DeletesTheTokensThatAreOldAndNoOthers)
{
    refuse_tokens();
    tokens_ = {{"oap-token", "2026-11-23T03:00:00Z"}, {"ngac-token", "2026-11-23T03:30:00Z"}};
    const auto effect = delete_tokens(std::to_string(date_ms - 3'600'000));
    EXPECT_EQ(effect.result, EffectResult::applied) << effect.detail;
    EXPECT_THAT(deleted_, testing::ElementsAre("oap-token"));
}

TEST_F(RejoinStep, ATokenThatIsGoneAlreadyIsAsItShouldBe)
{
    refuse_tokens();
    tokens_ = {{"oap-token", "2026-11-23T03:00:00Z"}, {"ngac-token", "2026-11-23T03:30:00Z"}};
    const auto seen = observe();
    tokens_.erase("oap-token");
    operation_.parameters["effect"] = core::delete_tokens;
    operation_.parameters["made_until"] = std::to_string(date_ms);
    EXPECT_EQ(perform(seen.facts).result, EffectResult::applied);
    EXPECT_THAT(deleted_, testing::ElementsAre("ngac-token"));
}

TEST_F(RejoinStep, DeletesNothingThatIsNotOld)
{
    refuse_tokens();
    tokens_ = {{"oap-token", "2026-11-23T03:00:00Z"}, {"ngac-token", "2026-11-23T03:30:00Z"}};
    for (const auto& until : {std::to_string(date_ms - 3'600'001), std::string("soon")})
        EXPECT_EQ(delete_tokens(until).result, EffectResult::refused) << until;
    EXPECT_THAT(deleted_, testing::IsEmpty());
}

}  // namespace
}  // namespace understudy::actions
