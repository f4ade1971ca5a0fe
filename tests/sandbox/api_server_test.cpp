#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/api_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

class Api : public testing::Test {
protected:
    Api()
    {
        store_->create(
            type_of_kind("CronJob"),
            json::parse(
                R"({"metadata":{"name":"backup","namespace":"tsb"},"spec":{"suspend":false}})"));
        store_->create(
            type_of_kind("Pod"), json::parse(R"({"metadata":{"name":"p","namespace":"tsb"}})"));
    }

    static ApiServer::Options options()
    {
        ApiServer::Options options;
        options.users = {{"full", {"admin", true}}, {"read", {"watcher", false}}};
        ApiRule rule;
        rule.resource = "cronjobs.batch";
        rule.verbs = {"patch"};
        rule.names = {"backup"};
        options.users["act"] = ApiUser("actor", false);
        options.users["act"].may = {rule};
        options.batch_v1beta1 = true;
        options.pod_proxy = [](const json::value& pod, const std::string& port,
                               const std::string& path) {
            return Response(200, text_at(pod, "/metadata/name") + ":" + port + path);
        };
        return options;
    }

    Response ask(
        const std::string& method,
        const std::string& path,
        const std::string& body = {},
        const std::string& content_type = {},
        const std::string& token = "full")
    {
        Request request;
        request.method = method;
        const auto query = path.find('?');
        request.path = path.substr(0, query);
        if (query != std::string::npos) {
            const auto equals = path.find('=', query);
            request.query[path.substr(query + 1, equals - query - 1)] = path.substr(equals + 1);
        }
        request.body = body;
        request.headers["content-type"] = content_type;
        if (!token.empty())
            request.headers["authorization"] = "Bearer " + token;
        return server_.answer(request);
    }

    static std::string at(const Response& response, std::string_view pointer)
    {
        return text_at(json::parse(response.body), pointer);
    }

    const std::string jobs_ = "/apis/batch/v1/namespaces/tsb/cronjobs";
    std::shared_ptr<ObjectStore> store_ = std::make_shared<ObjectStore>();
    ApiServer server_{store_, options()};
};

TEST_F(Api, TokensDecideWhoMayDoWhat)
{
    EXPECT_EQ(ask("GET", jobs_, "", "", "").status, 401U);
    EXPECT_EQ(ask("GET", jobs_, "", "", "wrong").status, 401U);
    EXPECT_EQ(ask("GET", jobs_, "", "", "read").status, 200U);
    const auto refused = ask("DELETE", jobs_ + "/backup", "", "", "read");
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(
        at(refused, "/message"), "cronjobs.batch \"backup\" is forbidden: User \"watcher\" cannot "
                                 "delete resource \"cronjobs\" in "
                                 "API group \"batch\" in the namespace \"tsb\"");
}

TEST_F(Api, ALimitedUserMayDoWhatItsRulesName)
{
    const std::string merge = "application/merge-patch+json";
    const std::string change = R"({"spec":{"suspend":true}})";
    EXPECT_EQ(ask("PATCH", jobs_ + "/backup", change, merge, "act").status, 200U);
    EXPECT_EQ(ask("PATCH", jobs_ + "/other", change, merge, "act").status, 403U);
    EXPECT_EQ(ask("PATCH", jobs_ + "/backup/status", change, merge, "act").status, 403U)
        << "a subresource is a right of its own";
    EXPECT_EQ(ask("DELETE", jobs_ + "/backup", "", "", "act").status, 403U);
    EXPECT_EQ(ask("GET", jobs_ + "/backup", "", "", "act").status, 200U);
}

TEST_F(Api, AdmissionStopsWritesAndDryRunsAlike)
{
    auto guarded = options();
    guarded.admit = [](const ResourceType& type) {
        if (type.kind == "CronJob")
            throw ApiError(500, "InternalError", "failed calling webhook");
    };
    ApiServer server(store_, guarded);
    Request request;
    request.method = "PATCH";
    request.path = jobs_ + "/backup";
    request.query["dryRun"] = "All";
    request.headers = {
        {"authorization", "Bearer full"}, {"content-type", "application/merge-patch+json"}};
    request.body = R"({"spec":{"suspend":true}})";
    const auto revision = store_->revision();
    EXPECT_EQ(server.answer(request).status, 500U);
    request.query.clear();
    EXPECT_EQ(server.answer(request).status, 500U);
    EXPECT_EQ(store_->revision(), revision);
    request.method = "GET";
    EXPECT_EQ(server.answer(request).status, 200U);
}

TEST_F(Api, WhatIsNotThereIsNotFound)
{
    EXPECT_EQ(ask("GET", jobs_ + "/nope").status, 404U);
    EXPECT_EQ(ask("GET", "/apis/nope/v1/namespaces/tsb/things").status, 404U);
    EXPECT_EQ(ask("GET", "/nope").status, 404U);
    EXPECT_EQ(ask("GET", jobs_ + "/backup/nope").status, 404U);
}

