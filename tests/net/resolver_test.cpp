#include "net/resolver.hpp"

#include "support/dns_peer.hpp"
#include "support/run_coroutine.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using support::DnsPeer;
using support::DnsReply;
using support::Message;
using testing::HasSubstr;

class ResolverTest : public testing::Test {
protected:
    Resolution resolve(const std::string& servers, std::string host, core::Duration budget = 5s)
    {
        ResolverOptions options;
        options.servers = servers;
        Resolver resolver(io.get_executor(), options);
        auto operation = resolver.resolve(std::move(host), budget);
        return support::run_coroutine(io, std::move(operation));
    }

    static std::vector<std::string> texts(const Resolution& resolution)
    {
        std::vector<std::string> all;
        for (const auto& address : resolution.addresses)
            all.push_back(address.to_string());
        return all;
    }

    /// Two IPv4 addresses for an A question, nothing for AAAA.
    static Message two_addresses(const Message& query, bool)
    {
        DnsReply reply;
        const bool asks_for_a = query.at(query.size() - 3) == 1;
        if (asks_for_a)
            reply.records = {support::address(1), support::address(2)};
        return reply.to(query);
    }

    boost::asio::io_context io{1};
};

TEST_F(ResolverTest, GivesEveryAddress)
{
    const DnsPeer peer(io, two_addresses);
    const auto resolution = resolve(peer.address(), "plane.test");
    EXPECT_THAT(texts(resolution), testing::UnorderedElementsAre("192.0.2.1", "192.0.2.2"));
}

TEST_F(ResolverTest, NumericAddressesNeedNoServer)
{
    const DnsPeer peer(io, two_addresses);
    EXPECT_THAT(texts(resolve(peer.address(), "::1")), testing::ElementsAre("::1"));
    EXPECT_THAT(texts(resolve(peer.address(), "10.0.0.1")), testing::ElementsAre("10.0.0.1"));
    EXPECT_EQ(peer.questions(), 0);
}

TEST_F(ResolverTest, ANameThatIsNotThereSaysWhoWasAsked)
{
    DnsReply nxdomain;
    nxdomain.code = 3;
    const DnsPeer peer(io, nxdomain);
    const auto resolution = resolve(peer.address(), "plane.test");
    EXPECT_TRUE(resolution.addresses.empty());
    EXPECT_THAT(
        resolution.error, testing::AllOf(HasSubstr("plane.test"), HasSubstr("asked 127.0.0.1")));
}

TEST_F(ResolverTest, ASilentServerEndsWithTheBudget)
{
    const DnsPeer silent(io, [](const Message&, bool) { return Message(); });
    const auto before = std::chrono::steady_clock::now();
    const auto resolution = resolve(silent.address(), "plane.test", 400ms);
    EXPECT_TRUE(resolution.addresses.empty());
    EXPECT_FALSE(resolution.error.empty());
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    EXPECT_GE(silent.questions(), 3) << "a lost datagram must not cost the whole budget";
}

TEST_F(ResolverTest, ASilentFirstServerLeavesTimeForTheSecond)
{
    const DnsPeer silent(io, [](const Message&, bool) { return Message(); });
    const DnsPeer good(io, two_addresses);
    const auto resolution = resolve(silent.address() + "," + good.address(), "plane.test", 4s);
    EXPECT_EQ(resolution.addresses.size(), 2U) << resolution.error;
}

TEST_F(ResolverTest, ATruncatedAnswerIsAskedForOverTcp)
{
    const DnsPeer peer(io, [](const Message& query, bool over_tcp) {
        if (over_tcp)
            return two_addresses(query, true);
        DnsReply cut;
        cut.truncated = true;
        return cut.to(query);
    });
    EXPECT_EQ(resolve(peer.address(), "plane.test").addresses.size(), 2U);
}

TEST_F(ResolverTest, GarbageIsAFailureAndNoCrash)
{
    const DnsPeer peer(io, [](const Message& query, bool) {
        Message bytes = two_addresses(query, false);
        bytes.resize(bytes.size() - 3);
        return bytes;
    });
    EXPECT_TRUE(resolve(peer.address(), "plane.test", 300ms).addresses.empty());
}

TEST_F(ResolverTest, QuestionsDoNotWaitForEachOther)
{
    const DnsPeer peer(io, [](const Message& query, bool) {
        return query.at(13) == 's' ? Message() : two_addresses(query, false);
    });
    ResolverOptions options;
    options.servers = peer.address();
    Resolver resolver(io.get_executor(), options);
    bool slow_ended = false;
    boost::asio::co_spawn(
        io, resolver.resolve("slow.test", 10s),
        [&](std::exception_ptr, const Resolution&) { slow_ended = true; });
    auto quick = resolver.resolve("quick.test", 5s);
    EXPECT_EQ(support::run_coroutine(io, std::move(quick)).addresses.size(), 2U);
    EXPECT_FALSE(slow_ended);
}

TEST_F(ResolverTest, CanBeCancelled)
{
    const DnsPeer silent(io, [](const Message&, bool) { return Message(); });
    ResolverOptions options;
    options.servers = silent.address();
    Resolver resolver(io.get_executor(), options);
    boost::asio::cancellation_signal stop;
    std::exception_ptr thrown;
    const auto on_end = [&](std::exception_ptr failure, const Resolution&) {
        thrown = failure;
        io.stop();
    };
    boost::asio::co_spawn(
        io, resolver.resolve("plane.test", 10min),
        boost::asio::bind_cancellation_slot(stop.slot(), on_end));
    while (silent.questions() == 0)
        io.run_one();
    stop.emit(boost::asio::cancellation_type::terminal);
    io.run_for(5s);
    ASSERT_TRUE(thrown);
    EXPECT_THROW(std::rethrow_exception(thrown), boost::system::system_error);
}

}  // namespace
}  // namespace understudy::net
