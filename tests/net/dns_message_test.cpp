#include "net/dns_message.hpp"
#include "net/dns_query.hpp"

#include "support/dns_peer.hpp"
#include "support/run_coroutine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::DnsPeer;
using support::DnsReply;
using support::Message;
using testing::ElementsAre;

DnsQuestion question(DnsType type = DnsType::cname)
{
    DnsQuestion asked;
    asked.name = "active.tsb.test";
    asked.type = type;
    asked.id = 0x1234;
    return asked;
}

Message reply_with(std::vector<support::DnsRecord> records, const DnsQuestion& asked)
{
    DnsReply reply;
    reply.records = std::move(records);
    return reply.to(wire_form(asked));
}

TEST(DnsMessage, ReadsACanonicalCname)
{
    const auto answer =
        answer_in(reply_with({support::cname("East.TSB.test")}, question()), question());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reason, Reason::none) << answer->detail;
    EXPECT_THAT(answer->values, ElementsAre("east.tsb.test"));
    EXPECT_EQ(answer->ttl, 5u);
    EXPECT_TRUE(answer->authoritative);
    EXPECT_FALSE(answer->absent);
}

TEST(DnsMessage, TellsWhatIsAbsentFromWhatIsNotSaid)
{
    const auto absent = [](std::uint8_t code) {
        DnsReply reply;
        reply.code = code;
        return answer_in(reply.to(wire_form(question())), question())->absent;
    };
    EXPECT_TRUE(absent(0));   // the name is there, without such a record
    EXPECT_TRUE(absent(3));   // NXDOMAIN
    EXPECT_FALSE(absent(2));  // SERVFAIL
    EXPECT_FALSE(absent(5));  // REFUSED
}

TEST(DnsMessage, FollowsCnamesToSortedAddresses)
{
    const auto asked = question(DnsType::a);
    auto far = support::address(9);
    auto near = support::address(1);
    far.owner = near.owner = "east.tsb.test";
    const auto answer =
        answer_in(reply_with({support::cname("east.tsb.test"), far, near}, asked), asked);
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->values, ElementsAre("192.0.2.1", "192.0.2.9"));
}

TEST(DnsMessage, RecordsOfOtherNamesDoNotCount)
{
    const auto asked = question(DnsType::a);
    auto stray = support::address(9);
    stray.owner = "evil.test";
    const auto answer = answer_in(reply_with({stray}, asked), asked);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reason, Reason::wrong_answer);
}

TEST(DnsMessage, ALoopOfCnamesEnds)
{
    const auto asked = question(DnsType::a);
    const auto answer = answer_in(reply_with({support::cname("active.tsb.test")}, asked), asked);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reason, Reason::wrong_answer);
}

TEST(DnsMessage, TextIsEscaped)
{
    const auto asked = question(DnsType::txt);
    const auto answer = answer_in(reply_with({support::text("a\x1b[31m")}, asked), asked);
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->values.at(0), testing::Not(testing::HasSubstr("\x1b")));
}

TEST(DnsMessage, OnlyItsOwnAnswerCounts)
{
    const auto message = reply_with({support::cname("east.tsb.test")}, question());
    DnsQuestion other = question();
    other.id = 0x4321;
    EXPECT_FALSE(answer_in(message, other)) << "another id";
    EXPECT_FALSE(answer_in(message, question(DnsType::a))) << "another type";
    other = question();
    other.name = "passive.tsb.test";
    EXPECT_FALSE(answer_in(message, other)) << "another name";
    EXPECT_FALSE(answer_in(wire_form(question()), question())) << "a question is no answer";
}

TEST(DnsMessage, EveryTruncationAndEveryFlippedByteIsSurvived)
{
    const auto good = reply_with({support::cname("east.tsb.test"), support::text("x")}, question());
    for (std::size_t length = 2; length < good.size(); ++length) {
        const DnsBytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
        const auto answer = answer_in(cut, question());
        EXPECT_TRUE(!answer || answer->reason == Reason::protocol) << length;
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned value : {0x00U, 0x01U, 0x3fU, 0x40U, 0x7fU, 0xc0U, 0xffU}) {
            DnsBytes bent = good;
            bent[at] = static_cast<std::uint8_t>(value);
            answer_in(bent, question());
        }
    }
}

TEST(DnsMessage, RefusesWhatIsNoName)
{
    for (const std::string name : {"", "a..b", "\x01", "x.\xff"}) {
        DnsQuestion asked = question();
        asked.name = name;
        try {
            wire_form(asked);
        } catch (const std::invalid_argument&) {
            continue;
        }
        EXPECT_FALSE(name.empty() || name == "a..b") << "accepted '" << name << "'";
    }
    DnsQuestion longest = question();
    longest.name = std::string(300, 'a');
    EXPECT_THROW(wire_form(longest), std::invalid_argument);
}

TEST(DnsServer, IsANumericAddress)
{
    EXPECT_EQ(dns_server_at("127.0.0.53").port(), 53);
    EXPECT_EQ(dns_server_at("127.0.0.53:5353").port(), 5353);
    EXPECT_EQ(dns_server_at("::1").address().to_string(), "::1");
    EXPECT_EQ(dns_server_at("[::1]:5353").port(), 5353);
    EXPECT_EQ(dns_server_at("[::1]").port(), 53);
    for (const char* bad :
         {"ns.test", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:0", "[::1]x", "127.0.0.1:70000", ""})
        EXPECT_THROW(dns_server_at(bad), std::invalid_argument) << bad;
}

TEST(DnsQuery, AsksAgainWhenADatagramIsLost)
{
    boost::asio::io_context io(1);
    int seen = 0;
    const DnsPeer peer(io, [&](const Message& query, bool) {
        DnsReply reply;
        reply.records = {support::cname("east.tsb.test")};
        return ++seen == 1 ? Message() : reply.to(query);
    });
    auto asking = ask_server(dns_server_at(peer.address()), question(), 3s);
    const auto answer = support::run_coroutine(io, std::move(asking));
    EXPECT_EQ(answer.reason, Reason::none) << answer.detail;
}

TEST(DnsQuery, ForgedIdsAreNotHeard)
{
    boost::asio::io_context io(1);
    const DnsPeer peer(io, [](const Message& query, bool) {
        DnsReply reply;
        reply.records = {support::cname("evil.test")};
        Message forged = reply.to(query);
        forged[0] = static_cast<std::uint8_t>(forged[0] ^ 0xffU);
        return forged;
    });
    auto asking = ask_server(dns_server_at(peer.address()), question(), 300ms);
    EXPECT_EQ(support::run_coroutine(io, std::move(asking)).reason, Reason::timeout);
}

TEST(DnsQuery, GoesOverToTcpWhenTruncated)
{
    boost::asio::io_context io(1);
    const DnsPeer peer(io, [](const Message& query, bool over_tcp) {
        DnsReply reply;
        reply.truncated = !over_tcp;
        if (over_tcp)
            reply.records = {support::cname("east.tsb.test")};
        return reply.to(query);
    });
    auto asking = ask_server(dns_server_at(peer.address()), question(), 3s);
    const auto answer = support::run_coroutine(io, std::move(asking));
    EXPECT_THAT(answer.values, ElementsAre("east.tsb.test")) << answer.detail;
}

}  // namespace
}  // namespace understudy::net
