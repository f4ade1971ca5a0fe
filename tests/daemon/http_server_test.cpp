#include "daemon/http_server.hpp"
#include "daemon/raw_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace understudy {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using support::RawClient;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

HttpAnswer echo_path(const std::string& path)
{
    if (path == "/throw")
        throw std::runtime_error("a secret of ours");
    HttpAnswer answer;
    answer.body = "path=" + path + "\n";
    if (path == "/missing")
        answer.status = 404;
    if (path == "/large")
        answer.body.assign(std::size_t{64} * 1024 * 1024, 'x');
    return answer;
}

/// A server on a thread of its own; the test is its clients.
class Serving {
public:
    explicit Serving(HttpServerOptions options = {})
        : server_(io_.get_executor(), std::move(options), echo_path)
    {
        asio::co_spawn(
            io_, server_.run(),
            asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr error) {
                ended_.set_value(error == nullptr);
            }));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Serving()
    {
        if (thread_.joinable())
            stop();
    }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    std::uint16_t port() const { return server_.port(); }

    /// True when the server ended in order, with nothing left that could run.
    bool stop()
    {
        asio::post(io_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        auto ended = ended_.get_future();
        const bool in_time = ended.wait_for(10s) == std::future_status::ready;
        if (!in_time)
            io_.stop();
        thread_.join();
        return in_time && ended.get() && server_.connections() == 0;
    }

    std::size_t connections()
    {
        std::promise<std::size_t> count;
        asio::post(io_, [&] { count.set_value(server_.connections()); });
        return count.get_future().get();
    }

    /// Waits until that many are open.
    bool reaches(std::size_t count)
    {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (connections() != count) {
            if (std::chrono::steady_clock::now() > deadline)
                return false;
            std::this_thread::yield();
        }
        return true;
    }

private:
    asio::io_context io_{1};
    HttpServer server_;
    asio::cancellation_signal stop_;
    std::promise<bool> ended_;
    std::thread thread_;
};

std::string answer_to(const Serving& serving, std::string_view bytes)
{
    const RawClient client(serving.port());
    client.send(bytes);
    return client.read_to_end();
}

TEST(HttpServer, AnswersAGet)
{
    Serving serving;
    const auto answer =
        answer_to(serving, "GET /metrics?x=1 HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 14\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\npath=/metrics\n"));
}

TEST(HttpServer, AHeadHasTheLengthAndNoBody)
{
    Serving serving;
    const auto answer =
        answer_to(serving, "HEAD /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 14\r\n"));
    EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
}

TEST(HttpServer, KeepsTheConnectionAndTakesPipelinedRequestsInOrder)
{
    Serving serving;
    const RawClient client(serving.port());
    client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_until("path=/1\n"), HasSubstr("Connection: keep-alive"));
    client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto both = client.read_until("path=/3\n");
    EXPECT_LT(both.find("path=/2\n"), both.find("path=/3\n"));
}

TEST(HttpServer, OneConnectionServesABoundedNumberOfRequests)
{
    HttpServerOptions options;
    options.requests_max = 2;
    Serving serving(options);
    const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    const auto answers = answer_to(serving, request + request + request);
    EXPECT_EQ(answers.find("Connection: close"), answers.rfind("Connection: "));
    EXPECT_NE(answers.find("Connection: keep-alive"), std::string::npos);
}

