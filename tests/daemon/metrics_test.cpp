#include "daemon/metrics.hpp"
#include "daemon/monitoring.hpp"

#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sstream>
#include <string>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using core::Outcome;
using core::Reason;
using core::SignalState;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr core::WallTime noon{std::chrono::milliseconds{1'700'000'000'500}};

core::ProbeSettings probe(std::string id, std::string target, std::string fingerprint = "1")
{
    core::ProbeSettings settings;
    settings.id = std::move(id);
    settings.target = std::move(target);
    settings.fingerprint = std::move(fingerprint);
    return settings;
}

core::SignalReport signal(const std::string& id, const std::string& target, SignalState state)
{
    core::SignalReport report;
    report.id = id;
    report.target = target;
    report.state = state;
    report.overruns = 4;
    return report;
}

core::PlaneReport plane(const std::string& name, core::Role role, core::Verdict verdict)
{
    core::PlaneReport report;
    report.name = name;
    report.role = role;
    report.judgement.verdict = verdict;
    auto& api = report.evidence[core::index_of(core::EvidenceClass::api)];
    api.configured = true;
    api.state = SignalState::down;
    return report;
}

core::Report whole_report()
{
    core::Report report;
    report.now = {core::Instant(100s), noon};
    report.planes = {
        plane("east", core::Role::active, core::Verdict::failed),
        plane("west", core::Role::standby, core::Verdict::healthy)};
    report.signals = {
        signal("east/api", "east", SignalState::down), signal("west/api", "west", SignalState::up)};
    report.control_planes["c1"].exchanged = core::Instant(90s);
    report.control_planes["c2"];
    report.gates = {{"mode", false, "observe", "approve", {}}, {"confirmed", true, "", "", {}}};
    report.standby.checks = {{"reachable", true, "", ""}, {"fresh", false, "", ""}};
    report.standby.lag_bytes = 4096;
    auto& east = report.planes[0].detector;
    east.observed = 1000s;
    east.mistaken = 25s;
    east.mistakes = 5;
    east.dead = {2, 7500ms, 4s};
    return report;
}

Outcome outcome(Reason reason, core::Duration took = 20ms)
{
    Outcome result(reason, "free text with a \"quote\"");
    result.took = took;
    result.phases = {{core::Phase::resolve, 5ms}, {core::Phase::connect, took - 5ms}};
    return result;
}

class MetricsTest : public ::testing::Test {
protected:
    MetricsTest() { metrics.configure({probe("east/api", "east"), probe("west/api", "west")}); }

    std::string render(const core::Report& report = whole_report(), const MetricsInput& input = {})
    {
        return metrics.render(report, input);
    }
    void finish(const std::string& id, const Outcome& result)
    {
        metrics.probe_finished(id, result, 3ms, noon);
    }

    Metrics metrics{"0.1.0", noon};
};

