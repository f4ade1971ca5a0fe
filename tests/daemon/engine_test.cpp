#include "core/healthy_pair.hpp"
#include "daemon/clock.hpp"
#include "daemon/engine.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace understudy {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

/// A probe that does what the test says.
class Scripted final : public probes::Probe {
public:
    using Script = std::function<asio::awaitable<core::Outcome>()>;
    explicit Scripted(Script script) : script_(std::move(script)) {}
    asio::awaitable<core::Outcome> run() override { return script_(); }

private:
    Script script_;
};

asio::awaitable<core::Outcome> answers() { co_return core::Outcome(core::Reason::none); }

asio::awaitable<core::Outcome> throws()
{
    throw std::runtime_error("a bug in a probe");
    co_return core::Outcome();
}

/// Ends only when it is cancelled.
asio::awaitable<core::Outcome> hangs()
{
    asio::steady_timer forever(
        co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    co_await forever.async_wait(asio::use_awaitable);
    co_return core::Outcome(core::Reason::none);
}

/// One engine on a loop of its own, with everything it hands on written down.
class EngineTest : public testing::Test {
protected:
    EngineTest() : settings_(core::testing::fast_settings())
    {
        for (auto& probe : settings_.probes) {
            probe.interval = 20ms;
            probe.burst_interval = 10ms;
            probe.timeout = 20ms;
        }
    }

    void start(const Scripted::Script& script)
    {
        for (const auto& probe : settings_.probes)
            probes_[probe.id] = std::make_shared<Scripted>(script);
        engine_ = std::make_unique<Engine>(
            io_.get_executor(), core::Watch(settings_, {}, read_clocks()), probes_,
            std::vector<Held>(), ports());
        asio::co_spawn(
            io_, engine_->run(),
            asio::bind_cancellation_slot(
                stop_.slot(), [this](std::exception_ptr) { ended_ = true; }));
    }

    EnginePorts ports()
    {
        return {
            [this](std::vector<core::MemoryEntry> entries) {
                for (auto& entry : entries)
                    remembered_.insert(std::move(entry));
            },
            [this](const core::AlertChange& change) { told_.push_back(change); },
            [this](core::Severity, const std::string& text) { said_.push_back(text); },
            [this](const std::string& id, const core::Outcome& outcome, core::Duration) {
                outcomes_[id].push_back(outcome);
            },
            [this] { ++pictures_; }};
    }

    /// Runs the loop until the condition holds, or the deadline is over.
    bool run_until(const std::function<bool()>& holds)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            io_.restart();
            io_.run_one_for(100ms);
        }
        return holds();
    }

    bool every_probe_ran() const { return outcomes_.size() == settings_.probes.size(); }

    bool stop()
    {
        stop_.emit(asio::cancellation_type::terminal);
        return run_until([this] { return ended_; });
    }

    core::WatchSettings settings_;
    asio::io_context io_{1};
    asio::cancellation_signal stop_;
    ProbeSet probes_;
    std::unique_ptr<Engine> engine_;
    std::map<std::string, std::deque<core::Outcome>> outcomes_;
    std::map<std::string, std::string> remembered_;
    std::deque<core::AlertChange> told_;
    std::deque<std::string> said_;
    std::uint64_t pictures_ = 0;
    bool ended_ = false;
};

TEST_F(EngineTest, RunsEveryProbeAndFeedsTheJudge)
{
    start(answers);
    ASSERT_TRUE(run_until([this] { return every_probe_ran(); }));
    EXPECT_GT(engine_->progress().steps(), settings_.probes.size());
    EXPECT_EQ(pictures_, engine_->progress().steps()) << "the executor missed what the judge saw";
    for (const auto& signal : engine_->report().signals)
        EXPECT_EQ(signal.state, core::SignalState::up) << signal.id;
    EXPECT_TRUE(stop());
}

TEST_F(EngineTest, RemembersWhichPlaneIsActiveAtTheVeryFirstStart)
{
    start(answers);
    ASSERT_TRUE(run_until([this] { return !remembered_.empty(); }));
    EXPECT_EQ(remembered_["role/active"], settings_.planes.front().name);
    EXPECT_TRUE(stop());
}

TEST_F(EngineTest, BugInAProbeIsInconclusiveAndStopsNothing)
{
    start(throws);
    ASSERT_TRUE(run_until([this] { return every_probe_ran(); }));
    for (const auto& [id, outcomes] : outcomes_) {
        EXPECT_EQ(outcomes.front().reason, core::Reason::internal) << id;
        EXPECT_EQ(outcomes.front().detail, "a bug in a probe") << id;
    }
    EXPECT_TRUE(stop());
}

TEST_F(EngineTest, ProbeThatIgnoresItsTimeoutIsBounded)
{
    start(hangs);
    ASSERT_TRUE(run_until([this] { return every_probe_ran(); }));
    for (const auto& [id, outcomes] : outcomes_)
        EXPECT_EQ(outcomes.front().reason, core::Reason::internal) << id;
    EXPECT_TRUE(stop());
}

TEST_F(EngineTest, StopCancelsWhatIsInFlightAndCountsItAgainstNobody)
{
    start(hangs);
    ASSERT_TRUE(run_until([this] { return engine_->probes_in_flight() > 0; }));
    EXPECT_TRUE(stop());
    EXPECT_EQ(engine_->probes_in_flight(), 0);
    EXPECT_TRUE(outcomes_.empty()) << "our own stop was reported as an outcome";
}

TEST_F(EngineTest, FailureOfTheStoreReachesTheJudge)
{
    start(answers);
    ASSERT_TRUE(run_until([this] { return every_probe_ran(); }));
    engine_->store_failed("disk full");
    const auto report = engine_->report();
    const auto gate = std::find_if(
        report.gates.begin(), report.gates.end(),
        [](const core::Gate& g) { return g.name == "record_durable"; });
    ASSERT_NE(gate, report.gates.end());
    EXPECT_FALSE(gate->open);
    EXPECT_EQ(gate->value, "disk full");
    EXPECT_TRUE(stop());
}

TEST_F(EngineTest, ReloadReplacesProbesAndForgetsRemovedOnes)
{
    start(answers);
    ASSERT_TRUE(run_until([this] { return every_probe_ran(); }));
    auto fewer = settings_;
    const auto removed = fewer.probes.back().id;
    fewer.probes.pop_back();
    auto probes = probes_;
    probes.erase(removed);
    engine_->reload(fewer, probes, {});
    for (const auto& signal : engine_->report().signals)
        EXPECT_NE(signal.id, removed);
    EXPECT_TRUE(stop());
}

}  // namespace
}  // namespace understudy
