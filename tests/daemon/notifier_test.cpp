#include "daemon/http_sink.hpp"
#include "daemon/notifier_fixture.hpp"
#include "store/faulty_vfs.hpp"
#include "store/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sqlite3.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using support::alert;
using support::always;
using support::HttpSink;
using support::reply;
using support::run_until;
using support::RunningNotifier;
using support::SunkRequest;
using support::to;
using support::webhook;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto dead_port_url = "http://127.0.0.1:1/hook";

/// "plane status" or "receiver=name status" of a webhook request.
std::string story(const SunkRequest& request)
{
    const auto body = boost::json::parse(request.body);
    const auto& labels = body.at("commonLabels").as_object();
    const auto* about = labels.contains("plane") ? "plane" : "receiver";
    return std::string(labels.at(about).as_string()) + " " + body.at("status").as_string().c_str();
}

std::vector<std::string> stories(HttpSink& sink)
{
    std::vector<std::string> told;
    for (const auto& request : sink.requests())
        told.push_back(story(request));
    return told;
}

class NotifierTest : public testing::Test {
protected:
    bool arrives(HttpSink& at, std::size_t count)
    {
        return run_until(io, [&] { return at.requests().size() >= count; });
    }
    /// Nothing waits any more, so what was sent is all that will be.
    bool settles(RunningNotifier& running, const std::string& receiver)
    {
        return run_until(io, [&] {
            const auto state = support::await(io, running.queue.state(receiver));
            return state.length == 0;
        });
    }
    std::filesystem::path file(const std::string& name, const std::string& text)
    {
        const auto path = directory.path() / name;
        std::ofstream(path) << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_read);
        return path;
    }
    static std::uint64_t failures(RunningNotifier& running, DeliveryFailure failure)
    {
        return running.counters["pager"].failed.at(static_cast<std::size_t>(failure));
    }

    boost::asio::io_context io;
    support::TemporaryDirectory directory;
    HttpSink sink{io, always(200)};
    HttpSink other{io, always(200)};
};

TEST_F(NotifierTest, TellsARaiseAndAResolveOnceEach)
{
    auto receiver = webhook("pager", sink.url("/hook?x=1"));
    receiver.secret_files = {file("secret", "whsec_" + std::string(32, 'A'))};
    receiver.bearer_token_file = file("token", "sesame");
    RunningNotifier running(io, directory.path(), to({receiver}));
    running.start();
    running.submit(alert("east"));
    running.submit(alert("east", false));
    ASSERT_TRUE(arrives(sink, 2));
    ASSERT_TRUE(settles(running, "pager"));
    running.stop();
    EXPECT_FALSE(running.failure());
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "east resolved"));
    auto& first = sink.requests().front();
    EXPECT_THAT(first.line, HasSubstr("POST /hook?x=1 "));
    EXPECT_THAT(first.headers["webhook-signature"], HasSubstr("v1,"));
    EXPECT_EQ(first.headers["authorization"], "Bearer sesame");
    EXPECT_NE(first.headers["webhook-id"], sink.requests().back().headers["webhook-id"]);
    EXPECT_EQ(running.counters["pager"].sent, 2U);
}

TEST_F(NotifierTest, ADeadReceiverLosesNothingAndDelaysNoOther)
{
    HttpSink silent(io, [](const SunkRequest&) { return std::string(); });
    auto hanging = webhook("hanging", silent.url());
    RunningNotifier running(
        io, directory.path(),
        to({webhook("pager", dead_port_url), hanging, webhook("chat", other.url())}));
    running.start();
    const auto began = std::chrono::steady_clock::now();
    running.submit(alert("east"));
    running.submit(alert("west"));
    running.submit(alert("east", false));
    ASSERT_TRUE(arrives(other, 3));
    EXPECT_LT(std::chrono::steady_clock::now() - began, hanging.timeout);
    EXPECT_THAT(stories(other), ElementsAre("east firing", "west firing", "east resolved"));
    ASSERT_TRUE(run_until(io, [&] { return failures(running, DeliveryFailure::network) >= 2; }));
    EXPECT_EQ(running.counters["pager"].queue_length, 3U);
    EXPECT_TRUE(running.counters["pager"].oldest_queued_at);

    // It comes back, at another address; the one that hangs does not hold up the reload.
    running.reload(to({webhook("pager", sink.url()), webhook("chat", other.url())}));
    ASSERT_TRUE(run_until(io, [&] {
        running.advance(1min);
        return sink.requests().size() >= 3;
    }));
    EXPECT_THAT(
        stories(sink),
        testing::UnorderedElementsAre("east firing", "west firing", "east resolved"));
    EXPECT_THAT(stories(sink).back(), "east resolved");
    EXPECT_EQ(other.requests().size(), 3U);
    EXPECT_LT(std::chrono::steady_clock::now() - began, hanging.timeout);
}

