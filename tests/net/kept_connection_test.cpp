#include "net/boot_clock.hpp"
#include "net/kept_connection.hpp"

#include <gmock/gmock.h>

#include "http_fixture.hpp"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::Phase;
using core::Reason;
using support::close;
using support::hang;
using support::read_head;
using support::reset;
using support::send;
using testing::HasSubstr;
using testing::Not;

class KeptConnectionTest : public HttpTest {
protected:
    /// Two exchanges with one peer; the replies of both.
    std::pair<HttpReply, HttpReply> twice(std::vector<support::Act> script)
    {
        peer_.emplace(io, std::move(script));
        auto target = target_at(peer_->port());
        target.kept = std::make_shared<KeptConnection>();
        auto first = exchange(target);
        auto second = exchange(target);
        return {std::move(first), std::move(second)};
    }

    std::optional<support::ScriptedPeer> peer_;
};

bool has_phase(const HttpReply& reply, Phase phase)
{
    return std::ranges::any_of(
        reply.phases, [&](const auto& spent) { return spent.phase == phase; });
}

TEST_F(KeptConnectionTest, CarriesTheNextRequest)
{
    const auto [first, second] =
        twice({read_head, send(ok_response), read_head, send(ok_response), hang});
    EXPECT_EQ(first.reason, Reason::none) << first.detail;
    EXPECT_EQ(second.reason, Reason::none) << second.detail;
    EXPECT_EQ(second.body, "{}");
    EXPECT_EQ(second.detail, first.detail) << "the address is still told";
    EXPECT_EQ(peer_->connections(), 1);
    EXPECT_TRUE(has_phase(first, Phase::connect));
    EXPECT_FALSE(has_phase(second, Phase::connect));
    EXPECT_THAT(peer_->received(), HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(peer_->received(), Not(HasSubstr("Connection: close\r\n")));
}

TEST_F(KeptConnectionTest, ThatThePeerLetGoOfIsReplaced)
{
    const auto timeout = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
    for (const auto& script : std::vector<std::vector<support::Act>>{
             {read_head, send(ok_response), close},
             {read_head, send(ok_response), reset},
             {read_head, send(ok_response), read_head, close},
             {read_head, send(ok_response), read_head, reset},
             {read_head, send(ok_response), read_head, send(timeout), close}}) {
        const auto [first, second] = twice(script);
        EXPECT_EQ(second.reason, Reason::none) << second.detail;
        EXPECT_EQ(second.status, 200U);
        EXPECT_EQ(peer_->connections(), 2);
    }
}

TEST_F(KeptConnectionTest, ThatBreaksInTheMiddleOfAnAnswerHasBeenHeard)
{
    const auto [first, second] =
        twice({read_head, send(ok_response), read_head, send("HTTP/1.1 200"), reset});
    EXPECT_EQ(second.reason, Reason::connect_reset) << second.detail;
    EXPECT_EQ(peer_->connections(), 1);
}

TEST_F(KeptConnectionTest, ThatIsSilentIsASilentPeer)
{
    limits.timeout = 300ms;
    const auto [first, second] = twice({read_head, send(ok_response), read_head, hang});
    EXPECT_EQ(second.reason, Reason::timeout) << second.detail;
    EXPECT_TRUE(second.request_sent);
    EXPECT_EQ(peer_->connections(), 1);
}

TEST_F(KeptConnectionTest, IsNotOneThatEitherSideMeansToClose)
{
    const auto closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    const auto old = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    const auto chatty = ok_response + "HTTP/1.1 200 OK\r\n";  // belongs to no request
    for (const auto& answer : {std::string(closing), std::string(old), chatty}) {
        const auto [first, second] = twice({read_head, send(answer), hang});
        EXPECT_EQ(first.reason, Reason::none) << first.detail;
        EXPECT_EQ(second.reason, Reason::none) << second.detail;
        EXPECT_EQ(peer_->connections(), 2) << answer;
    }
}

TEST_F(KeptConnectionTest, IsNeverAnEffects)
{
    limits.last_byte = boot_now() + 10s;
    const auto [first, second] = twice({read_head, send(ok_response), hang});
    EXPECT_EQ(second.reason, Reason::none) << second.detail;
    EXPECT_EQ(peer_->connections(), 2);
    EXPECT_THAT(peer_->received(), Not(HasSubstr("keep-alive")));
}

class NoBytes final : public Connection {
public:
    boost::asio::awaitable<Transfer> read_some(boost::asio::mutable_buffer) override
    {
        co_return Transfer{};
    }
    boost::asio::awaitable<Transfer> write(boost::asio::const_buffer) override
    {
        co_return Transfer{};
    }
};

TEST(KeptConnectionAge, IsBounded)
{
    const core::Instant opened{1000s};
    for (const auto age :
         {core::Duration(0), KeptConnection::age_max - 1ns, KeptConnection::age_max}) {
        KeptConnection kept;
        OpenConnection open;
        open.dialed.connection = std::make_unique<NoBytes>();
        open.opened = opened;
        kept.keep(std::move(open), nullptr);
        const bool used = kept.take(nullptr, opened + age).dialed.connection != nullptr;
        EXPECT_EQ(used, age < KeptConnection::age_max);
        EXPECT_EQ(kept.take(nullptr, opened).dialed.connection, nullptr) << "it is taken once";
    }
}

TEST(KeptConnectionAge, OtherTlsSettingsEndIt)
{
    KeptConnection kept;
    OpenConnection open;
    open.dialed.connection = std::make_unique<NoBytes>();
    kept.keep(std::move(open), nullptr);
    const auto other = std::make_shared<const TlsContext>(TlsOptions{});
    EXPECT_EQ(kept.take(other, {}).dialed.connection, nullptr);
}

}  // namespace
}  // namespace understudy::net
