#include "sandbox/http.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace {

using namespace understudy::sandbox;
namespace asio = boost::asio;

/// Says what it was told, in pieces; remembers what it is told.
class ScriptedStream final : public Stream {
public:
    ScriptedStream(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer into) override
    {
        if (text_.empty())
            throw boost::system::system_error(asio::error::eof);
        const auto size = std::min({piece_, text_.size(), into.size()});
        std::memcpy(into.data(), text_.data(), size);
        text_.erase(0, size);
        co_return size;
    }
    asio::awaitable<void> write(std::string_view bytes) override
    {
        written += bytes;
        co_return;
    }
    void reset() noexcept override { written += "[reset]"; }

    std::string written;

private:
    std::string text_;
    std::size_t piece_;
};

asio::awaitable<Response> echo(Request request)
{
    co_return Response(
        200, request.method + " " + request.path + " " + request.parameter("q") + " " +
                 request.header("x-a") + " " + request.body + ";");
}

/// What the server writes to `text`, which comes in pieces of that size.
std::string served(const std::string& text, std::size_t piece, HttpHandler handler = echo)
{
    const auto stream = std::make_shared<ScriptedStream>(text, piece);
    asio::io_context io;
    asio::co_spawn(io, serve_http(stream, std::move(handler)), [](std::exception_ptr) {});
    io.run();
    return stream->written;
}

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

class Pieces : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Pieces, testing::Values(1, 7, 100000));

TEST_P(Pieces, RequestsAreServedOneAfterTheOther)
{
    const auto written = served(
        "GET /a%20b?q=1%2C2 HTTP/1.1\r\nHost: x\r\nX-A: v\r\n\r\n"
        "POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
        "POST /d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nch\r\n0\r\n\r\n",
        GetParam());
    EXPECT_EQ(count(written, "HTTP/1.1 200 OK\r\n"), 3U) << written;
    EXPECT_EQ(count(written, "GET /a b 1,2 v ;"), 1U) << written;
    EXPECT_EQ(count(written, "POST /c   body;"), 1U) << written;
    EXPECT_EQ(count(written, "POST /d   ch;"), 1U) << written;
}

TEST(Http, WhatIsNotHttpIsNotAnswered)
{
    EXPECT_EQ(served("SSH-2.0-OpenSSH\r\n\r\n", 100), "");
    EXPECT_EQ(served("GET / HTTP/1.1\r\nbroken", 100), "");
}

TEST(Http, ABodyOverTheLimitIsNotAnswered)
{
    EXPECT_EQ(served("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nx", 1000), "");
}

TEST(Http, CloseIsHonoured)
{
    const std::string once = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(count(served(once + once, 1000), "200 OK"), 1U);
}

TEST(Http, AConnectionMayBeCutInPlaceOfAnAnswer)
{
    const HttpHandler cut = [](Request) -> asio::awaitable<Response> {
        Response response;
        response.reset = true;
        co_return response;
    };
    const std::string twice = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(served(twice, 1000, cut), "[reset]");
}

TEST(Http, AHeadHasNoBody)
{
    const auto written = served("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
    EXPECT_TRUE(written.ends_with("\r\n\r\n")) << written;
}

}  // namespace
