/// Against a real BIND, which judges our messages and our signatures.
#include "actions/dns_update_provider.hpp"
#include "actions/switch_name.hpp"
#include "net/boot_clock.hpp"

#include "support/dns_peer.hpp"
#include "support/dns_relay.hpp"
#include "support/named_server.hpp"
#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"
#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace understudy::actions {
namespace {

using namespace std::chrono_literals;
using core::EffectResult;
using core::find_fact;
using core::Observation;
using testing::HasSubstr;

const std::string east = "east.tsb.test";
const std::string west = "west.tsb.test";

class SwitchNameTest : public testing::Test {
protected:
    SwitchNameTest()
    {
        reading.servers = {named.address()};
        reading.timeout = 1s;
        updating.server = named.address();
        updating.zone = "tsb.test";
        updating.key_file = key.path();
    }

    static core::Operation operation(const std::string& from = east, const std::string& to = west)
    {
        core::Operation wanted;
        wanted.kind = core::OperationKind::switch_name;
        wanted.target = "floating";
        wanted.object = "active.tsb.test";
        wanted.parameters = {{"name", "active.tsb.test"}, {"from", from}, {"to", to}, {"ttl", "7"}};
        return wanted;
    }

    static Order order(std::uint64_t epoch, core::Facts facts, const core::Operation& what)
    {
        Order order;
        order.id = {epoch, 6, 0};
        order.operation = what;
        order.facts = std::move(facts);
        order.deadline = net::boot_now() + 5s;
        return order;
    }

    Observation observe(const core::Operation& what = operation())
    {
        DnsUpdateProvider provider(resolver, updating);
        SwitchName action(provider, reading);
        return support::run_coroutine(io, action.observe(what));
    }

    Effect perform(Order what)
    {
        DnsUpdateProvider provider(resolver, updating);
        SwitchName action(provider, reading);
        return support::run_coroutine(io, action.perform(std::move(what)));
    }

    /// Reads, and acts on what was read.
    Effect switch_to_west(std::uint64_t epoch = 4)
    {
        return perform(order(epoch, observe().facts, operation()));
    }

    static bool is(const Observation& seen, const char* fact)
    {
        return find_fact<bool>(seen.facts, fact).value();
    }

    static std::string text(const Observation& seen, const char* fact)
    {
        return find_fact<std::string>(seen.facts, fact).value_or("none");
    }

    void expect_unchanged(const std::string& token = "")
    {
        const auto seen = observe();
        EXPECT_TRUE(is(seen, "all_old")) << seen.detail;
        EXPECT_EQ(text(seen, "mark"), token);
    }

    support::NamedServer named;
    support::TempFile key{support::NamedServer::key_statement()};
    boost::asio::io_context io{1};
    net::Resolver resolver{io.get_executor()};
    SwitchName::Options reading;
    DnsUpdateProvider::Options updating;
};

TEST_F(SwitchNameTest, ReadsTheOldNameWithItsTtlAndThatThereIsNoToken)
{
    const auto seen = observe();
    EXPECT_TRUE(seen.readable);
    EXPECT_TRUE(is(seen, "all_old"));
    EXPECT_FALSE(is(seen, "all_new"));
    EXPECT_EQ(text(seen, "answers"), named.address() + "=" + east);
    EXPECT_EQ(text(seen, "mark"), "");
    EXPECT_EQ(find_fact<std::int64_t>(seen.facts, "ttl"), 5);
    EXPECT_EQ(find_fact<std::int64_t>(seen.facts, "unreachable"), 0);
}

TEST_F(SwitchNameTest, SwitchesAndLeavesItsIdAsTheToken)
{
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::applied) << effect.detail;
    const auto seen = observe();
    EXPECT_TRUE(is(seen, "all_new")) << seen.detail;
    EXPECT_FALSE(is(seen, "all_old"));
    EXPECT_EQ(text(seen, "mark"), "4.6.0");
    EXPECT_EQ(find_fact<std::int64_t>(seen.facts, "ttl"), 7);
}

