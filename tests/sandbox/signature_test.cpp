#include "sandbox/receiver.hpp"

#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

/// The example of the Standard Webhooks specification's reference libraries.
Request example()
{
    Request request;
    request.headers = {
        {"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
        {"webhook-timestamp", "1614265330"},
        {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}};
    request.body = R"({"test": 2432232314})";
    return request;
}

/// `MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`, decoded.
const std::string key("\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c"
                      "\xf6\x48\xa3\x62\xda\x2d\xa4\xb0");
constexpr std::int64_t then = 1614265330;

TEST(Signature, OfTheSpecificationIsValid)
{
    EXPECT_EQ(judge_signature(example(), key, then), "valid");
}

TEST(Signature, OneOfSeveralIsEnough)
{
    auto request = example();
    request.headers["webhook-signature"] = "v1,AAAA " + request.headers["webhook-signature"];
    EXPECT_EQ(judge_signature(request, key, then), "valid");
}

TEST(Signature, OfAnotherBodyOrKeyOrTimeIsInvalid)
{
    auto request = example();
    request.body += " ";
    EXPECT_EQ(judge_signature(request, key, then), "invalid");
    EXPECT_EQ(judge_signature(example(), "other", then), "invalid");
    EXPECT_EQ(judge_signature(example(), key, then + 301), "invalid");
}

TEST(Signature, MayBeAbsent)
{
    auto request = example();
    request.headers.erase("webhook-signature");
    EXPECT_EQ(judge_signature(request, key, then), "absent");
}

}  // namespace