TEST_F(MetricsTest, EveryKnownSeriesIsThereBeforeTheFirstRun)
{
    const auto page = render();
    EXPECT_THAT(page, HasSubstr("understudy_build_info{version=\"0.1.0\"} 1\n"));
    EXPECT_THAT(
        page, HasSubstr("understudy_probe_runs_total{probe=\"east/api\",target=\"east\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("understudy_probe_duration_seconds_count{probe=\"west/api\""));
    EXPECT_THAT(page, HasSubstr("understudy_scheduler_lag_seconds_count 0\n"));
    EXPECT_THAT(page, HasSubstr("understudy_probes_in_flight 0\n"));
    EXPECT_THAT(page, HasSubstr("understudy_config_last_reload_successful 1\n"));
    EXPECT_THAT(
        page, HasSubstr("understudy_config_last_reload_success_timestamp_seconds 1700000000.5\n"));
}

TEST_F(MetricsTest, EveryReasonOfAFailureBeginsAtZero)
{
    const auto page = render();
    for (std::size_t i = 1; i < core::reason_count; ++i) {
        const std::string name(core::name_of(static_cast<Reason>(i)));
        EXPECT_THAT(
            page, HasSubstr(
                      "understudy_probe_failures_total{probe=\"east/api\",target=\"east\","
                      "reason=\"" +
                      name + "\"} 0\n"));
    }
    EXPECT_THAT(page, Not(HasSubstr("reason=\"none\"")));
}

TEST_F(MetricsTest, WhatIsNotKnownIsAbsentAndNotZero)
{
    auto report = whole_report();
    report.standby.lag_bytes.reset();
    report.planes[0].role = core::Role::unknown;
    const auto page = render(report);
    for (const char* absent :
         {"understudy_probe_up", "last_run_timestamp", "last_success_timestamp", "cert_not_after",
          "standby_lag_bytes", "phase_duration", "control_plane=\"c2\"", "class=\"database\"",
          "watchdog_last_kick", "notification", "heartbeat",
          "understudy_plane_active{plane=\"east\"}"})
        EXPECT_THAT(page, Not(HasSubstr(absent)));
}

TEST_F(MetricsTest, ARunIsCountedWithReasonTimeAndPhases)
{
    finish("east/api", outcome(Reason::none));
    finish("east/api", outcome(Reason::connect_refused));
    const auto page = render();
    const std::string labels = "{probe=\"east/api\",target=\"east\"";
    EXPECT_THAT(page, HasSubstr("understudy_probe_runs_total" + labels + "} 2\n"));
    EXPECT_THAT(
        page,
        HasSubstr("understudy_probe_failures_total" + labels + ",reason=\"connect_refused\"} 1\n"));
    EXPECT_THAT(page, HasSubstr("understudy_probe_up" + labels + "} 0\n"));
    EXPECT_THAT(page, HasSubstr("understudy_probe_duration_seconds_count" + labels + "} 2\n"));
    EXPECT_THAT(
        page, HasSubstr("understudy_probe_duration_seconds_bucket" + labels + ",le=\"0.01\"} 0\n"));
    EXPECT_THAT(
        page,
        HasSubstr("understudy_probe_duration_seconds_bucket" + labels + ",le=\"0.025\"} 2\n"));
    EXPECT_THAT(
        page, HasSubstr("understudy_probe_duration_seconds_bucket" + labels + ",le=\"+Inf\"} 2\n"));
    EXPECT_THAT(
        page,
        HasSubstr(
            "understudy_probe_phase_duration_seconds" + labels + ",phase=\"connect\"} 0.015"));
    EXPECT_THAT(page, Not(HasSubstr("phase=\"tls\"")));
    EXPECT_THAT(
        page,
        HasSubstr("understudy_probe_last_success_timestamp_seconds" + labels + "} 1700000000.5\n"));
    EXPECT_THAT(page, Not(HasSubstr("free text")));
}

TEST_F(MetricsTest, AnInconclusiveRunIsNeitherUpNorDown)
{
    finish("east/api", outcome(Reason::none));
    finish("east/api", outcome(Reason::resolver));
    const auto page = render();
    EXPECT_THAT(page, Not(HasSubstr("understudy_probe_up{probe=\"east/api\"")));
    EXPECT_THAT(page, HasSubstr("reason=\"resolver\"} 1\n"));
}

TEST_F(MetricsTest, CertificatesStayKnownWhileTheTargetIsAway)
{
    auto seen = outcome(Reason::tls_expired);
    seen.facts["certificate/not_after"] = std::int64_t{1'800'000'000};
    seen.facts["certificate/chain_not_after"] = std::int64_t{1'750'000'000};
    finish("east/api", seen);
    finish("east/api", outcome(Reason::timeout));
    EXPECT_THAT(render(), HasSubstr("role=\"leaf\"} 1800000000\n"));
    EXPECT_THAT(render(), HasSubstr("role=\"chain\"} 1750000000\n"));

    auto renewed = outcome(Reason::tls_verify);
    renewed.facts["certificate/not_after"] = std::int64_t{1'900'000'000};
    finish("east/api", renewed);
    EXPECT_THAT(render(), HasSubstr("role=\"leaf\"} 1900000000\n"));
    EXPECT_THAT(render(), Not(HasSubstr("role=\"chain\"")));
}

TEST_F(MetricsTest, ChangesOfStateAreCounted)
{
    auto report = whole_report();
    render(report);
    report.signals[0].state = SignalState::unknown;
    metrics.note_states(report.signals);
    report.signals[0].state = SignalState::up;
    const auto page = render(report);
    EXPECT_THAT(
        page,
        HasSubstr("understudy_probe_state_changes_total{probe=\"east/api\",target=\"east\"} 2\n"));
    EXPECT_THAT(
        page,
        HasSubstr("understudy_probe_state_changes_total{probe=\"west/api\",target=\"west\"} 0\n"));
}

TEST_F(MetricsTest, AReloadKeepsWhatIsUnchangedAndForgetsWhatIsGone)
{
    finish("east/api", outcome(Reason::none));
    finish("west/api", outcome(Reason::none));
    metrics.configure({probe("east/api", "east"), probe("west/api", "west", "2")});
    auto report = whole_report();
    EXPECT_THAT(
        render(report),
        HasSubstr("understudy_probe_runs_total{probe=\"east/api\",target=\"east\"} 1\n"));
    EXPECT_THAT(
        render(report),
        HasSubstr("understudy_probe_runs_total{probe=\"west/api\",target=\"west\"} 0\n"));

    metrics.configure({probe("east/api", "east")});
    finish("west/api", outcome(Reason::none));  // a run that the reload overtook
    report.signals.pop_back();
    EXPECT_THAT(render(report), Not(HasSubstr("west/api")));
}

TEST_F(MetricsTest, TheJudgementIsOneSampleForEachPossibleAnswer)
{
    const auto page = render();
    for (const char* line :
         {"understudy_plane_active{plane=\"east\"} 1", "understudy_plane_active{plane=\"west\"} 0",
          "understudy_plane_verdict{plane=\"east\",verdict=\"failed\"} 1",
          "understudy_plane_verdict{plane=\"east\",verdict=\"healthy\"} 0",
          "understudy_evidence{plane=\"east\",class=\"api\",state=\"down\"} 1",
          "understudy_evidence{plane=\"east\",class=\"api\",state=\"up\"} 0",
          "understudy_observer_blind 0", "understudy_gate_open{gate=\"mode\"} 0",
          "understudy_gate_open{gate=\"confirmed\"} 1", "understudy_mode{mode=\"observe\"} 1",
          "understudy_mode{mode=\"automatic\"} 0", "understudy_standby_ready{reason=\"fresh\"} 0",
          "understudy_standby_ready{reason=\"reachable\"} 1", "understudy_standby_lag_bytes 4096",
          "understudy_control_plane_last_sync_timestamp_seconds{control_plane=\"c1\"} "
          "1699999990.5",
          "understudy_probe_state{probe=\"east/api\",target=\"east\",state=\"down\"} 1",
          "understudy_probe_state{probe=\"east/api\",target=\"east\",state=\"up\"} 0",
          "understudy_probe_skipped_total{probe=\"east/api\",target=\"east\",reason=\"overrun\"} "
          "4"})
        EXPECT_THAT(page, HasSubstr(std::string("\n") + line + "\n"));
}

MetricsInput whole_input()
{
    MetricsInput input;
    input.probes_in_flight = 2;
    input.log_lines_dropped = 5;
    auto& receiver = input.notifications["oncall"];
    receiver.sent = 3;
    receiver.failed[static_cast<std::size_t>(DeliveryFailure::timeout)] = 2;
    receiver.abandoned = 4;
    receiver.queue_length = 1;
    receiver.oldest_queued_at = noon;
    input.notifications["quiet"];
    input.heartbeat.emplace().sent = 9;
    return input;
}

TEST_F(MetricsTest, NotificationsAndTheDaemonItselfAreThere)
{
    metrics.config_reloaded(true, noon);
    metrics.config_reloaded(false, noon + 60s);
    metrics.watchdog_kicked(noon + 61s);
    const auto page = render(whole_report(), whole_input());
    for (const char* line :
         {"understudy_notifications_total{receiver=\"oncall\"} 3",
          "understudy_notifications_failed_total{receiver=\"oncall\",reason=\"timeout\"} 2",
          "understudy_notifications_failed_total{receiver=\"quiet\",reason=\"timeout\"} 0",
          "understudy_notifications_abandoned_total{receiver=\"oncall\"} 4",
          "understudy_notification_queue_length{receiver=\"oncall\"} 1",
          "understudy_notification_oldest_queued_timestamp_seconds{receiver=\"oncall\"} "
          "1700000000.5",
          "understudy_heartbeats_total 9", "understudy_probes_in_flight 2",
          "understudy_log_lines_dropped_total 5", "understudy_config_last_reload_successful 0",
          "understudy_config_last_reload_success_timestamp_seconds 1700000000.5",
          "understudy_watchdog_last_kick_timestamp_seconds 1700000061.5"})
        EXPECT_THAT(page, HasSubstr(std::string("\n") + line + "\n"));
    EXPECT_THAT(page, Not(HasSubstr("oldest_queued_timestamp_seconds{receiver=\"quiet\"}")));
}

std::string whole_page(Metrics& metrics)
{
    metrics.config_reloaded(true, noon);
    metrics.watchdog_kicked(noon);
    auto seen = outcome(Reason::status);
    seen.facts["certificate/not_after"] = std::int64_t{1'800'000'000};
    metrics.probe_finished("east/api", seen, 3ms, noon);
    metrics.probe_finished("west/api", outcome(Reason::none), 3ms, noon);
    return metrics.render(whole_report(), whole_input());
}

TEST_F(MetricsTest, TheDetectorTellsWhatItWasWorth)
{
    const auto page = render();
    for (const char* line :
         {"understudy_detector_detection_seconds_count{plane=\"east\",kind=\"dead\"} 2",
          "understudy_detector_detection_seconds_sum{plane=\"east\",kind=\"dead\"} 7.5",
          "understudy_detector_detection_seconds_count{plane=\"east\",kind=\"unreachable\"} 0",
          "understudy_detector_observed_seconds_total{plane=\"east\"} 1000",
          "understudy_detector_mistake_duration_seconds_count{plane=\"east\"} 5",
          "understudy_detector_mistake_duration_seconds_sum{plane=\"east\"} 25",
          "understudy_detector_mistake_recurrence_seconds{plane=\"east\"} 200",
          "understudy_detector_query_accuracy_ratio{plane=\"east\"} 0.975",
          "understudy_detector_mistake_duration_seconds_count{plane=\"west\"} 0"})
        EXPECT_THAT(page, HasSubstr(std::string("\n") + line + "\n"));
    EXPECT_THAT(page, HasSubstr("A mistake is a suspicion of the active plane that ended without"));
    EXPECT_THAT(page, Not(HasSubstr("recurrence_seconds{plane=\"west\"}")));
    EXPECT_THAT(page, Not(HasSubstr("accuracy_ratio{plane=\"west\"}")));
}

TEST_F(MetricsTest, PromtoolHasNothingToSay)
{
    const support::TempFile page(whole_page(metrics));
    const support::TempFile said("");
    const auto command =
        "promtool check metrics <" + page.path().string() + " >" + said.path().string() + " 2>&1";
    const int status = std::system(command.c_str());  // NOLINT: a command of our own
    EXPECT_EQ(status, 0);
    EXPECT_EQ(std::filesystem::file_size(said.path()), 0U) << "see: " << command;
}

TEST_F(MetricsTest, NoSeriesComesTwiceAndEachFamilyComesOnce)
{
    std::istringstream page(whole_page(metrics));
    std::set<std::string> seen;
    for (std::string line; std::getline(page, line);) {
        const auto series = line.substr(0, line.rfind(' '));
        const auto key = line.starts_with("# HELP ") ? line.substr(0, line.find(' ', 7)) : series;
        EXPECT_TRUE(seen.insert(key).second) << line;
    }
}

TEST_F(MetricsTest, LabelsAreEscaped)
{
    auto report = whole_report();
    report.planes[0].name = "e\"a\\s\nt";
    EXPECT_THAT(
        render(report), HasSubstr("understudy_plane_active{plane=\"e\\\"a\\\\s\\nt\"} 1\n"));
}

TEST(Monitoring, ServesThreePathsAndSaysWhyItIsNotReady)
{
    std::optional<std::string> why;
    MonitoringSources sources;
    sources.metrics = [] { return std::string("page"); };
    sources.unready_because = [&why] { return why; };
    const auto handler = monitoring_endpoints(sources);
    EXPECT_EQ(handler("/metrics").body, "page");
    EXPECT_EQ(handler("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(handler("/healthz").status, 200U);
    EXPECT_EQ(handler("/readyz").status, 200U);
    why = "the decision loop has not turned for 12 s";
    EXPECT_EQ(handler("/readyz").status, 503U);
    EXPECT_THAT(handler("/readyz").body, HasSubstr("12 s"));
    EXPECT_EQ(handler("/healthz").status, 200U);
    EXPECT_EQ(handler("/").status, 404U);
    EXPECT_EQ(handler("/metrics/").status, 404U);
}

TEST(Monitoring, AFloodOfScrapesMakesFewPages)
{
    int made = 0;
    MonitoringSources sources;
    sources.metrics = [&made] { return std::to_string(++made); };
    sources.page_reused_for = 1h;
    const auto flooded = monitoring_endpoints(sources);
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(flooded("/metrics").body, "1");

    sources.page_reused_for = 0ms;
    const auto fresh = monitoring_endpoints(sources);
    EXPECT_EQ(fresh("/metrics").body, "2");
    EXPECT_EQ(fresh("/metrics").body, "3");
}

}  // namespace
}  // namespace understudy
