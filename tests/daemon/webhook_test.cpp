#include "daemon/alertmanager.hpp"
#include "daemon/webhook.hpp"
#include "store/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using support::TemporaryDirectory;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

constexpr core::WallTime start{std::chrono::seconds(1'795'420'800)};
constexpr auto known_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

store::Delivery delivery(bool firing)
{
    store::Delivery sample;
    sample.receiver = "pager";
    sample.id = "msg_1";
    sample.fingerprint = "0123456789abcdef";
    sample.event.name = "PlaneFailed";
    sample.event.labels = {{"plane", "east"}, {"severity", "critical"}};
    sample.event.annotations = {{"summary", "\"east\" has failed"}};
    sample.event.firing = firing;
    sample.event.starts_at = start;
    if (!firing)
        sample.event.ends_at = start + 1min;
    return sample;
}

class WebhookTest : public testing::Test {
protected:
    std::filesystem::path secret(const std::string& name, const std::string& text)
    {
        const auto file = directory_.path() / name;
        std::ofstream(file) << text << "\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        return file;
    }
    std::string refusal(const std::string& text)
    {
        try {
            const WebhookSigner signer({secret("bad" + std::to_string(++files_), text)});
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }

private:
    TemporaryDirectory directory_;
    int files_ = 0;
};

// The reference tests of Standard Webhooks hold this answer.
TEST_F(WebhookTest, SignsTheKnownAnswer)
{
    const WebhookSigner signer({secret("one", known_secret)});
    EXPECT_EQ(
        signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(WebhookTest, SignsWithEachSecretDuringRotation)
{
    const auto next = "whsec_" + std::string(32, 'A');
    const WebhookSigner both({secret("one", known_secret), secret("two", next)});
    const WebhookSigner only({secret("three", next)});
    const auto signature = both.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{}");
    EXPECT_THAT(
        signature, HasSubstr(" " + only.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{}")));
}

TEST_F(WebhookTest, TakesASecretWithoutItsPadding)
{
    // 25 bytes: the encoder would end with "==".
    const WebhookSigner with({secret("with", "whsec_" + std::string(33, 'A') + "Q==")});
    const WebhookSigner without({secret("without", "whsec_" + std::string(33, 'A') + "Q")});
    EXPECT_EQ(with.sign("a", 1, "b"), without.sign("a", 1, "b"));
}

TEST_F(WebhookTest, RefusesWhatIsNoSecretAndDoesNotShowIt)
{
    for (const auto* text :
         {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_%%%%",
          "whsec_====", "whsec_A"}) {
        const auto reason = refusal(text);
        EXPECT_THAT(reason, HasSubstr("bad")) << text;
        EXPECT_THAT(reason, testing::Not(HasSubstr("c2hvcnQ")));
    }
    EXPECT_NE(refusal("whsec_" + std::string(400, 'A')), "");
}

TEST_F(WebhookTest, BodyHasTheShapeThatAlertmanagerSends)
{
    const auto body = boost::json::parse(webhook_body(delivery(true), "http://bastion"));
    const auto expected = boost::json::parse(R"({
        "version": "4", "truncatedAlerts": 0, "receiver": "pager", "status": "firing",
        "groupKey": "{}:{alertname=\"PlaneFailed\", plane=\"east\", severity=\"critical\"}",
        "groupLabels": {"alertname": "PlaneFailed", "plane": "east", "severity": "critical"},
        "commonLabels": {"alertname": "PlaneFailed", "plane": "east", "severity": "critical"},
        "commonAnnotations": {"summary": "\"east\" has failed"},
        "externalURL": "http://bastion",
        "alerts": [{"status": "firing",
            "labels": {"alertname": "PlaneFailed", "plane": "east", "severity": "critical"},
            "annotations": {"summary": "\"east\" has failed"},
            "startsAt": "2026-11-23T08:00:00.000Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "", "fingerprint": "0123456789abcdef"}]})");
    EXPECT_EQ(body, expected) << body;
}

TEST_F(WebhookTest, AResolvedAlertHasItsEnd)
{
    const auto body = boost::json::parse(webhook_body(delivery(false), ""));
    EXPECT_EQ(body.at("status"), "resolved");
    EXPECT_EQ(body.at("alerts").at(0).at("status"), "resolved");
    EXPECT_EQ(body.at("alerts").at(0).at("endsAt"), "2026-11-23T08:01:00.000Z");
}

TEST_F(WebhookTest, ARetryHasTheSameIdAndBodyAndItsOwnTime)
{
    const WebhookSigner signer({secret("one", known_secret)});
    const auto first = webhook_request(delivery(true), "", signer, start);
    const auto second = webhook_request(delivery(true), "", signer, start + 1h);
    EXPECT_EQ(first.body, second.body);
    EXPECT_THAT(first.headers, Contains(Pair("webhook-id", "msg_1")));
    EXPECT_THAT(second.headers, Contains(Pair("webhook-id", "msg_1")));
    EXPECT_THAT(first.headers, Contains(Pair("webhook-timestamp", "1795420800")));
    EXPECT_THAT(second.headers, Contains(Pair("webhook-timestamp", "1795424400")));
    EXPECT_THAT(
        second.headers,
        Contains(Pair("webhook-signature", signer.sign("msg_1", 1795424400, second.body))));
}

TEST(Alertmanager, AFiringAlertEndsUnlessItIsRepeated)
{
    const auto request = alertmanager_request(delivery(true), 60s, start);
    EXPECT_EQ(boost::json::parse(request.body), boost::json::parse(R"([{
        "labels": {"alertname": "PlaneFailed", "plane": "east", "severity": "critical"},
        "annotations": {"summary": "\"east\" has failed"},
        "startsAt": "2026-11-23T08:00:00.000Z", "endsAt": "2026-11-23T08:03:00.000Z"}])"));
    EXPECT_THAT(request.headers, Contains(Pair("Content-Type", "application/json")));
}

TEST(Alertmanager, AResolvedAlertEndedInThePast)
{
    const auto request = alertmanager_request(delivery(false), 60s, start + 1h);
    EXPECT_EQ(boost::json::parse(request.body).at(0).at("endsAt"), "2026-11-23T08:01:00.000Z");
}

TEST(Alertmanager, ApiIsBelowTheConfiguredPath)
{
    EXPECT_EQ(alertmanager_path("/"), "/api/v2/alerts");
    EXPECT_EQ(alertmanager_path("/alerts/"), "/alerts/api/v2/alerts");
}

}  // namespace
}  // namespace understudy
