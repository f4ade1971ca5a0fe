#include "net/deadline.hpp"
#include "net/phase_clock.hpp"

#include "support/temp_file.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "http_fixture.hpp"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::Phase;
using core::Reason;
using support::close;
using support::drip;
using support::hang;
using support::read_head;
using support::reset;
using support::send;
using testing::HasSubstr;

TEST_F(HttpTest, ReadsAWholeResponse)
{
    const auto reply = exchange_with({read_head, send(ok_response), hang});
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, "{}");
    EXPECT_EQ(reply.header("content-type"), "application/json");
    EXPECT_TRUE(reply.request_sent);
}

TEST_F(HttpTest, SendsHostApartFromTheAddress)
{
    const support::ScriptedPeer peer(io, {read_head, send(ok_response), close});
    HttpTarget target = target_at(peer.port());
    target.host_header = "tsb.example.com";
    HttpRequest request;
    request.path = "/v2/x?a=b";
    request.headers.emplace_back("X-Token", "abc");
    exchange(target, request);
    EXPECT_THAT(peer.received(), HasSubstr("GET /v2/x?a=b HTTP/1.1\r\nHost: tsb.example.com\r\n"));
    EXPECT_THAT(peer.received(), HasSubstr("X-Token: abc\r\n"));
    EXPECT_THAT(peer.received(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpTest, PhasesAddUpInOrder)
{
    const auto before = std::chrono::steady_clock::now();
    const auto reply = exchange_with({read_head, drip(ok_response, 1ms), close});
    const core::Duration wall = std::chrono::steady_clock::now() - before;
    std::vector<Phase> phases;
    for (const auto& phase : reply.phases)
        phases.push_back(phase.phase);
    EXPECT_THAT(
        phases,
        testing::ElementsAre(
            Phase::resolve, Phase::connect, Phase::request, Phase::first_byte, Phase::transfer));
    EXPECT_LE(total_of(reply.phases), wall);
    EXPECT_GT(reply.phases.back().took, 50ms) << "the drip is in the transfer";
    EXPECT_GT(total_of(reply.phases), wall * 8 / 10);
}

TEST_F(HttpTest, RefusedIsRefusedAtOnce)
{
    const auto reply = exchange(target_at(support::unused_port()));
    EXPECT_EQ(reply.reason, Reason::connect_refused) << reply.detail;
    EXPECT_FALSE(reply.request_sent);
    EXPECT_THAT(reply.detail, HasSubstr("127.0.0.1:"));
    EXPECT_LT(total_of(reply.phases), 5s) << "must not wait for the deadline";
}

struct Misbehaviour {
    const char* name;
    std::vector<support::Act> script;
    Reason reason;
    const char* detail;
};

class HttpMisbehaviour : public HttpTest, public testing::WithParamInterface<Misbehaviour> {};

TEST_P(HttpMisbehaviour, HasItsReason)
{
    limits.timeout = 400ms;
    limits.body_bytes_max = 1000;
    limits.header_bytes_max = 2000;
    const auto reply = exchange_with(GetParam().script);
    EXPECT_EQ(reply.reason, GetParam().reason) << name_of(reply.reason) << ": " << reply.detail;
    EXPECT_THAT(reply.detail, HasSubstr(GetParam().detail));
    EXPECT_TRUE(reply.request_sent);
}

std::string with_header(const std::string& header, const std::string& body = {})
{
    return "HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n" + body;
}

const std::vector<Misbehaviour> misbehaviours{
    {"ClosedWithoutAnAnswer", {read_head, close}, Reason::connect_reset, "without an answer"},
    {"ResetWithoutAnAnswer", {read_head, reset}, Reason::connect_reset, "without an answer"},
    {"ClosedInTheHeader",
     {read_head, send("HTTP/1.1 200 O"), close},
     Reason::connect_reset,
     "cut in its header"},
    {"ClosedInTheBody",
     {read_head, send(with_header("Content-Length: 9", "123")), close},
     Reason::connect_reset,
     "cut in its body"},
    {"ResetInTheBody",
     {read_head, send(with_header("Content-Length: 9", "123")), reset},
     Reason::connect_reset,
     "cut in its body"},
    {"ClosedInAChunk",
     {read_head, send(with_header("Transfer-Encoding: chunked", "5\r\nab")), close},
     Reason::connect_reset,
     "cut in its body"},
    {"NeverAnswers", {read_head, hang}, Reason::timeout, "no byte"},
    {"NeverEndsItsHeader",
     {read_head, send("HTTP/1.1 200 OK\r\nA: b\r\n"), hang},
     Reason::timeout,
     "did not end"},
    {"NeverEndsItsBody",
     {read_head, send(with_header("Content-Length: 9", "123")), hang},
     Reason::timeout,
     "did not end"},
    {"DripsForEver",
     {read_head, drip(with_header("Content-Length: 900", std::string(900, 'x')), 5ms)},
     Reason::timeout,
     "did not end"},
    {"SaysItsBodyIsTooLarge",
     {read_head, send(with_header("Content-Length: 1001")), hang},
     Reason::body,
     "larger than 1000"},
    {"SendsTooMuchWithoutSayingSo",
     {read_head, send(with_header("Connection: close", std::string(3000, 'x'))), close},
     Reason::body,
     "larger than 1000"},
    {"SendsTooManyChunks",
     {read_head,
      send(with_header("Transfer-Encoding: chunked", "400\r\n" + std::string(0x400, 'x') + "\r\n")),
      hang},
     Reason::body,
     "larger than 1000"},
    {"HasAHugeHeader",
     {read_head, send(with_header("A: " + std::string(5000, 'x'))), hang},
     Reason::header,
     "larger than 2000"},
    {"HasAnEndlessHeaderLine",
     {read_head, send("HTTP/1.1 200 OK\r\nA: " + std::string(5000, 'x')), hang},
     Reason::header,
     "larger than 2000"},
    {"HasABrokenHeader",
     {read_head, send("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), hang},
     Reason::header,
     "malformed header"},
    {"HasABrokenStatus",
     {read_head, send("HTTP/1.1 abc OK\r\n\r\n"), hang},
     Reason::header,
     "malformed header"},
    {"HasABrokenChunk",
     {read_head, send(with_header("Transfer-Encoding: chunked", "zz\r\nab\r\n")), hang},
     Reason::body,
     "malformed body"},
    {"HasAnEndlessChunkExtension",
     {read_head, send(with_header("Transfer-Encoding: chunked", "1;" + std::string(40000, 'x'))),
      hang},
     Reason::body,
     ""},
    {"TalksSsh", {send("SSH-2.0-OpenSSH_9.2\r\n"), hang}, Reason::protocol, "not HTTP"},
    {"TalksSshAndCloses", {send("SSH-2.0-OpenSSH_9.2"), close}, Reason::protocol, "not HTTP"},
    {"RepliesOnlyInterims",
     {read_head,
      send(
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
          "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n"
          "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n"),
      hang},
     Reason::header,
     "interim"},
    {"ClosesAfterAnInterim",
     {read_head, send("HTTP/1.1 100 Continue\r\n\r\n"), close},
     Reason::connect_reset,
     "after an interim"},
};

INSTANTIATE_TEST_SUITE_P(
    Peer, HttpMisbehaviour, testing::ValuesIn(misbehaviours), [](const auto& row) {
        return row.param.name;
    });

TEST_F(HttpTest, ReadsChunks)
{
    const auto reply = exchange_with(
        {read_head,
         send(with_header("Transfer-Encoding: chunked", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")),
         hang});
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(reply.body, "abcde");
}

TEST_F(HttpTest, ReadsABodyThatEndsWithTheConnection)
{
    const auto reply = exchange_with({read_head, send(with_header("A: b", "abc")), close});
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(reply.body, "abc");
}

TEST_F(HttpTest, SkipsAnInterimResponse)
{
    const auto reply =
        exchange_with({read_head, send("HTTP/1.1 100 Continue\r\n\r\n"), send(ok_response), hang});
    EXPECT_EQ(reply.status, 200U) << reply.detail;
}

TEST_F(HttpTest, HeadHasNoBody)
{
    HttpRequest request;
    request.method = "HEAD";
    const auto reply =
        exchange_with({read_head, send(with_header("Content-Length: 9")), hang}, request);
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
}

TEST_F(HttpTest, ReadsTheAnswerOfAPeerThatDoesNotReadTheRequest)
{
    HttpRequest request;
    request.method = "POST";
    request.body = std::string(4 * 1024 * 1024, 'x');
    const auto reply =
        exchange_with({send("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"), close}, request);
    EXPECT_TRUE(reply.status == 413 || reply.reason == Reason::connect_reset) << reply.detail;
    EXPECT_NE(reply.reason, Reason::timeout);
}

TEST_F(HttpTest, TriesTheNextAddressOfAName)
{
    const support::ScriptedPeer peer(io, {read_head, send(ok_response), close});
    const auto reply = exchange(target_at(peer.port(), "two.test"));  // 127.0.0.2 refuses
    EXPECT_EQ(reply.status, 200U) << reply.detail;
    EXPECT_THAT(reply.detail, HasSubstr("127.0.0.1:"));
}

/// Drops whoever knocks: the queue of a listener that never accepts is full, so that the kernel
/// ignores further SYNs, as a packet filter would.
class SilentPeer {
public:
    using tcp = boost::asio::ip::tcp;

    SilentPeer(boost::asio::io_context& io, const std::string& address, std::uint16_t port)
        : acceptor_(io)
    {
        const tcp::endpoint endpoint(boost::asio::ip::make_address(address), port);
        acceptor_.open(endpoint.protocol());
        acceptor_.bind(endpoint);
        acceptor_.listen(0);
        for (int i = 0; i < 4; ++i) {
            knocking_.emplace_back(io);
            knocking_.back().async_connect(
                acceptor_.local_endpoint(), [](const boost::system::error_code&) {});
        }
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    tcp::acceptor acceptor_;
    std::vector<tcp::socket> knocking_;
};

TEST_F(HttpTest, AnAddressThatDropsPacketsIsAConnectTimeout)
{
    limits.timeout = 400ms;
    const SilentPeer silent(io, "127.0.0.1", 0);
    const auto reply = exchange(target_at(silent.port()));
    EXPECT_EQ(reply.reason, Reason::connect_timeout) << reply.detail;
    EXPECT_FALSE(reply.request_sent);
    EXPECT_EQ(reply.phases.back().phase, Phase::connect);
}

TEST_F(HttpTest, ASilentFirstAddressLeavesTimeForTheNext)
{
    limits.timeout = 2s;
    const support::ScriptedPeer peer(io, {read_head, send(ok_response), close});
    const SilentPeer silent(io, "127.0.0.2", peer.port());
    const auto reply = exchange(target_at(peer.port(), "two.test"));
    EXPECT_EQ(reply.status, 200U) << reply.detail;
}

TEST_F(HttpTest, NamesEveryAddressThatFailed)
{
    const auto reply = exchange(target_at(support::unused_port(), "nowhere.test"));
    EXPECT_EQ(reply.reason, Reason::connect_refused);
    EXPECT_THAT(reply.detail, testing::AllOf(HasSubstr("127.0.0.2:"), HasSubstr("127.0.0.3:")));
}

TEST_F(HttpTest, ALineBreakInAHeaderIsNeverSent)
{
    const support::ScriptedPeer peer(io, {read_head, send(ok_response), close});
    HttpRequest request;
    request.headers.emplace_back("Authorization", "Bearer hunter2\r\nX-Evil: 1");
    const auto reply = exchange(target_at(peer.port()), request);
    EXPECT_EQ(reply.reason, Reason::internal);
    EXPECT_THAT(reply.detail, HasSubstr("Authorization"));
    EXPECT_THAT(reply.detail, testing::Not(HasSubstr("hunter2")));
    EXPECT_EQ(peer.connections(), 0);
}

TEST_F(HttpTest, CancellationIsNotADeadTarget)
{
    const support::ScriptedPeer peer(io, {read_head, hang});
    boost::asio::cancellation_signal stop;
    std::exception_ptr thrown;
    bool ended = false;
    auto operation = client.exchange(target_at(peer.port()), {}, limits);
    const auto on_end = [&](std::exception_ptr failure, const HttpReply&) {
        thrown = failure;
        ended = true;
        io.stop();
    };
    boost::asio::co_spawn(
        io, std::move(operation), boost::asio::bind_cancellation_slot(stop.slot(), on_end));
    while (peer.received().empty())
        io.run_one();
    stop.emit(boost::asio::cancellation_type::terminal);
    io.run_for(5s);
    ASSERT_TRUE(ended);
    ASSERT_TRUE(thrown) << "a value would be counted against the target";
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
    }
}

/// Lowers the number of descriptors this process may open to what it has open.
class NoMoreDescriptors {
public:
    NoMoreDescriptors()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoMoreDescriptors(const NoMoreDescriptors&) = delete;
    NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;

private:
    rlimit before_{};
};

TEST_F(HttpTest, RunningOutOfDescriptorsIsOurOwnTrouble)
{
    exchange(target_at(support::unused_port()));  // Asio opens its own descriptors at first use
    const NoMoreDescriptors none;
    const auto reply = exchange(target_at(1));
    EXPECT_EQ(reply.reason, Reason::local_limit) << reply.detail;
    EXPECT_THAT(reply.detail, HasSubstr("LimitNOFILE"));
}

boost::asio::awaitable<void> answer_one(boost::asio::local::stream_protocol::acceptor& acceptor)
{
    auto socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
    std::array<char, 1024> request{};
    co_await socket.async_read_some(boost::asio::buffer(request), boost::asio::use_awaitable);
    const auto bytes = boost::asio::buffer(ok_response);
    co_await boost::asio::async_write(socket, bytes, boost::asio::use_awaitable);
}

TEST_F(HttpTest, SpeaksOverAUnixSocket)
{
    using boost::asio::local::stream_protocol;
    const support::TempFile place("");
    std::filesystem::remove(place.path());
    stream_protocol::acceptor acceptor(io, stream_protocol::endpoint(place.path().string()));
    boost::asio::co_spawn(io, answer_one(acceptor), boost::asio::detached);
    HttpTarget target;
    target.unix_socket = place.path();
    const auto reply = exchange(target);
    EXPECT_EQ(reply.status, 200U) << reply.detail;
}

TEST_F(HttpTest, AUnixSocketThatIsNotThereIsRefused)
{
    HttpTarget target;
    target.unix_socket = "/nonexistent/understudy.sock";
    const auto reply = exchange(target);
    EXPECT_EQ(reply.reason, Reason::connect_refused);
    EXPECT_FALSE(reply.request_sent);
    EXPECT_THAT(reply.detail, HasSubstr("/nonexistent/understudy.sock"));
}

}  // namespace
}  // namespace understudy::net
