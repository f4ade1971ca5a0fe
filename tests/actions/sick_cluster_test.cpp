// What every step makes of an API server that does not answer, or not in its own words.
#include "actions/await_primary.hpp"
#include "actions/cron_job.hpp"
#include "actions/promotion.hpp"
#include "actions/rejoin.hpp"
#include "actions/scale.hpp"
#include "actions/world_record.hpp"
#include "net/boot_clock.hpp"

#include "support/cluster_fixture.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <typeinfo>
#include <vector>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using support::http_answer;
using testing::HasSubstr;

const std::string html = "<html><body>Bad gateway</body></html>";
const std::string conflict =
    R"({"kind":"Status","code":409,"reason":"Conflict","message":"has been modified"})";

class SickCluster : public support::ClusterTest {
protected:
    Cluster cluster_at(const std::string& url)
    {
        Cluster cluster;
        cluster.api = client_at(url);
        cluster.name_space = "tsb";
        cluster.read_timeout = 10s;
        return cluster;
    }

    std::vector<std::unique_ptr<Action>> all(const Cluster& cluster)
    {
        std::vector<std::unique_ptr<Action>> actions = with_effects(cluster);
        actions.push_back(std::make_unique<AwaitJobs>(cluster));
        actions.push_back(std::make_unique<RehearsePromotion>(cluster));
        actions.push_back(
            std::make_unique<AwaitPrimary>(cluster, resolver_, std::vector<net::PostgresAccess>()));
        return actions;
    }

    std::vector<std::unique_ptr<Action>> with_effects(const Cluster& cluster)
    {
        std::vector<std::unique_ptr<Action>> actions;
        actions.push_back(std::make_unique<WorldRecord>(cluster, "bastion-1"));
        actions.push_back(std::make_unique<SuspendCronJob>(cluster));
        actions.push_back(std::make_unique<Scale>(cluster));
        actions.push_back(std::make_unique<Promote>(cluster));
        actions.push_back(std::make_unique<Rejoin>(cluster, EdgeMetrics(), resolver_, PlaneApis()));
        return actions;
    }

    static core::Operation operation()
    {
        core::Operation operation;
        operation.object = "thing";
        operation.parameters = {
            {"replicas", "0"}, {"suspend", "true"}, {"patch", R"({"spec":{"a":1}})"}};
        return operation;
    }

    static Order order()
    {
        Order order;
        order.id = {5, 1, 0};
        order.operation = operation();
        order.facts = {
            {"version", std::string("7")},
            {"exists", true},
            {"replicas", std::int64_t{1}},
            {"date", std::int64_t{1'764'000'000'000}}};
        order.deadline = net::boot_now() + 10s;
        return order;
    }

    void expect_unreadable(const Cluster& cluster, const char* what)
    {
        for (const auto& action : all(cluster)) {
            const auto seen = support::run_coroutine(io_, action->observe(operation()));
            const auto& asked = *action;
            EXPECT_FALSE(seen.readable) << what << ": " << typeid(asked).name();
            EXPECT_FALSE(seen.detail.empty());
        }
    }

    std::vector<Effect> effects(const Cluster& cluster)
    {
        std::vector<Effect> effects;
        for (const auto& action : with_effects(cluster))
            effects.push_back(support::run_coroutine(io_, action->perform(order())));
        return effects;
    }

    void expect_effects(const std::string& answer, EffectResult result)
    {
        answer_with({answer});
        for (const auto& effect : effects(cluster_at(server_->url())))
            EXPECT_EQ(effect.result, result) << answer.substr(0, 80) << ": " << effect.detail;
    }
};

TEST_F(SickCluster, WhatSaysNothingCannotBeRead)
{
    answer_with({""});
    const auto url = server_->url();
    expect_unreadable(cluster_at(url), "closes without an answer");
    for (const auto& answer :
         {http_answer(200, html), http_answer(404, html), http_answer(502, html),
          http_answer(500, R"({"kind":"Status","code":500,"message":"etcd is away"})"),
          http_answer(403, R"({"kind":"Status","code":403,"message":"forbidden"})"),
          http_answer(429, "Too many requests")}) {
        answer_with({answer});
        expect_unreadable(cluster_at(server_->url()), answer.c_str());
    }
    server_.reset();
    expect_unreadable(cluster_at("http://127.0.0.1:1"), "refuses the connection");
}

