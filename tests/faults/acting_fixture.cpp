#include "faults/acting_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <cstdio>
#include <set>

namespace understudy::sandbox {

namespace json = boost::json;
using testing::AnyOf;
using testing::SizeIs;

ActingTest::~ActingTest()
{
    if (HasFailure() && pair_)
        std::fprintf(stderr, "--- the daemon's log:\n%s", pair_->log().c_str());
}

void ActingTest::bring_up(const std::string& mode, const std::string& variant)
{
    bring_up(std::make_unique<ActingPair>(mode, variant));
}

void ActingTest::start(DaemonOptions options)
{
    pair().start_daemon(std::move(options));
    ASSERT_TRUE(pair().is_watched_by(patience)) << pair().last_seen();
}

int ActingTest::exit_code(std::vector<std::string> words)
{
    return pair().understudy(std::move(words)).status;
}

int ActingTest::ask_for_a_failover(const std::vector<std::string>& more)
{
    const auto plan = pair().understudy({"plan", "--json"});
    boost::system::error_code none;
    const auto value = json::parse(plan.output, none);
    if (plan.status != 0 || none)
        return -1;
    std::vector<std::string> words{
        "failover", "--plan", text_of(value.as_object(), "hash"), "--reason", "east is gone"};
    words.insert(words.end(), more.begin(), more.end());
    return exit_code(words);
}

void ActingTest::expect_success(const json::object& run)
{
    EXPECT_THAT(text_of(run, "state"), AnyOf("done", "degraded")) << text_of(run, "why");
    for (const auto& one : run.at("obligations").as_array())
        EXPECT_NE(one.at("kind"), "rejoin") << one;
}

void ActingTest::expect_service_on_west(const json::object& run)
{
    EXPECT_TRUE(pair().is_writable("west-1"));
    EXPECT_EQ(pair().witnesses_on("west-1"), 1) << "committed before the fault";
    EXPECT_EQ(pair().floating_target(), "west.tsb.test.");
    const auto switched = text_of(run.at("timeline").as_object(), "switched");
    EXPECT_EQ(pair().synced_since(switched), control_planes) << "after " << switched;
}

void ActingTest::expect_intact_journal()
{
    const auto verified = pair().pair().run_inside(
        {daemon_program(), "verify-journal", "--state-directory",
         (pair().dir() / "state").string()});
    EXPECT_EQ(verified.status, 0) << verified.output;
}

void ActingTest::expect_told_once(const std::string& name)
{
    EXPECT_TRUE(eventually([&] { return !pair().told(name, "firing").empty(); }, patience)) << name;
    std::set<std::string> ids;
    for (const auto& one : pair().told(name, "firing"))
        ids.insert(one.id);
    EXPECT_THAT(ids, SizeIs(1)) << name;
    for (const auto& one : pair().told(name, ""))
        EXPECT_TRUE(one.is_signed) << one.event();
}

bool ActingTest::has_run()
{
    const auto runs = pair().runs();
    return runs && !runs->empty();
}

bool ActingTest::is_armed() { return pair().look()->status.at("acting").at("armed").as_bool(); }

}  // namespace understudy::sandbox