TEST_F(NotifierTest, ARetryCarriesTheSameId)
{
    sink.answer_with(
        [&](const SunkRequest&) { return reply(sink.requests().empty() ? 503 : 200); });
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(
        run_until(io, [&] { return failures(running, DeliveryFailure::server_error) == 1; }));
    running.advance(7s);
    ASSERT_TRUE(arrives(sink, 2));
    EXPECT_EQ(sink.requests()[0].headers["webhook-id"], sink.requests()[1].headers["webhook-id"]);
    EXPECT_EQ(sink.requests()[0].body, sink.requests()[1].body);
}

TEST_F(NotifierTest, AnUndeliveredEventOutlivesTheProcessWithItsId)
{
    std::string id;
    sink.answer_with(always(503));
    {
        RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
        running.start();
        running.submit(alert("east"));
        ASSERT_TRUE(arrives(sink, 1));
        id = sink.requests().front().headers["webhook-id"];
    }
    sink.requests().clear();
    sink.answer_with(always(200));
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.ahead = 1min;
    running.start();
    ASSERT_TRUE(arrives(sink, 1));
    EXPECT_EQ(sink.requests().front().headers["webhook-id"], id);
}

TEST_F(NotifierTest, ARestartTellsNothingTwiceAndStillKnowsWhatFires)
{
    for (int life = 0; life < 3; ++life) {
        RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
        running.start();
        running.submit(alert("east"));
        ASSERT_TRUE(settles(running, "pager"));
        EXPECT_EQ(support::await(io, running.notifier.firing()).size(), 1U);
    }
    EXPECT_THAT(stories(sink), ElementsAre("east firing"));
}

TEST_F(NotifierTest, AHundredReloadsWhileFiringTellNothingMore)
{
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(settles(running, "pager"));
    for (int i = 0; i < 100; ++i) {
        running.reload(to({webhook("pager", sink.url())}));
        io.poll();
    }
    running.submit(alert("east", false));
    ASSERT_TRUE(arrives(sink, 2));
    ASSERT_TRUE(run_until(io, [&] { return running.counters["pager"].sent == 2; }));
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "east resolved"));
}

TEST_F(NotifierTest, AReloadDuringAnAttemptDoesNotSendTheEventTwice)
{
    auto slow = webhook("pager", sink.url());
    slow.timeout = 2s;
    const auto options = to({slow, webhook("chat", other.url())});
    RunningNotifier running(io, directory.path(), options);
    sink.answer_with([&](const SunkRequest&) {
        running.reload(options);
        return std::string();  // the attempt stays under way
    });
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(arrives(sink, 1));
    for (std::size_t round = 0; round < 5; ++round) {
        running.submit(alert(std::to_string(round)));
        ASSERT_TRUE(arrives(other, 2 + round));
    }
    EXPECT_EQ(sink.requests().size(), 1U);
    sink.answer_with(always(200));
}

TEST_F(NotifierTest, ABadReloadChangesNothing)
{
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    auto bad = webhook("pager", sink.url());
    bad.secret_files = {directory.path() / "missing"};
    EXPECT_THROW(running.notifier.prepare(to({bad})), std::runtime_error);
    running.submit(alert("east"));
    EXPECT_TRUE(arrives(sink, 1));
}

TEST_F(NotifierTest, SuccessorsThatDoNotComeToWorkChangeNothing)
{
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    {
        const auto unused = running.notifier.prepare(
            to({webhook("pager", dead_port_url), webhook("chat", other.url())}));
        running.submit(alert("east"));
        ASSERT_TRUE(arrives(sink, 1));
    }
    running.submit(alert("west"));
    ASSERT_TRUE(arrives(sink, 2));
    EXPECT_TRUE(other.requests().empty());
}

