#include "actions/compare_content.hpp"
#include "actions/serve.hpp"

#include "support/cluster_fixture.hpp"
#include "support/temp_file.hpp"

#include <gmock/gmock.h>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using support::http_answer;
using testing::HasSubstr;
using testing::Not;

std::string deployment(const std::string& name, int replicas, const std::string& available)
{
    return http_answer(
        200, R"({"metadata":{"name":")" + name + R"("},"spec":{"replicas":)" +
                 std::to_string(replicas) +
                 R"(},"status":{"conditions":[{"type":"Available","status":")" + available +
                 R"(","reason":"R","message":"M"}]}})");
}

const std::string clusters =
    R"({"clusters":[{"name":"c1"},{"fqn":"organizations/tetrate/clusters/c2"}]})";

class ServeStep : public support::ClusterTest {
protected:
    ServeStep()
    {
        answer_by([this](const support::ApiRequest& request) {
            if (request.path == "/v2/organizations/tetrate/status")
                return status_;
            if (request.path == "/v2/organizations/tetrate/clusters")
                return clusters_;
            return request.path.ends_with("/iam") ? iam_ : deployment("tsb", 1, "True");
        });
        operation_.parameters = {{"deployments", "tsb,iam"}, {"expected", "c1,c2"}};
    }

    core::Observation observe()
    {
        Cluster cluster;
        cluster.api = client();
        cluster.name_space = "tsb";
        cluster.read_timeout = 10s;
        Serve serve(cluster, std::make_shared<PlaneApi>(http_, api()));
        return support::run_coroutine(io_, serve.observe(operation_));
    }

    PlaneApiOptions api() const
    {
        PlaneApiOptions options;
        options.host = "127.0.0.1";
        const auto url = server_->url();
        options.port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
        options.tls = false;
        options.credentials.kind = net::HttpCredentials::Kind::tetrate_token;
        options.credentials.file = token_.path();
        options.timeout = 10s;
        return options;
    }

    template <class T>
    T fact(const core::Observation& seen, std::string_view name)
    {
        return core::find_fact<T>(seen.facts, name).value_or(T{});
    }

    support::TempFile token_{"t0p-secret"};
    std::string iam_ = deployment("iam", 1, "True");
    std::string status_ = http_answer(200, R"({"status":"READY"})");
    std::string clusters_ = http_answer(200, clusters);
    core::Operation operation_;
};

TEST_F(ServeStep, EverythingIsThere)
{
    const auto seen = observe();
    EXPECT_TRUE(seen.readable);
    EXPECT_TRUE(fact<bool>(seen, "available"));
    EXPECT_EQ(fact<std::int64_t>(seen, "status"), 200);
    EXPECT_EQ(fact<std::int64_t>(seen, "clusters_status"), 200);
    EXPECT_EQ(fact<std::int64_t>(seen, "clusters"), 2);
    EXPECT_EQ(fact<std::int64_t>(seen, "expected_clusters"), 2);
    EXPECT_EQ(fact<std::string>(seen, "missing"), "");
    EXPECT_THAT(server_->requests().back().head, HasSubstr("x-tetrate-token: t0p-secret"));
    EXPECT_THAT(seen.detail, Not(HasSubstr("t0p-secret")));
}

TEST_F(ServeStep, ADeploymentIsNotAvailableScaledToNothingOrMissing)
{
    iam_ = deployment("iam", 1, "False");
    EXPECT_FALSE(fact<bool>(observe(), "available"));
    iam_ = deployment("iam", 0, "True");
    EXPECT_FALSE(fact<bool>(observe(), "available"));
    EXPECT_THAT(observe().detail, HasSubstr("iam is scaled to 0"));
    iam_ = http_answer(404, R"({"kind":"Status","reason":"NotFound","message":"not found"})");
    EXPECT_TRUE(observe().readable);
    EXPECT_FALSE(fact<bool>(observe(), "available"));
    iam_ = http_answer(500, "");
    EXPECT_FALSE(observe().readable);
}

TEST_F(ServeStep, APlaneThatAnswersWithAnotherStatusOrAPage)
{
    status_ = http_answer(503, "no healthy upstream");
    EXPECT_EQ(fact<std::int64_t>(observe(), "status"), 503);
    status_ = http_answer(200, "<html></html>");
    EXPECT_EQ(fact<std::int64_t>(observe(), "status"), 0);
    status_ = "";
    EXPECT_TRUE(observe().readable);
    EXPECT_EQ(fact<std::int64_t>(observe(), "status"), 0);
}

TEST_F(ServeStep, ClustersThatItDoesNotKnowAreNamed)
{
    operation_.parameters["expected"] = "c1,c3,c4";
    EXPECT_EQ(fact<std::string>(observe(), "missing"), "c3, c4");
    clusters_ = http_answer(500, "");
    EXPECT_EQ(fact<std::string>(observe(), "missing"), "c1, c3, c4");
    EXPECT_EQ(fact<std::int64_t>(observe(), "clusters_status"), 500);
    EXPECT_EQ(fact<std::int64_t>(observe(), "clusters"), 0);
}

TEST_F(ServeStep, ThroughAnotherName)
{
    operation_.parameters["through"] = "localhost";
    EXPECT_EQ(fact<std::int64_t>(observe(), "status"), 200);
    EXPECT_THAT(server_->requests().back().head, HasSubstr("Host: localhost"));
    operation_.parameters["through"] = "no.such.name.invalid";
    EXPECT_EQ(fact<std::int64_t>(observe(), "status"), 0);
}

TEST_F(ServeStep, WithoutAQueryNoDatabaseIsAsked)
{
    CompareContent compare(resolver_, std::nullopt);
    const auto seen = support::run_coroutine(io_, compare.observe(core::Operation{}));
    EXPECT_TRUE(seen.readable);
    EXPECT_EQ(core::find_fact<bool>(seen.facts, "asked"), false);
}

}  // namespace
}  // namespace understudy::actions
