// The daemon under systemd, which is the test: readiness, reloads, the watchdog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <optional>
#include <utility>

#include "faults/daemon_fixture.hpp"
#include "faults/notify_socket.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::MatchesRegex;

/// Of the day: "2026-11-23T05:12:36.706Z"
std::int64_t milliseconds_in(const boost::json::value& time)
{
    const std::string text = time.as_string().c_str();
    const auto number = [&text](std::size_t from, std::size_t size) {
        return std::stoll(text.substr(from, size));
    };
    return ((number(11, 2) * 60 + number(14, 2)) * 60 + number(17, 2)) * 1000 + number(20, 3);
}

class DaemonUnderSystemd : public DaemonTest {
protected:
    void SetUp() override
    {
        DaemonTest::SetUp();
        socket_.emplace(pair().dir() / ("notify-" + std::to_string(++count_)));
    }
    NotifySocket& systemd() { return *socket_; }
    void start_watched(std::vector<std::string> environment = {})
    {
        environment.push_back(systemd().variable());
        start(std::move(environment));
        ASSERT_TRUE(eventually([this] { return systemd().count("READY=1") == 1; }, patience))
            << pair().log();
    }
    /// Sends SIGHUP and waits for the answer.
    void reload()
    {
        const auto ready_before = systemd().count("READY=1");
        pair().signal_daemon(SIGHUP);
        ASSERT_TRUE(
            eventually([&] { return systemd().count("READY=1") == ready_before + 1; }, patience))
            << pair().log();
    }
    /// Since when each signal is what it is, by its id; those that have not spoken are left out.
    /// With a state, only those that are in it.
    static std::map<std::string, std::int64_t> signals_since(std::string_view state = {})
    {
        std::map<std::string, std::int64_t> since;
        const auto seen = pair().look();
        for (const auto& signal : seen->status.at("signals").as_array())
            if (signal.at("since").is_string() &&
                (state.empty() || signal.at("state").as_string().c_str() == state))
                since.emplace(
                    signal.at("id").as_string().c_str(), milliseconds_in(signal.at("since")));
        return since;
    }
    /// It is told as a distance from now, so that it may differ by a millisecond or two.
    static void expect_unchanged(const std::map<std::string, std::int64_t>& before)
    {
        auto after = signals_since();
        ASSERT_FALSE(before.empty());
        for (const auto& [id, since] : before)
            EXPECT_NEAR(static_cast<double>(after[id]), static_cast<double>(since), 5) << id;
    }
    bool metric_says(const std::string& line) const
    {
        return eventually(
            [&] { return pair().get("/metrics").find(line + "\n") != std::string::npos; }, 5s);
    }

private:
    static inline int count_ = 0;
    std::optional<NotifySocket> socket_;
};

TEST_F(DaemonUnderSystemd, SaysWhenItIsReadyAndWhenItStops)
{
    start_watched();
    pair().end_daemon(SIGTERM);
    EXPECT_EQ(systemd().messages().back(), "STOPPING=1");
}

TEST_F(DaemonUnderSystemd, KicksTheWatchdogOnlyWhileItProgresses)
{
    start_watched({"WATCHDOG_USEC=1000000"});
    const auto kicks = [this] { return systemd().count("WATCHDOG=1"); };
    ASSERT_TRUE(eventually([&] { return kicks() >= 3; }, patience));
    pair().signal_daemon(SIGSTOP);
    const auto before = kicks();
    EXPECT_FALSE(eventually([&] { return kicks() > before + 1; }, 2s))
        << "a stopped process kicked";
    pair().signal_daemon(SIGCONT);
    EXPECT_TRUE(eventually([&] { return kicks() > before + 1; }, patience));
}

TEST_F(DaemonUnderSystemd, ReloadsAGoodFileAndProbesKeepTheirState)
{
    start_watched();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    // Those that have settled: of the others some may just be about to.
    const auto before = signals_since("up");
    append_to_config("\n[log]\nlevel = \"debug\"\n");
    reload();
    EXPECT_THAT(
        systemd().messages(), Contains(MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+\n?")));
    expect_unchanged(before);
    EXPECT_TRUE(metric_says("understudy_config_last_reload_successful 1"));
    EXPECT_TRUE(pair().settles(patience)) << "after a reload: " << pair().last_seen();
    ASSERT_TRUE(logs("configuration reloaded"));
    const auto log = pair().log();
    EXPECT_EQ(log.find("-> suspect", log.rfind("configuration reloaded")), std::string::npos)
        << "a reload must not make a plane suspect";
}

TEST_F(DaemonUnderSystemd, ABadFileChangesNothingAndIsReported)
{
    start_watched();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    // Those that have settled: of the others some may just be about to.
    const auto before = signals_since("up");
    append_to_config("\n[detektor]\n");
    reload();
    EXPECT_TRUE(logs("reload refused, nothing changed"));
    EXPECT_TRUE(logs("detektor"));
    expect_unchanged(before);
    EXPECT_TRUE(metric_says("understudy_config_last_reload_successful 0"));

    write_text(config(), read_text(config()).substr(0, read_text(config()).rfind("\n[detektor]")));
    reload();
    EXPECT_TRUE(metric_says("understudy_config_last_reload_successful 1"));
}

TEST_F(DaemonUnderSystemd, WhatNeedsARestartIsRefused)
{
    start_watched();
    replace_in_config("127.0.0.1:9189", "127.0.0.1:9190");
    reload();
    EXPECT_TRUE(logs("listen changed, which needs a restart"));
    EXPECT_TRUE(metric_says("understudy_config_last_reload_successful 0"));
}

}  // namespace
}  // namespace understudy::sandbox
