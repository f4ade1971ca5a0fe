#include "probes/dns_probe.hpp"

#include "support/dns_peer.hpp"
#include "support/run_coroutine.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::probes {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::cname;
using support::DnsPeer;
using support::DnsReply;
using support::Message;
using testing::HasSubstr;

class DnsProbeTest : public testing::Test {
protected:
    core::Outcome ask(std::vector<std::string> servers)
    {
        options.name = "active.tsb.test";
        options.servers = std::move(servers);
        DnsProbe probe(io.get_executor(), options);
        return support::run_coroutine(io, probe.run());
    }

    static DnsReply points_at(const std::string& target)
    {
        DnsReply reply;
        reply.records = {cname(target)};
        return reply;
    }

    static DnsReply refusal(std::uint8_t code)
    {
        DnsReply reply;
        reply.code = code;
        return reply;
    }

    static Message silence(const Message&, bool) { return {}; }

    static std::optional<std::string> answer_in(const core::Outcome& outcome)
    {
        return core::find_fact<std::string>(outcome.facts, "dns/answer");
    }

    boost::asio::io_context io{1};
    DnsProbe::Options options;
};

TEST_F(DnsProbeTest, ReportsWhatTheServersAgreeOn)
{
    const DnsPeer one(io, points_at("East.tsb.test"));
    const DnsPeer two(io, points_at("east.TSB.test"));
    options.expected = {"EAST.tsb.test."};
    const auto outcome = ask({one.address(), two.address()});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_EQ(answer_in(outcome), "east.tsb.test");
}

TEST_F(DnsProbeTest, ServersThatDisagreeAreAWrongAnswerWithoutAFact)
{
    const DnsPeer one(io, points_at("east.tsb.test"));
    const DnsPeer two(io, points_at("west.tsb.test"));
    const auto outcome = ask({one.address(), two.address()});
    EXPECT_EQ(outcome.reason, Reason::wrong_answer);
    EXPECT_FALSE(answer_in(outcome));
    EXPECT_THAT(
        outcome.detail, testing::AllOf(HasSubstr("east.tsb.test"), HasSubstr("west.tsb.test")));
}

TEST_F(DnsProbeTest, AnUnexpectedAnswerIsWrongAndReported)
{
    const DnsPeer peer(io, points_at("west.tsb.test"));
    options.expected = {"east.tsb.test"};
    const auto outcome = ask({peer.address()});
    EXPECT_EQ(outcome.reason, Reason::wrong_answer);
    EXPECT_EQ(answer_in(outcome), "west.tsb.test");
}

TEST_F(DnsProbeTest, RefusalsAreStatements)
{
    const std::vector<std::pair<std::uint8_t, const char*>> codes{
        {2, "SERVFAIL"}, {3, "NXDOMAIN"}, {5, "REFUSED"}};
    for (const auto& [code, name] : codes) {
        const DnsPeer peer(io, refusal(code));
        const auto outcome = ask({peer.address()});
        EXPECT_EQ(outcome.reason, Reason::wrong_answer) << name;
        EXPECT_THAT(outcome.detail, HasSubstr(name));
    }
}

TEST_F(DnsProbeTest, NoRecordIsAWrongAnswer)
{
    const DnsPeer peer(io, DnsReply{});
    EXPECT_EQ(ask({peer.address()}).reason, Reason::wrong_answer);
}

TEST_F(DnsProbeTest, OneSilentServerShowsOnlyInTheDetail)
{
    options.timeout = 400ms;
    const DnsPeer silent(io, silence);
    const DnsPeer good(io, points_at("east.tsb.test"));
    const auto outcome = ask({silent.address(), good.address()});
    EXPECT_EQ(outcome.reason, Reason::none) << outcome.detail;
    EXPECT_THAT(outcome.detail, HasSubstr(silent.address() + ": no answer in time"));
}

TEST_F(DnsProbeTest, NoAnswerFromAnybodyIsATimeout)
{
    options.timeout = 300ms;
    const DnsPeer one(io, silence);
    const DnsPeer two(io, silence);
    EXPECT_EQ(ask({one.address(), two.address()}).reason, Reason::timeout);
}

TEST_F(DnsProbeTest, GarbageIsProtocol)
{
    const DnsPeer peer(io, [](const Message& query, bool) {
        return Message{query[0], query[1], 9};
    });
    EXPECT_EQ(ask({peer.address()}).reason, Reason::protocol);
}

TEST_F(DnsProbeTest, BrokenSettingsAreRefused)
{
    options.name = "active.tsb.test";
    EXPECT_THROW(DnsProbe(io.get_executor(), options), std::invalid_argument) << "no server";
    options.servers = {"ns.tsb.test"};
    EXPECT_THROW(DnsProbe(io.get_executor(), options), std::invalid_argument) << "no address";
    options.servers = {"127.0.0.1"};
    options.type = "MX";
    EXPECT_THROW(DnsProbe(io.get_executor(), options), std::invalid_argument);
}

TEST_F(DnsProbeTest, CancellationIsNotADeadServer)
{
    const DnsPeer silent(io, silence);
    options.name = "active.tsb.test";
    options.servers = {silent.address()};
    options.timeout = 10min;
    DnsProbe probe(io.get_executor(), options);
    boost::asio::cancellation_signal stop;
    std::exception_ptr thrown;
    const auto on_end = [&](std::exception_ptr failure, const core::Outcome&) {
        thrown = failure;
        io.stop();
    };
    boost::asio::co_spawn(
        io, probe.run(), boost::asio::bind_cancellation_slot(stop.slot(), on_end));
    while (silent.questions() == 0)
        io.run_one();
    stop.emit(boost::asio::cancellation_type::terminal);
    io.run_for(5s);
    ASSERT_TRUE(thrown) << "a value would be counted against the server";
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

}  // namespace
}  // namespace understudy::probes
