/// What no real server sends. tests/actions holds the messages against one.
#include "net/dns_update_message.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::net {
namespace {

using core::EffectResult;

TsigKey key()
{
    TsigKey made;
    made.name = "understudy";
    made.algorithm = "hmac-sha256";
    made.secret = Secret("c2VjcmV0IG9mIHRoZSB0ZXN0cw==");
    return made;
}

NameSwitch change()
{
    NameSwitch wanted;
    wanted.zone = "tsb.test";
    wanted.name = "active.tsb.test";
    wanted.from = "east.tsb.test";
    wanted.to = "west.tsb.test";
    wanted.ttl = 30;
    wanted.token_name = "_understudy.active.tsb.test";
    wanted.token_to = "4.6.0";
    return wanted;
}

/// The request itself, turned into an answer that says NOERROR: signed with our key, but not as the
/// answer to anything.
DnsBytes echo_of(const SignedUpdate& update)
{
    DnsBytes echo = update.wire;
    echo[2] |= 0x80U;
    return echo;
}

TEST(DnsUpdateMessage, ASignatureThatDoesNotAnswerOursCountsForNothing)
{
    const auto update = signed_update(change(), key());
    EXPECT_EQ(update_reply_in(update.wire, update, key()).result, EffectResult::unknown);
    EXPECT_EQ(update_reply_in(echo_of(update), update, key()).result, EffectResult::unknown);
}

TEST(DnsUpdateMessage, EveryTruncationAndEveryFlippedByteIsUnknown)
{
    const auto update = signed_update(change(), key());
    const auto echo = echo_of(update);
    for (std::size_t size = 0; size < echo.size(); ++size) {
        const DnsBytes cut(echo.begin(), echo.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(update_reply_in(cut, update, key()).result, EffectResult::unknown) << size;
    }
    for (std::size_t i = 0; i < echo.size(); ++i) {
        auto damaged = echo;
        damaged[i] ^= 0xffU;
        EXPECT_NE(update_reply_in(damaged, update, key()).result, EffectResult::applied) << i;
    }
}

TEST(DnsUpdateMessage, TwoUpdatesHaveTwoIds)
{
    const auto first = signed_update(change(), key());
    auto other = signed_update(change(), key());
    while (other.id == first.id)  // by chance, once in 65536 times
        other = signed_update(change(), key());
    EXPECT_EQ(update_reply_in(echo_of(first), other, key()).result, EffectResult::unknown);
}

TEST(DnsUpdateMessage, WhatCannotBeSaidIsNotMade)
{
    const auto refused = [](auto spoil) {
        auto wanted = change();
        spoil(wanted);
        EXPECT_THROW(signed_update(wanted, key()), std::invalid_argument);
    };
    refused([](auto& wanted) { wanted.name = "active.other.test"; });
    refused([](auto& wanted) { wanted.token_name = "token.other.test"; });
    refused([](auto& wanted) { wanted.zone = ""; });
    refused([](auto& wanted) { wanted.to = "a..b"; });
    refused([](auto& wanted) { wanted.from = ""; });
    refused([](auto& wanted) { wanted.token_to = std::string(256, 'x'); });
    refused([](auto& wanted) { wanted.token_to = ""; });
}

}  // namespace
}  // namespace understudy::net
