#include "daemon/delivery_policy.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;

// 2026-11-23T08:00:00Z
constexpr core::WallTime now{std::chrono::seconds(1'795'420'800)};

net::HttpReply answer(unsigned status, const std::string& retry_after = {})
{
    net::HttpReply reply;
    reply.reason = core::Reason::none;
    reply.status = status;
    if (!retry_after.empty())
        reply.headers.emplace_back("retry-after", retry_after);
    return reply;
}

struct StatusCase {
    unsigned status;
    Fate fate;
    DeliveryFailure failure;
};

class Judging : public testing::TestWithParam<StatusCase> {};

TEST_P(Judging, GoesByTheStatus)
{
    const auto judgement = judge(answer(GetParam().status), now);
    EXPECT_EQ(judgement.fate, GetParam().fate);
    if (judgement.fate != Fate::delivered) {
        EXPECT_EQ(name_of(judgement.failure), name_of(GetParam().failure));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    Judging,
    testing::Values(
        StatusCase{200, Fate::delivered, {}},
        StatusCase{204, Fate::delivered, {}},
        StatusCase{301, Fate::retry, DeliveryFailure::redirected},
        StatusCase{307, Fate::retry, DeliveryFailure::redirected},
        StatusCase{400, Fate::abandon, DeliveryFailure::rejected},
        StatusCase{401, Fate::retry, DeliveryFailure::client_error},
        StatusCase{402, Fate::retry, DeliveryFailure::client_error},
        StatusCase{403, Fate::retry, DeliveryFailure::client_error},
        StatusCase{404, Fate::retry, DeliveryFailure::client_error},
        StatusCase{405, Fate::retry, DeliveryFailure::client_error},
        StatusCase{407, Fate::retry, DeliveryFailure::client_error},
        StatusCase{408, Fate::retry, DeliveryFailure::server_error},
        StatusCase{409, Fate::retry, DeliveryFailure::client_error},
        StatusCase{410, Fate::shut_off, DeliveryFailure::gone},
        StatusCase{413, Fate::abandon, DeliveryFailure::rejected},
        StatusCase{415, Fate::abandon, DeliveryFailure::rejected},
        StatusCase{421, Fate::retry, DeliveryFailure::client_error},
        StatusCase{422, Fate::abandon, DeliveryFailure::rejected},
        StatusCase{425, Fate::retry, DeliveryFailure::server_error},
        StatusCase{429, Fate::retry, DeliveryFailure::rate_limited},
        StatusCase{431, Fate::retry, DeliveryFailure::client_error},
        StatusCase{499, Fate::retry, DeliveryFailure::client_error},
        StatusCase{500, Fate::retry, DeliveryFailure::server_error},
        StatusCase{502, Fate::retry, DeliveryFailure::server_error},
        StatusCase{504, Fate::retry, DeliveryFailure::server_error},
        StatusCase{999, Fate::retry, DeliveryFailure::server_error}),
    [](const auto& row) { return std::to_string(row.param.status); });

TEST(Judging, SilenceIsRetried)
{
    net::HttpReply reply;
    reply.reason = core::Reason::connect_refused;
    EXPECT_EQ(judge(reply, now).fate, Fate::retry);
    EXPECT_EQ(judge(reply, now).failure, DeliveryFailure::network);
    reply.reason = core::Reason::timeout;
    EXPECT_EQ(judge(reply, now).failure, DeliveryFailure::timeout);
}

TEST(Judging, AnAcceptedEventIsDeliveredEvenWhenTheRestOfTheAnswerIsBad)
{
    auto reply = answer(200);
    reply.reason = core::Reason::body;
    EXPECT_EQ(judge(reply, now).fate, Fate::delivered);
}

TEST(RetryAfter, ReadsSecondsAndDatesAndIsBounded)
{
    EXPECT_EQ(retry_after_of("120", now), 120s);
    EXPECT_EQ(retry_after_of("0", now), 0s);
    EXPECT_EQ(retry_after_of("86400", now), 1h);
    EXPECT_EQ(retry_after_of("99999999999999999999", now), 1h);
    EXPECT_EQ(retry_after_of("Mon, 23 Nov 2026 08:00:30 GMT", now), 30s);
    EXPECT_EQ(retry_after_of("Mon, 23 Nov 2026 07:00:00 GMT", now), 0s) << "in the past";
    EXPECT_EQ(retry_after_of("Mon, 23 Nov 2099 07:00:00 GMT", now), 1h);
    for (const auto* nonsense : {"", "soon", "-5", "5 minutes", "1.5"})
        EXPECT_FALSE(retry_after_of(nonsense, now)) << nonsense;
}

TEST(RetryAfter, CountsOnlyWhereTheDeliveryIsRetried)
{
    EXPECT_EQ(judge(answer(429, "7"), now).retry_after, 7s);
    EXPECT_EQ(judge(answer(503, "7"), now).retry_after, 7s);
    EXPECT_EQ(judge(answer(404, "7"), now).retry_after, 7s);
    EXPECT_FALSE(judge(answer(422, "7"), now).retry_after);
}

TEST(Pause, GrowsToItsBoundAndSpreads)
{
    EXPECT_EQ(pause_after(1, 0.5), 5s);
    EXPECT_EQ(pause_after(2, 0.5), 15s);
    EXPECT_EQ(pause_after(6, 0.5), 300s);
    EXPECT_EQ(pause_after(1'000'000, 0.5), 300s);
    EXPECT_EQ(pause_after(1, 0.0), 4s);
    EXPECT_EQ(pause_after(1, 1.0), 6s);
}

TEST(Pause, AfterARefusalIsThatOfRepeatsButAnHourAtMost)
{
    EXPECT_EQ(pause_after_refusal(60s), 60s);
    EXPECT_EQ(pause_after_refusal(4h), 1h);
}

}  // namespace
}  // namespace understudy