TEST_F(SwitchNameTest, GoesBackInALaterEpoch)
{
    ASSERT_EQ(switch_to_west().result, EffectResult::applied);
    const auto effect = perform(order(5, observe().facts, operation(west, east)));
    EXPECT_EQ(effect.result, EffectResult::applied) << effect.detail;
    expect_unchanged("5.6.0");
}

TEST_F(SwitchNameTest, AReplayIsRefused)
{
    const auto once = order(4, observe().facts, operation());
    ASSERT_EQ(perform(once).result, EffectResult::applied);
    const auto again = perform(once);
    EXPECT_EQ(again.result, EffectResult::refused);
    EXPECT_THAT(again.detail, HasSubstr("YXRRSET"));
    EXPECT_TRUE(is(observe(), "all_new"));
}

/// The name came back to the old value since the reading, so only the token tells.
TEST_F(SwitchNameTest, AnOverdueChangeIsRefusedByTheToken)
{
    const auto overdue = order(6, observe().facts, operation());
    ASSERT_EQ(switch_to_west(4).result, EffectResult::applied);
    ASSERT_EQ(
        perform(order(5, observe().facts, operation(west, east))).result, EffectResult::applied);

    const auto without_token = perform(overdue);
    EXPECT_EQ(without_token.result, EffectResult::refused);
    EXPECT_THAT(without_token.detail, HasSubstr("YXRRSET"));

    auto facts = overdue.facts;
    facts["mark"] = std::string("4.6.0");
    const auto stale_token = perform(order(6, facts, operation()));
    EXPECT_EQ(stale_token.result, EffectResult::refused);
    EXPECT_THAT(stale_token.detail, HasSubstr("NXRRSET"));
    expect_unchanged("5.6.0");
}

TEST_F(SwitchNameTest, AWrongOldValueIsRefused)
{
    const auto effect = perform(order(4, observe().facts, operation("elsewhere.tsb.test", west)));
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("NXRRSET"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, ATokenOfALaterOperationIsNotPassedOver)
{
    ASSERT_EQ(switch_to_west(9).result, EffectResult::applied);
    const auto effect = perform(order(4, observe().facts, operation(west, east)));
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("not sent: the last change was made by operation 9.6.0"));
}