TEST_F(SickCluster, EffectsThatWereTurnedDown)
{
    expect_effects(http_answer(409, conflict), EffectResult::refused);
    expect_effects(
        http_answer(422, R"({"kind":"Status","code":422,"reason":"Invalid","message":"test"})"),
        EffectResult::refused);
    for (const auto& effect : effects(cluster_at("http://127.0.0.1:1")))
        EXPECT_EQ(effect.result, EffectResult::refused) << "nothing was sent";
}

TEST_F(SickCluster, ABusyServerSaysWhenToComeBack)
{
    answer_with(
        {http_answer(429, "Too many requests, please try again later.\n", "Retry-After: 7\r\n")});
    for (const auto& effect : effects(cluster_at(server_->url()))) {
        EXPECT_EQ(effect.result, EffectResult::refused);
        EXPECT_EQ(effect.retry_after, 7s);
    }
}

TEST_F(SickCluster, EffectsOfWhichNothingIsKnown)
{
    expect_effects("", EffectResult::unknown);
    expect_effects(http_answer(200, html), EffectResult::unknown);
    expect_effects(http_answer(502, html), EffectResult::unknown);
    expect_effects(http_answer(504, conflict), EffectResult::unknown);
}

TEST_F(SickCluster, NothingIsSentAfterTheDeadline)
{
    answer_with({http_answer(200, "{}")});
    for (const auto& action : with_effects(cluster_at(server_->url()))) {
        auto late = order();
        late.deadline = net::boot_now() - 1ms;
        EXPECT_EQ(
            support::run_coroutine(io_, action->perform(std::move(late))).result,
            EffectResult::refused);
    }
    EXPECT_TRUE(server_->requests().empty());
}

TEST_F(SickCluster, ARehearsalTellsAVerdictFromAWebhookThatIsDown)
{
    std::string verdict;
    answer_by([&](const support::ApiRequest& request) {
        return request.path.find("dryRun=All") == std::string::npos
                   ? http_answer(200, R"({"spec":{}})")
                   : verdict;
    });
    RehearsePromotion rehearse(cluster_at(server_->url()));
    const auto seen = [&] { return support::run_coroutine(io_, rehearse.observe(operation())); };

    verdict = http_answer(
        400, R"({"kind":"Status","code":400,"message":"admission webhook denied: unknown field"})");
    const auto denied = seen();
    EXPECT_TRUE(denied.readable);
    EXPECT_EQ(core::find_fact<bool>(denied.facts, "accepted"), false);
    EXPECT_THAT(
        core::find_fact<std::string>(denied.facts, "message").value_or(""),
        HasSubstr("unknown field"));
    verdict =
        http_answer(500, R"({"kind":"Status","code":500,"message":"failed calling webhook"})");
    EXPECT_FALSE(seen().readable);
    verdict = http_answer(200, R"({"spec":{}})");
    EXPECT_EQ(core::find_fact<bool>(seen().facts, "changes"), false) << "as a misspelt one";
}

TEST_F(SickCluster, APodThatEndedDoesNotCountOneThatIsTerminatingDoes)
{
    answer_by([](const support::ApiRequest& request) {
        if (request.path.find("/pods?") == std::string::npos)
            return http_answer(
                200, R"({"metadata":{"name":"tsb","resourceVersion":"3"},"spec":{"replicas":0,
                "selector":{"matchLabels":{"app":"tsb"}}}})");
        return http_answer(
            200, R"({"items":[{"status":{"phase":"Failed"}},{"status":{"phase":"Running"},
            "metadata":{"deletionTimestamp":"2026-11-23T04:00:00Z"}}]})");
    });
    Scale scale(cluster_at(server_->url()));
    const auto seen = support::run_coroutine(io_, scale.observe(operation()));
    EXPECT_EQ(core::find_fact<std::int64_t>(seen.facts, "pods"), 1);
    EXPECT_THAT(server_->requests().back().path, HasSubstr("labelSelector=app%3Dtsb"));
}

}  // namespace
}  // namespace understudy::actions