TEST_F(NotifierTest, AStopFinishesTheAttemptUnderWay)
{
    {
        RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
        sink.answer_with([&](const SunkRequest&) {
            running.cancel();
            return reply(200);
        });
        running.start();
        running.submit(alert("east"));
        ASSERT_TRUE(run_until(io, [&] { return running.ended(); }));
        EXPECT_FALSE(running.failure());
    }
    sink.answer_with(always(200));
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("west"));
    ASSERT_TRUE(settles(running, "pager"));
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "west firing"));
}

TEST_F(NotifierTest, WhatIsSubmittedAfterTheStopIsSentAfterTheStart)
{
    {
        RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
        running.start();
        running.stop();
        running.submit(alert("east"));
    }
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    EXPECT_TRUE(arrives(sink, 1));
}

/// Behind an ingress without a backend, or a proxy that no longer knows our token.
TEST_F(NotifierTest, AReceiverThatIsNotFoundLosesNothing)
{
    sink.answer_with(
        [&](const SunkRequest&) { return reply(sink.requests().empty() ? 404 : 200); });
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(
        run_until(io, [&] { return failures(running, DeliveryFailure::client_error) == 1; }));
    running.advance(7s);
    ASSERT_TRUE(arrives(sink, 2));
    EXPECT_EQ(sink.requests()[0].headers["webhook-id"], sink.requests()[1].headers["webhook-id"]);
}

TEST_F(NotifierTest, ARefusedEventComesAgainAfterAnHourAndTheOthersAreTold)
{
    sink.answer_with(always(422));
    RunningNotifier running(
        io, directory.path(), to({webhook("pager", sink.url()), webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(arrives(other, 2));
    EXPECT_THAT(stories(other), ElementsAre("east firing", "pager firing"));
    EXPECT_THAT(other.requests().back().body, HasSubstr("answered 422"));
    EXPECT_THAT(
        running.logged,
        ElementsAre(AllOf(HasSubstr("receiver pager: answered 422"), HasSubstr("in 60 min"))));
    EXPECT_EQ(failures(running, DeliveryFailure::rejected), 1U);

    running.advance(59min);
    running.submit(alert("west"));
    ASSERT_TRUE(arrives(sink, 2));
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "west firing"));
    sink.answer_with(always(200));
    running.advance(2min);
    ASSERT_TRUE(arrives(sink, 3));
    EXPECT_THAT(stories(sink).back(), "east firing");
    EXPECT_EQ(sink.requests()[0].headers["webhook-id"], sink.requests()[2].headers["webhook-id"]);
    ASSERT_TRUE(arrives(other, 4));
    EXPECT_THAT(stories(other), testing::Contains("pager resolved"));
    EXPECT_EQ(running.counters["pager"].abandoned, 0U);
}

TEST_F(NotifierTest, ARefusedEventIsTriedAgainAfterAReload)
{
    sink.answer_with(always(400));
    const auto options = to({webhook("pager", sink.url())});
    RunningNotifier running(io, directory.path(), options);
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(run_until(io, [&] { return failures(running, DeliveryFailure::rejected) == 1; }));
    sink.answer_with(always(200));
    running.reload(options);
    ASSERT_TRUE(settles(running, "pager"));
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "east firing"));
}

TEST_F(NotifierTest, WhatNobodyTookHasNoEndEither)
{
    sink.answer_with(always(422));
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(run_until(io, [&] { return failures(running, DeliveryFailure::rejected) == 1; }));
    running.submit(alert("east", false));
    ASSERT_TRUE(settles(running, "pager"));
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "east firing"));
    ASSERT_TRUE(run_until(io, [&] { return running.counters["pager"].abandoned == 1; }));
    EXPECT_THAT(running.logged.back(), HasSubstr("lost to it"));
}

