#include "probes/exchange_probe.hpp"

#include "support/cluster_fixture.hpp"
#include "support/scripted_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::http_answer;
using testing::HasSubstr;

constexpr auto date = "Date: Mon, 23 Nov 2026 04:00:00 GMT\r\n";
constexpr auto proxy = "/proxy/metrics";

std::string pod(const std::string& name, const std::string& ready = "True")
{
    return R"({"metadata":{"name":")" + name +
           R"("},"status":{"conditions":[{"type":"Ready","status":")" + ready + R"("}]}})";
}

std::string pods(const std::string& items)
{
    return http_answer(200, R"({"items":[)" + items + "]}");
}

std::string gauge(const std::string& milliseconds)
{
    return "xcp_edge_last_push_to_central_timestamp_ms{peer=\"central-a\"} " + milliseconds + "\n";
}

class Exchange : public support::ClusterTest {
protected:
    /// `pods_answer` to the list, `page` to the proxy request.
    void serve(std::string pods_answer, std::string page)
    {
        answer_by([=](const support::ApiRequest& request) {
            return request.path.find(proxy) == std::string::npos ? pods_answer : page;
        });
    }

    core::Outcome run_once()
    {
        ExchangeProbe probe(client(), options());
        return support::run_coroutine(io_, probe.run());
    }

    static ExchangeProbe::Options options()
    {
        ExchangeProbe::Options options;
        options.peer_label = "peer";
        options.timeout = 10s;
        return options;
    }
};

TEST_F(Exchange, TellsTheAgeByTheClustersOwnClock)
{
    serve(pods(pod("edge-1")), http_answer(200, gauge("1795406395500"), date));
    const auto outcome = run_once();
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(core::find_fact<std::int64_t>(outcome.facts, "exchange/age_ms"), 4500);
    EXPECT_EQ(core::find_fact<std::string>(outcome.facts, "exchange/peer"), "central-a");
    EXPECT_EQ(
        server_->requests().front().path,
        "/api/v1/namespaces/istio-system/pods?limit=500&labelSelector=app%3Dedge");
    EXPECT_EQ(
        server_->requests().back().path,
        "/api/v1/namespaces/istio-system/pods/edge-1:8080/proxy/metrics");
}

TEST_F(Exchange, RemembersThePodUntilItIsGone)
{
    std::string name = "edge-1";
    answer_by([&](const support::ApiRequest& request) {
        if (request.path.find(proxy) == std::string::npos)
            return pods(pod(name));
        return request.path.find(name + ":") == std::string::npos
                   ? http_answer(404, R"({"kind":"Status","reason":"NotFound"})")
                   : http_answer(200, gauge("1795406395500"), date);
    });
    ExchangeProbe probe(client(), options());
    const auto run = [&] { return support::run_coroutine(io_, probe.run()).reason; };
    EXPECT_EQ(run(), Reason::none);
    EXPECT_EQ(run(), Reason::none);
    EXPECT_EQ(server_->requests().size(), 3u) << "the second run asks the remembered pod only";
    name = "edge-2";
    EXPECT_EQ(run(), Reason::none) << "a restarted edge is found in the same run";
    EXPECT_EQ(server_->requests().size(), 6u);
}

TEST_F(Exchange, PrefersAPodThatIsReadyAndStays)
{
    const auto leaving = R"({"metadata":{"name":"old","deletionTimestamp":"2026-11-23T04:00:00Z"},)"
                         R"("status":{"conditions":[{"type":"Ready","status":"True"}]}})";
    serve(
        pods(pod("starting", "False") + "," + leaving + "," + pod("good")),
        http_answer(200, gauge("1795406395500"), date));
    run_once();
    EXPECT_THAT(server_->requests().back().path, HasSubstr("/pods/good:8080/"));
}

TEST_F(Exchange, ATimestampSlightlyAheadIsNoNegativeAge)
{
    serve(pods(pod("e")), http_answer(200, gauge("1795406400900"), date));
    EXPECT_EQ(core::find_fact<std::int64_t>(run_once().facts, "exchange/age_ms"), 0);
}

struct MuteCase {
    const char* name;
    std::string pods_answer;
    std::string page;
};

class MuteWitness : public Exchange, public testing::WithParamInterface<MuteCase> {};

TEST_P(MuteWitness, SaysNothingAboutThePlane)
{
    serve(GetParam().pods_answer, GetParam().page);
    const auto outcome = run_once();
    EXPECT_EQ(outcome.reason, Reason::unreachable_witness) << outcome.detail;
    EXPECT_TRUE(outcome.facts.empty());
}

const auto good_pods = pods(pod("e"));
const auto good_page = http_answer(200, gauge("1795406395500"), date);

INSTANTIATE_TEST_SUITE_P(
    Table,
    MuteWitness,
    testing::Values(
        MuteCase{"ListFails", http_answer(500, ""), good_page},
        MuteCase{"ListIsHtml", http_answer(200, "<html>"), good_page},
        MuteCase{"NoPod", pods(""), good_page},
        MuteCase{"NoReadyPod", pods(pod("e", "False")), good_page},
        MuteCase{"ItemsOfAnotherType", http_answer(200, R"({"items":{"a":1}})"), good_page},
        MuteCase{"ProxyFails", good_pods, http_answer(503, "no endpoints")},
        MuteCase{"NoDate", good_pods, http_answer(200, gauge("1795406395500"))},
        MuteCase{"NoMetric", good_pods, http_answer(200, "up 1\n", date)},
        MuteCase{"NeverExchanged", good_pods, http_answer(200, gauge("0"), date)},
        MuteCase{"NoNumber", good_pods, http_answer(200, gauge("soon"), date)},
        MuteCase{"Absurd", good_pods, http_answer(200, gauge("1e300"), date)},
        MuteCase{"FarInTheFuture", good_pods, http_answer(200, gauge("1795406500000"), date)},
        MuteCase{"TooLarge", good_pods, http_answer(200, std::string(3 << 20, '#'), date)}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(Exchange, AClusterThatIsAwaySaysNothing)
{
    ExchangeProbe probe(
        client_at("http://127.0.0.1:" + std::to_string(support::unused_port())), options());
    const auto outcome = support::run_coroutine(io_, probe.run());
    EXPECT_EQ(outcome.reason, Reason::unreachable_witness) << outcome.detail;
}

TEST_F(Exchange, ATokenThatExpiredIsOurOwnTrouble)
{
    serve(http_answer(401, ""), good_page);
    EXPECT_EQ(run_once().reason, Reason::credentials);
}

}  // namespace
}  // namespace understudy::probes
