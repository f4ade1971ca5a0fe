#include "core/healthy_pair.hpp"
#include "core/watch.hpp"
#include "daemon/admin_verbs.hpp"

#include "support/run_coroutine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace json = boost::json;
using core::run_effect::Answer;
using core::run_event::Command;
using ::testing::HasSubstr;

/// An executor that answers at once what it was told to.
class Verbs : public ::testing::Test {
protected:
    AdminVerbs verbs()
    {
        AdminSources sources;
        sources.judge = [] {
            core::Watch watch(core::testing::fast_settings(), {}, {});
            return watch.report({});
        };
        sources.runs = [] { return testing::report_of_done_run(); };
        sources.plan = []() -> asio::awaitable<PlanView> {
            PlanView view;
            view.plan = testing::sample_plan();
            view.hash = "0123456789abcdef";
            co_return view;
        };
        sources.command = [this](Command command) -> asio::awaitable<Answer> {
            asked_ = std::move(command);
            co_return answer_;
        };
        sources.planes = [] { return std::vector<std::string>{"east", "west"}; };
        sources.settings = [] { return core::testing::fast_settings(); };
        return AdminVerbs(std::move(sources));
    }

    json::object ask(const std::string& line)
    {
        auto tested = verbs();
        const Principal root{0, 0, 1};
        return support::run_coroutine(io_, tested.answer(root, parse_admin_request(line)), 5s);
    }
    std::string refusal_of(const std::string& line)
    {
        try {
            ask(line);
        } catch (const std::runtime_error& refusal) {
            return refusal.what();
        }
        return "accepted";
    }

    asio::io_context io_;
    Answer answer_;
    std::optional<Command> asked_;
};

TEST_F(Verbs, ThatShowNeedNoExecutorsAnswer)
{
    EXPECT_TRUE(ask(R"({"verb": "status"})").contains("acting"));
    EXPECT_TRUE(ask(R"({"verb": "why"})").contains("gates"));
    EXPECT_TRUE(ask(R"({"verb": "explain"})").contains("predicted"));
    EXPECT_TRUE(ask(R"({"verb": "explain"})").contains("measured"));
    EXPECT_TRUE(ask(R"({"verb": "history"})").contains("runs"));
    EXPECT_EQ(ask(R"({"verb": "show", "run": 7})").at("state"), "done");
    EXPECT_EQ(ask(R"({"verb": "plan"})").at("hash"), "0123456789abcdef");
    EXPECT_FALSE(asked_.has_value());
}

TEST_F(Verbs, ThatChangeAreAnsweredWithTheExecutorsWords)
{
    answer_.ok = true;
    answer_.text = "run 8 starts";
    answer_.run = 8;
    const auto result = ask(R"({"verb": "undo", "run": 7, "reason": "wrong plane"})");
    EXPECT_EQ(result.at("text"), "run 8 starts");
    EXPECT_EQ(result.at("run"), 8);
    EXPECT_EQ(asked_->run, 7U);
    EXPECT_EQ(asked_->by, "user root (uid 0)");
}

TEST_F(Verbs, TheExecutorsRefusalIsARefusal)
{
    answer_.text = "the plan has changed";
    EXPECT_EQ(
        refusal_of(R"({"verb": "failover", "plan": "0123456789abcdef", "reason": "x"})"),
        "the plan has changed");
}

/// What is malformed must not reach the machine.
TEST_F(Verbs, AMalformedRequestIsRefusedBeforeTheExecutorHearsOfIt)
{
    EXPECT_THAT(refusal_of(R"({"verb": "undo", "run": 7})"), HasSubstr("reason"));
    EXPECT_THAT(refusal_of(R"({"verb": "show"})"), HasSubstr("number of a run"));
    EXPECT_THAT(refusal_of(R"({"verb": "destroy"})"), HasSubstr("unknown verb"));
    EXPECT_FALSE(asked_.has_value());
}

}  // namespace
}  // namespace understudy