TEST_F(SwitchNameTest, WithoutAReadingOfTheTokenNothingIsSent)
{
    auto facts = observe().facts;
    facts.erase("mark");
    const auto effect = perform(order(4, facts, operation()));
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("not sent: the reading did not tell the token"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, AKeyThatTheServerDoesNotKnowIsRefused)
{
    updating.key_name = "stranger";
    key.write(support::NamedServer::key_secret());
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("BADKEY"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, AWrongSecretIsRefused)
{
    updating.key_name = "understudy";
    key.write("YW5vdGhlciBzZWNyZXQ=");
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("BADSIG"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, ANameThatTheKeyMayNotChangeIsRefused)
{
    reading.token_record = "token.tsb.test";
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("REFUSED"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, AZoneThatIsNotTheServersIsRefused)
{
    updating.zone = "test";
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("NOTAUTH"));
    expect_unchanged();
}

TEST_F(SwitchNameTest, AKeyFileThatCannotBeReadIsRefused)
{
    updating.key_file = "/nonexistent/key";
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("/nonexistent/key"));
}

TEST_F(SwitchNameTest, AServerThatIsGoneIsRefusedBecauseNothingWasSent)
{
    const auto facts = observe().facts;
    named.stop();
    const auto effect = perform(order(4, facts, operation()));
    EXPECT_EQ(effect.result, EffectResult::refused);
    EXPECT_THAT(effect.detail, HasSubstr("not sent"));
    named.start();
    expect_unchanged();
}

TEST_F(SwitchNameTest, ADeadlineThatPassedIsRefused)
{
    auto late = order(4, observe().facts, operation());
    late.deadline = net::boot_now() - 1s;
    EXPECT_EQ(perform(late).result, EffectResult::refused);
    expect_unchanged();
}

TEST_F(SwitchNameTest, AnAnswerThatIsLostIsUnknownAlthoughItWasDone)
{
    const support::DnsRelay relay(io, named.port(), [](auto& answer) { answer.clear(); });
    updating.server = relay.address();
    EXPECT_EQ(switch_to_west().result, EffectResult::unknown);
    EXPECT_TRUE(is(observe(), "all_new"));
}

TEST_F(SwitchNameTest, AServerThatNeverAnswersIsUnknownAtTheDeadline)
{
    const support::ScriptedPeer silent(io, {support::hang});
    updating.server = "127.0.0.1:" + std::to_string(silent.port());
    auto soon = order(4, observe().facts, operation());
    soon.deadline = net::boot_now() + 200ms;
    const auto effect = perform(soon);
    EXPECT_EQ(effect.result, EffectResult::unknown);
    EXPECT_THAT(effect.detail, HasSubstr("no answer came in time"));
}

/// Six bytes of the signature's record follow the signature itself: id, error, no other data.
TEST_F(SwitchNameTest, AnAnswerWhoseSignatureIsWrongIsUnknown)
{
    const support::DnsRelay relay(
        io, named.port(), [](auto& answer) { answer[answer.size() - 8] ^= 1U; });
    updating.server = relay.address();
    const auto effect = switch_to_west();
    EXPECT_EQ(effect.result, EffectResult::unknown);
    EXPECT_THAT(effect.detail, HasSubstr("not signed with our key"));
}

/// Somebody in between may say anything but what needs no signature.
TEST_F(SwitchNameTest, ARefusalThatIsNotSignedIsUnknown)
{
    const support::DnsRelay relay(io, named.port(), [](auto& answer) {
        constexpr std::size_t header_bytes = 12;
        answer.resize(header_bytes);
        answer[3] = 5;  // REFUSED
        std::fill(answer.begin() + 4, answer.end(), std::uint8_t{0});
    });
    updating.server = relay.address();
    EXPECT_EQ(switch_to_west().result, EffectResult::unknown);
    EXPECT_TRUE(is(observe(), "all_new")) << "it was done, whatever the answer says";
}

TEST_F(SwitchNameTest, ServersThatDisagreeAreNeitherOldNorNew)
{
    support::NamedServer second;
    reading.servers.push_back(second.address());
    ASSERT_EQ(switch_to_west().result, EffectResult::applied);
    const auto seen = observe();
    EXPECT_FALSE(is(seen, "all_new"));
    EXPECT_FALSE(is(seen, "all_old"));
    EXPECT_EQ(
        text(seen, "answers"), named.address() + "=" + west + " " + second.address() + "=" + east);
}

TEST_F(SwitchNameTest, AServerThatIsGoneIsCountedAndHoldsBackOnlyTheEnd)
{
    reading.servers.push_back("127.0.0.1:" + std::to_string(support::unused_port()));
    auto seen = observe();
    EXPECT_TRUE(is(seen, "all_old"));
    EXPECT_EQ(find_fact<std::int64_t>(seen.facts, "unreachable"), 1);
    ASSERT_EQ(switch_to_west().result, EffectResult::applied);
    seen = observe();
    EXPECT_FALSE(is(seen, "all_new"));
    EXPECT_THAT(text(seen, "answers"), HasSubstr("=?"));
}

TEST_F(SwitchNameTest, NobodyWhoAnswersIsUnreadable)
{
    named.stop();
    const auto seen = observe();
    EXPECT_FALSE(seen.readable);
    EXPECT_FALSE(seen.facts.contains("mark"));
    named.start();
}

TEST_F(SwitchNameTest, ACacheIsNotHeard)
{
    const support::DnsPeer cache(io, [](const support::Message& query, bool) {
        support::DnsReply reply;
        reply.records = {support::cname(west)};
        auto message = reply.to(query);
        message[2] = static_cast<std::uint8_t>(message[2] & ~0x04U);  // not authoritative
        return message;
    });
    reading.servers = {cache.address()};
    const auto seen = observe();
    EXPECT_FALSE(seen.readable);
    EXPECT_THAT(seen.detail, HasSubstr("without authority"));
}

TEST_F(SwitchNameTest, AServerThatIsNoneIsRefusedAtOnce)
{
    updating.server = "ns.tsb.test";
    EXPECT_THROW(DnsUpdateProvider(resolver, updating), std::invalid_argument);
}

}  // namespace
}  // namespace understudy::actions