TEST_F(NotifierTest, AReceiverThatIsGoneIsLeftAloneUntilTheReload)
{
    sink.answer_with(always(410));
    RunningNotifier running(
        io, directory.path(), to({webhook("pager", sink.url()), webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(arrives(other, 2));
    EXPECT_TRUE(running.counters["pager"].shut_off);
    running.advance(1h);
    running.submit(alert("west"));
    ASSERT_TRUE(arrives(other, 3));
    EXPECT_EQ(sink.requests().size(), 1U);

    sink.answer_with(always(200));
    running.reload(to({webhook("pager", sink.url()), webhook("chat", other.url())}));
    ASSERT_TRUE(arrives(sink, 3)) << "nothing was lost";
    ASSERT_TRUE(arrives(other, 4));
    EXPECT_THAT(stories(other), testing::Contains("pager resolved"));
}

TEST_F(NotifierTest, RetryAfterHoldsForEverythingThatReceiverIsSent)
{
    sink.answer_with(always(429, "Retry-After: 600\r\n"));
    RunningNotifier running(
        io, directory.path(), to({webhook("pager", sink.url()), webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(
        run_until(io, [&] { return failures(running, DeliveryFailure::rate_limited) == 1; }));
    running.submit(alert("west"));
    running.advance(590s);
    ASSERT_TRUE(arrives(other, 2));
    EXPECT_EQ(sink.requests().size(), 1U);
    sink.answer_with(always(200));
    running.advance(11s);
    EXPECT_TRUE(arrives(sink, 3));
}

TEST_F(NotifierTest, ARedirectIsNotFollowed)
{
    sink.answer_with(always(307, "Location: " + other.url() + "\r\n"));
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(run_until(io, [&] { return failures(running, DeliveryFailure::redirected) == 1; }));
    EXPECT_TRUE(other.requests().empty());
    EXPECT_EQ(support::await(io, running.queue.state("pager")).length, 1U) << "kept";
}

TEST_F(NotifierTest, AReceiverThatStaysAwayIsReportedAfterSomeAttempts)
{
    RunningNotifier running(
        io, directory.path(), to({webhook("pager", dead_port_url), webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(run_until(io, [&] {
        running.advance(1min);
        return other.requests().size() >= 2;
    }));
    EXPECT_THAT(stories(other), ElementsAre("east firing", "pager firing"));
    EXPECT_THAT(other.requests().back().body, HasSubstr("after 5 attempts"));
}

TEST_F(NotifierTest, RepeatsAtTheReceiversOwnInterval)
{
    auto often = webhook("pager", sink.url());
    often.repeat_interval = 1min;
    RunningNotifier running(io, directory.path(), to({often, webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(arrives(sink, 1));
    ASSERT_TRUE(settles(running, "pager"));
    for (std::size_t repeat = 2; repeat < 5; ++repeat) {
        running.advance(61s);
        ASSERT_TRUE(arrives(sink, repeat));
        ASSERT_TRUE(settles(running, "pager"));
    }
    std::set<std::string> ids;
    for (auto& request : sink.requests())
        ids.insert(request.headers["webhook-id"]);
    EXPECT_EQ(ids.size(), sink.requests().size()) << "a repeat is an event of its own";
    EXPECT_EQ(other.requests().size(), 1U);
}

TEST_F(NotifierTest, AFailedDiskStopsNoAlert)
{
    support::FaultyVfs disk;
    RunningNotifier running(io, directory.path(), to({webhook("pager", sink.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(arrives(sink, 1));
    ASSERT_TRUE(settles(running, "pager"));
    disk.fail_from(1, SQLITE_IOERR_FSYNC);
    running.submit(alert("west"));
    running.submit(alert("east", false));
    ASSERT_TRUE(arrives(sink, 3));
    EXPECT_TRUE(running.worker.failure());
    EXPECT_THAT(stories(sink), ElementsAre("east firing", "west firing", "east resolved"));
}

TEST_F(NotifierTest, SecretsAreNotKeptNorTold)
{
    sink.answer_with(always(500));
    auto receiver = webhook("pager", sink.url("/secret-path"));
    receiver.bearer_token_file = file("token", "secret-token");
    RunningNotifier running(io, directory.path(), to({receiver, webhook("chat", other.url())}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(run_until(io, [&] {
        running.advance(1min);
        return other.requests().size() >= 2;
    }));
    EXPECT_THAT(other.requests().back().body, Not(HasSubstr("secret-")));
    running.stop();
    for (const auto* name : {"understudy.db", "understudy.db-wal"}) {
        std::ifstream content(directory.path() / name, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(content), {}};
        EXPECT_EQ(bytes.find("secret-"), std::string::npos) << name;
    }
}

TEST_F(NotifierTest, WithoutReceiversItWaitsAndStops)
{
    RunningNotifier running(io, directory.path(), {});
    running.start();
    running.submit(alert("east"));
    running.reload(to({webhook("pager", sink.url())}));
    EXPECT_TRUE(arrives(sink, 1)) << "a new receiver learns what fires";
}

}  // namespace
}  // namespace understudy
