#include "daemon/heartbeat.hpp"
#include "daemon/http_sink.hpp"
#include "daemon/notifier_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using support::always;
using support::HttpSink;
using support::run_until;

class HeartbeatTest : public testing::Test {
protected:
    void start(store::HeartbeatOptions options)
    {
        options.interval = 20ms;
        heartbeat.emplace(
            io.get_executor(), http, options, [this] { return progressed; }, support::real_time,
            counters);
        boost::asio::co_spawn(
            io, heartbeat->run(),
            boost::asio::bind_cancellation_slot(
                cancel.slot(), [this](std::exception_ptr error) { ended = error; }));
    }
    ~HeartbeatTest() override
    {
        cancel.emit(boost::asio::cancellation_type::terminal);
        run_until(io, [this] { return ended != nullptr; });
    }

    boost::asio::io_context io;
    HttpSink sink{io, always(200)};
    net::Resolver resolver{io.get_executor()};
    net::HttpClient http{resolver};
    bool progressed = true;
    HeartbeatCounters counters;
    std::optional<Heartbeat> heartbeat;
    boost::asio::cancellation_signal cancel;
    std::exception_ptr ended;
};

TEST_F(HeartbeatTest, BeatsWhileTheLoopProgressesAndFallsSilentWhenItDoesNot)
{
    store::HeartbeatOptions options;
    options.url = sink.url("/ping/1");
    options.method = "GET";
    start(options);
    ASSERT_TRUE(run_until(io, [&] { return counters.sent >= 3; }));
    EXPECT_THAT(sink.requests().front().line, testing::HasSubstr("GET /ping/1 "));
    EXPECT_TRUE(counters.last_success_at);

    progressed = false;
    ASSERT_TRUE(run_until(io, [&] { return counters.withheld >= 1; }));
    const auto sent = sink.requests().size();
    ASSERT_TRUE(run_until(io, [&] { return counters.withheld >= 5; }));
    EXPECT_EQ(sink.requests().size(), sent);

    progressed = true;
    EXPECT_TRUE(run_until(io, [&] { return sink.requests().size() > sent; }));
}

TEST_F(HeartbeatTest, CountsWhatDoesNotGetThroughAndGoesOn)
{
    sink.answer_with(always(500));
    store::HeartbeatOptions options;
    options.url = sink.url();
    start(options);
    ASSERT_TRUE(run_until(io, [&] { return counters.failed >= 2; }));
    EXPECT_FALSE(counters.last_success_at);
    sink.answer_with(always(200));
    EXPECT_TRUE(run_until(io, [&] { return counters.sent >= 1; }));
}

}  // namespace
}  // namespace understudy
