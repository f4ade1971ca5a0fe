/// The real Alertmanager takes what we send and tells it on.

#include "daemon/child_process.hpp"
#include "daemon/http_sink.hpp"
#include "daemon/notifier_fixture.hpp"
#include "store/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using support::alert;
using support::ChildProcess;
using support::HttpSink;
using support::run_until;
using support::RunningNotifier;

constexpr const char* program = "/usr/bin/prometheus-alertmanager";

class LiveAlertmanager : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(program))
            GTEST_SKIP() << program << " is missing; install prometheus-alertmanager";
        const auto config = directory.path() / "alertmanager.yml";
        std::ofstream(config) << "route:\n  receiver: sink\n  group_by: ['...']\n  group_wait: 0s\n"
                                 "  group_interval: 1s\n  repeat_interval: 1h\n"
                                 "receivers:\n  - name: sink\n    webhook_configs:\n      - url: "
                              << sink.url("/from-alertmanager") << "\n";
        start(config);
    }
    void start(const std::filesystem::path& config)
    {
        port = free_port();
        alertmanager.emplace(std::vector<std::string>{
            program, "--config.file=" + config.native(),
            "--storage.path=" + (directory.path() / "data").native(),
            "--web.listen-address=127.0.0.1:" + std::to_string(port),
            "--cluster.listen-address=", "--log.level=error"});
    }
    std::uint16_t free_port()
    {
        const HttpSink probe(io, support::always(200));
        return probe.port();
    }
    store::ReceiverOptions receiver() const
    {
        auto options =
            support::webhook("alertmanager", "http://127.0.0.1:" + std::to_string(port) + "/");
        options.kind = store::ReceiverKind::alertmanager;
        return options;
    }
    bool tells(const std::string& status, RunningNotifier& running)
    {
        return run_until(
            io,
            [&] {
                // Until it listens, attempts fail and wait: let that time pass.
                if (running.counters["alertmanager"].sent == 0)
                    running.advance(1s);
                return !sink.requests().empty() && last_told().at("status") == status.c_str();
            },
            40s);
    }

    boost::json::value last_told() { return boost::json::parse(sink.requests().back().body); }

    boost::asio::io_context io;
    support::TemporaryDirectory directory;
    HttpSink sink{io, support::always(200)};
    std::uint16_t port = 0;
    std::optional<ChildProcess> alertmanager;
};

TEST_F(LiveAlertmanager, TakesARaiseAndAResolve)
{
    RunningNotifier running(io, directory.path(), support::to({receiver()}));
    running.start();
    running.submit(alert("east"));
    ASSERT_TRUE(tells("firing", running));
    const auto told = last_told().at("alerts").at(0);
    EXPECT_EQ(told.at("labels").at("alertname"), "PlaneFailed");
    EXPECT_EQ(told.at("labels").at("plane"), "east");
    EXPECT_EQ(told.at("annotations").at("summary"), "plane east");
    const auto ours = store::fingerprint_of(store::identity_of(alert("east")));
    EXPECT_EQ(told.at("fingerprint"), ours.c_str()) << "ours and Alertmanager's must agree";

    running.submit(alert("east", false));
    EXPECT_TRUE(tells("resolved", running));
}

}  // namespace
}  // namespace understudy
