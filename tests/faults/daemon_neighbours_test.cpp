// The real programs that the daemon works with: Prometheus scrapes it, Alertmanager is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faults/daemon_fixture.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr auto* prometheus_program = "/usr/bin/prometheus";
constexpr auto* alertmanager_program = "/usr/bin/prometheus-alertmanager";

class DaemonNeighbours : public DaemonTest {
protected:
    /// Starts a program inside, as the bastion's user; it ends with the sandbox.
    void start_program(const std::string& name, const std::vector<std::string>& command) const
    {
        std::vector<std::string> argv{"start", pair().dir().string(), name, "--"};
        argv.insert(argv.end(), command.begin(), command.end());
        const auto started = run(sandbox_command(argv), patience);
        ASSERT_EQ(started.status, 0) << started.output;
    }
    static std::string fetch(const std::string& url, const std::string& query = {})
    {
        return pair()
            .pair()
            .run_inside(
                {"curl", "--silent", "--get", "--max-time", "5", url, "--data-urlencode",
                 "query=" + query})
            .output;
    }
    static std::string ask_prometheus(const std::string& query)
    {
        return fetch("http://127.0.6.1:9090/api/v1/query", query);
    }
    static std::string told_to_alertmanager()
    {
        return fetch("http://127.0.6.1:9093/api/v2/alerts");
    }
    /// Waits until there is a series for that query.
    static bool prometheus_knows(const std::string& query)
    {
        return eventually(
            [&] { return ask_prometheus(query).find("\"metric\":{") != std::string::npos; },
            patience);
    }
    static std::string log_of(const std::string& name)
    {
        return read_text(pair().dir() / "log" / (name + ".log"));
    }
};

TEST_F(DaemonNeighbours, PrometheusScrapesIt)
{
    const auto folder = make_folder("prometheus");
    write_text(
        folder / "prometheus.yml",
        "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n"
        "rule_files: [" SOURCE_DIR "/config/prometheus/understudy.rules.yml]\n"
        "scrape_configs:\n  - job_name: understudy\n    static_configs:\n"
        "      - targets: ['127.0.0.1:9189']\n");
    give_to_daemon(folder / "prometheus.yml");
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    start_program(
        "prometheus", {prometheus_program, "--config.file=" + (folder / "prometheus.yml").string(),
                       "--storage.tsdb.path=" + (folder / "data").string(),
                       "--web.listen-address=127.0.6.1:9090"});
    const std::string verdict = "understudy_plane_verdict{plane=\"east\",verdict=";
    EXPECT_TRUE(prometheus_knows(verdict + "\"healthy\"} == 1")) << log_of("prometheus");
    EXPECT_FALSE(
        ask_prometheus(verdict + "\"failed\"} == 1").find("\"metric\":{") != std::string::npos);
    switch_fault("crash", "on");
    EXPECT_TRUE(prometheus_knows(verdict + "\"failed\"} == 1"))
        << ask_prometheus("understudy_plane_verdict");
    EXPECT_TRUE(prometheus_knows("ALERTS{alertname=\"UnderstudyPlaneFailed\",plane=\"east\"}"))
        << ask_prometheus("ALERTS");
}

TEST_F(DaemonNeighbours, AlertmanagerIsTold)
{
    const auto folder = make_folder("alertmanager");
    write_text(
        folder / "alertmanager.yml", "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
    give_to_daemon(folder / "alertmanager.yml");
    start_program(
        "alertmanager",
        {alertmanager_program, "--config.file=" + (folder / "alertmanager.yml").string(),
         "--storage.path=" + (folder / "data").string(), "--web.listen-address=127.0.6.1:9093",
         "--cluster.listen-address="});
    append_to_config("\n[[receiver]]\nname = \"pager\"\nkind = \"alertmanager\"\n"
                     "url = \"http://hooks.test:9093\"\n");
    start();
    ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    switch_fault("crash", "on");
    const auto pages = [] {
        return told_to_alertmanager().find("\"UnderstudyPlaneFailed\"") != std::string::npos;
    };
    EXPECT_TRUE(eventually(pages, patience)) << log_of("alertmanager") << told_to_alertmanager();
    switch_fault("crash", "off");
    EXPECT_TRUE(eventually([&] { return !pages(); }, patience)) << told_to_alertmanager();
}

}  // namespace
}  // namespace understudy::sandbox
