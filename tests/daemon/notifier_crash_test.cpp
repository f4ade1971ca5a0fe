/// kill -9 at any moment between submission and acknowledgement: nothing is lost, a repeat carries
/// the same id, and what was not interrupted is told once.

#include "daemon/child_process.hpp"
#include "daemon/http_sink.hpp"
#include "store/coroutines.hpp"
#include "store/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <random>
#include <set>

namespace understudy {
namespace {

using support::ChildProcess;
using support::HttpSink;
using support::reply;
using support::run_until;
using support::SunkRequest;

std::string event_in(const SunkRequest& request)
{
    const auto body = boost::json::parse(request.body);
    return std::string(body.at("commonLabels").at("plane").as_string()) + " " +
           body.at("status").as_string().c_str();
}

class NotifierCrash : public testing::Test {
protected:
    std::vector<std::string> command(int first, int last, const std::string& kill_point = {}) const
    {
        return {NOTIFIER_PROCESS,      directory.path(),     sink.url(),
                std::to_string(first), std::to_string(last), kill_point};
    }
    /// A life that nobody ends: it must find and deliver all that the lives before it owed.
    void finish()
    {
        child.emplace(command(1, 0));
        ASSERT_TRUE(run_until(io, [&] { return child->ended(); }));
        ASSERT_TRUE(WIFEXITED(child->status()));
        EXPECT_EQ(WEXITSTATUS(child->status()), 0) << "something is still owed";
    }
    bool is_killed()
    {
        return run_until(io, [&] { return child->ended(); }) && WIFSIGNALED(child->status());
    }
    std::vector<std::string> submitted() const
    {
        std::vector<std::string> lines;
        std::ifstream file(directory.path() / "submitted");
        for (std::string line; std::getline(file, line);)
            lines.push_back(line);
        return lines;
    }
    std::map<std::string, std::vector<std::string>> ids_by_event()
    {
        std::map<std::string, std::vector<std::string>> ids;
        for (auto& request : sink.requests())
            ids[event_in(request)].push_back(request.headers["webhook-id"]);
        return ids;
    }
    /// The whole claim; `repeats_max` is how often a life was ended.
    void expect_nothing_lost(std::size_t repeats_max)
    {
        const auto ids = ids_by_event();
        for (const auto& event : submitted())
            EXPECT_EQ(ids.count(event), 1U) << event << " was accepted and never told";
        std::size_t repeats = 0;
        for (const auto& [event, told] : ids) {
            EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), 1U)
                << event << " was told under several ids";
            repeats += told.size() - 1;
        }
        EXPECT_LE(repeats, repeats_max);
    }

    support::TemporaryDirectory directory;
    boost::asio::io_context io;
    HttpSink sink{io, support::always(200)};
    std::optional<ChildProcess> child;
};

class AtPoint : public NotifierCrash, public testing::WithParamInterface<const char*> {};

TEST_P(AtPoint, NothingIsLostAndNothingIsToldUnderTwoIds)
{
    child.emplace(command(1, 3, GetParam()));
    ASSERT_TRUE(is_killed());
    finish();
    expect_nothing_lost(1);
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    AtPoint,
    testing::Values("before-submit", "after-raise", "after-resolve", "after-delivery"),
    [](const auto& point) {
        std::string name = point.param;
        std::erase(name, '-');
        return name;
    });

TEST_F(NotifierCrash, WithoutOneThereIsOneDeliveryAnEvent)
{
    child.emplace(command(1, 10));
    ASSERT_TRUE(run_until(io, [&] { return child->ended(); }));
    EXPECT_EQ(submitted().size(), 20U);
    expect_nothing_lost(0);
    EXPECT_EQ(sink.requests().size(), 20U);
}

TEST_F(NotifierCrash, BetweenTheRequestAndItsRecordTheRepeatHasTheSameId)
{
    sink.answer_with([&](const SunkRequest&) {
        child->kill(SIGKILL);  // we have it; it will never know
        return reply(200);
    });
    child.emplace(command(1, 1));
    ASSERT_TRUE(is_killed());
    ASSERT_EQ(sink.requests().size(), 1U);
    sink.answer_with(support::always(200));
    finish();
    ASSERT_GE(sink.requests().size(), 2U);
    EXPECT_EQ(sink.requests()[0].headers["webhook-id"], sink.requests()[1].headers["webhook-id"]);
    EXPECT_EQ(sink.requests()[0].body, sink.requests()[1].body);
    expect_nothing_lost(1);
}

TEST_F(NotifierCrash, AtRandomMomentsOverAndOver)
{
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 dice(seed);
    constexpr int lives = 25;
    for (int life = 0; life < lives; ++life) {
        // Dies on the n-th request, before or after the answer leaves, or while it still submits.
        const auto requests_end = sink.requests().size() + dice() % 8;
        const auto submitted_end = submitted().size() + dice() % 16;
        const bool answers = dice() % 2 == 0;
        sink.answer_with([&, requests_end, answers](const SunkRequest&) {
            if (sink.requests().size() < requests_end)
                return reply(200);
            child->kill(SIGKILL);
            return answers ? reply(200) : std::string();
        });
        child.emplace(command(life * 10, life * 10 + 9));
        ASSERT_TRUE(run_until(io, [&] {
            if (submitted().size() >= submitted_end)
                child->kill(SIGKILL);
            return child->ended();
        }));
    }
    sink.answer_with(support::always(200));
    finish();
    EXPECT_FALSE(submitted().empty());
    expect_nothing_lost(lives);
}

}  // namespace
}  // namespace understudy