TEST_F(Api, ObjectsAreShownInTheVersionAskedFor)
{
    EXPECT_EQ(at(ask("GET", jobs_ + "/backup"), "/apiVersion"), "batch/v1");
    const std::string old = "/apis/batch/v1beta1/namespaces/tsb/cronjobs";
    EXPECT_EQ(at(ask("GET", old + "/backup"), "/apiVersion"), "batch/v1beta1");
    EXPECT_EQ(at(ask("GET", old), "/items/0/apiVersion"), "batch/v1beta1");
}

TEST_F(Api, APatchWithAnOldVersionIsAConflict)
{
    const auto merge = "application/merge-patch+json";
    EXPECT_EQ(
        ask("PATCH", jobs_ + "/backup",
            R"({"metadata":{"resourceVersion":"1"},"spec":{"suspend":true}})", merge)
            .status,
        409U);
    EXPECT_EQ(ask("PATCH", jobs_ + "/backup", R"({"spec":{"suspend":true}})", merge).status, 200U);
    EXPECT_TRUE(boolean_at(*store_->find({"cronjobs.batch", "tsb", "backup"}), "/spec/suspend"));
}

TEST_F(Api, PatchKindsItDoesNotKnowAreRefused)
{
    EXPECT_EQ(ask("PATCH", jobs_ + "/backup", "{}", "application/apply-patch+yaml").status, 415U);
    store_->create(
        type_of_kind("Kubegres"), json::parse(R"({"metadata":{"name":"k","namespace":"tsb"}})"));
    const std::string kubegres = "/apis/kubegres.reactive-tech.io/v1/namespaces/tsb/kubegres/k";
    EXPECT_EQ(ask("PATCH", kubegres, "{}", "application/strategic-merge-patch+json").status, 415U)
        << "custom resources take none";
}

TEST_F(Api, BrokenBodiesAreRefused)
{
    for (const auto* body : {"", "{", "1", "\"x\""})
        EXPECT_EQ(ask("PUT", jobs_ + "/backup", body).status, 400U) << body;
    EXPECT_EQ(ask("PUT", jobs_ + "/backup", R"({"metadata":{"name":"x"}})").status, 400U);
    EXPECT_EQ(ask("POST", jobs_, R"({"metadata":{}})").status, 422U);
    EXPECT_EQ(ask("GET", jobs_ + "?labelSelector=a in").status, 400U);
}

TEST_F(Api, ADryRunChangesNothing)
{
    const auto revision = store_->revision();
    EXPECT_EQ(ask("DELETE", jobs_ + "/backup?dryRun=All").status, 200U);
    EXPECT_EQ(ask("DELETE", jobs_ + "/backup", R"({"dryRun":["All"]})").status, 200U);
    EXPECT_EQ(
        ask("DELETE", jobs_ + "/backup?dryRun=All", R"({"preconditions":{"uid":"x"}})").status,
        409U)
        << "conditions hold for dry runs too";
    EXPECT_EQ(ask("POST", jobs_ + "?dryRun=All", R"({"metadata":{"name":"x"}})").status, 201U);
    EXPECT_EQ(store_->revision(), revision);
}

TEST_F(Api, PodsAreReachedThroughTheProxy)
{
    const std::string pods = "/api/v1/namespaces/tsb/pods/";
    EXPECT_EQ(ask("GET", pods + "p:8080/proxy/metrics").body, "p:8080/metrics");
    EXPECT_EQ(ask("GET", pods + "q:8080/proxy/metrics").status, 404U);
}

TEST_F(Api, TellsWhatAUserMay)
{
    const std::string path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const auto allowed = [&](const std::string& verb, const std::string& token) {
        const auto body = R"({"spec":{"resourceAttributes":{"verb":")" + verb + R"("}}})";
        return boolean_at(json::parse(ask("POST", path, body, "", token).body), "/status/allowed");
    };
    EXPECT_TRUE(allowed("list", "read"));
    EXPECT_FALSE(allowed("patch", "read"));
    EXPECT_TRUE(allowed("patch", "full"));
    const auto body =
        R"({"spec":{"resourceAttributes":{"verb":"patch","resource":"cronjobs","group":"batch","name":"backup"}}})";
    EXPECT_TRUE(
        boolean_at(json::parse(ask("POST", path, body, "", "act").body), "/status/allowed"));
}

TEST_F(Api, ProtocolBuffersAreRefused)
{
    EXPECT_EQ(ask("POST", jobs_, "k8s", "application/vnd.kubernetes.protobuf").status, 415U);
}

TEST_F(Api, DiscoveryNamesWhatIsServed)
{
    for (const auto* path :
         {"/api", "/apis", "/api/v1", "/apis/apps/v1", "/apis/batch", "/version"})
        EXPECT_EQ(ask("GET", path).status, 200U) << path;
    EXPECT_EQ(at(ask("GET", "/apis/batch"), "/preferredVersion/version"), "v1");
    EXPECT_EQ(ask("GET", "/apis/batch/v9").status, 404U);
}

}  // namespace