TEST(HttpServer, AnErrorOfOursTellsTheClientNothing)
{
    Serving serving;
    const auto answer =
        answer_to(serving, "GET /throw HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST(HttpServer, ClosesAfterA404)
{
    Serving serving;
    const std::string request = "GET /missing HTTP/1.1\r\nHost: h\r\n\r\n";
    const auto answers = answer_to(serving, request + request);
    EXPECT_EQ(answers.find("HTTP/1.1"), answers.rfind("HTTP/1.1"));
    EXPECT_THAT(answers, HasSubstr("Connection: close"));
}

TEST(HttpServer, APosterIsToldWhatIsAllowed)
{
    Serving serving;
    const auto answer =
        answer_to(serving, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD"));
}

TEST(HttpServer, TheRestOfARefusedRequestIsNeverARequest)
{
    Serving serving;
    const auto answer = answer_to(
        serving, "GET /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n"
                 "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 501 "));
    EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
}

TEST(HttpServer, AnEndlessHeaderIsRefusedAtItsLimit)
{
    Serving serving;
    const RawClient client(serving.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ");
    client.send(std::string(9000, 'x'));
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST(HttpServer, ASlowHeaderIsCutAtItsDeadline)
{
    HttpServerOptions options;
    options.header_timeout = 100ms;
    Serving serving(options);
    const RawClient client(serving.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServer, DrippingBytesDoNotExtendTheDeadline)
{
    HttpServerOptions options;
    options.header_timeout = 200ms;
    Serving serving(options);
    const auto started = std::chrono::steady_clock::now();
    const RawClient client(serving.port());
    std::promise<void> answered;
    std::thread dripping([&, ended = answered.get_future()] {
        // Each byte comes well within the deadline, counted from the one before.
        for (int i = 0; i < 40 && ended.wait_for(20ms) == std::future_status::timeout; ++i)
            client.send("x");
    });
    const auto answer = client.read_to_end();
    answered.set_value();
    const auto took = std::chrono::steady_clock::now() - started;
    dripping.join();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
    EXPECT_LT(took, 700ms);
}

TEST(HttpServer, ASilentConnectionIsClosedWithoutAWord)
{
    HttpServerOptions options;
    options.header_timeout = 100ms;
    Serving serving(options);
    EXPECT_EQ(RawClient(serving.port()).read_to_end(), "");
}

TEST(HttpServer, AnIdleConnectionIsClosed)
{
    HttpServerOptions options;
    options.idle_timeout = 100ms;
    Serving serving(options);
    const RawClient client(serving.port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_to_end(), ::testing::EndsWith("path=/\n"));
}

TEST(HttpServer, AClientThatDoesNotReadIsLetGo)
{
    HttpServerOptions options;
    options.answer_timeout = 200ms;
    Serving serving(options);
    const RawClient client(serving.port());
    client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(serving.reaches(1));
    EXPECT_TRUE(serving.reaches(0));
}

TEST(HttpServer, OneConnectionTooManyIsClosedAtOnceAndTheOthersAreServed)
{
    HttpServerOptions options;
    options.connections_max = 8;
    Serving serving(options);
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < options.connections_max; ++i)
        clients.emplace_back(serving.port());
    ASSERT_TRUE(serving.reaches(options.connections_max));
    EXPECT_THAT(RawClient(serving.port()).read_to_end(), Not(HasSubstr("HTTP")));
    clients.front().send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(clients.front().read_until("path=/first\n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, AHundredSlowClientsAreLetGoAndALateOneIsServed)
{
    HttpServerOptions options;
    options.header_timeout = 300ms;
    Serving serving(options);
    std::vector<RawClient> slow;
    for (int i = 0; i < 100; ++i) {
        slow.emplace_back(serving.port());
        slow.back().send("GET / HTTP/1.1\r\n");
    }
    for (const auto& client : slow)
        EXPECT_THAT(client.read_to_end(), Not(HasSubstr("200")));
    // They stay as they are: the server must not wait for them to close.
    ASSERT_TRUE(serving.reaches(0));
    EXPECT_THAT(
        answer_to(serving, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
        StartsWith("HTTP/1.1 200"));
}

TEST(HttpServer, StoppingEndsEveryConnectionWhateverItWaitsFor)
{
    Serving serving;
    const RawClient silent(serving.port());
    const RawClient half(serving.port());
    half.send("GET / HT");
    const RawClient idle(serving.port());
    idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    idle.read_until("path=/\n");
    const RawClient blocked(serving.port());
    blocked.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(serving.reaches(4));
    EXPECT_TRUE(serving.stop());
    EXPECT_EQ(silent.read_to_end(), "");
}

TEST(HttpServer, AServerThatWasNeverStoppedCanBeDestroyedWithItsLoop)
{
    asio::io_context io(1);
    std::optional<HttpServer> server(
        std::in_place, io.get_executor(), HttpServerOptions{}, echo_path);
    asio::co_spawn(io, server->run(), [](std::exception_ptr) {});
    const RawClient client(server->port());
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (server->connections() == 0 && std::chrono::steady_clock::now() < deadline)
        io.run_one_for(1s);
    EXPECT_EQ(server->connections(), 1U);
    server.reset();
}

TEST(HttpServer, AnAddressThatCannotBeUsedIsNamedWithTheRemedy)
{
    asio::io_context io(1);
    HttpServerOptions options;
    options.address = "localhost";
    EXPECT_THROW(
        try {
            HttpServer(io.get_executor(), options, echo_path);
        } catch (const std::runtime_error& error) {
            EXPECT_THAT(error.what(), HasSubstr("'localhost': not a numeric address"));
            throw;
        },
        std::runtime_error);

    options.address = "127.0.0.1";
    const HttpServer first(io.get_executor(), options, echo_path);
    options.port = first.port();
    EXPECT_THROW(HttpServer(io.get_executor(), options, echo_path), std::runtime_error);
}

}  // namespace
}  // namespace understudy
