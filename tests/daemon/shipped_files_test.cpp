/// The files that are installed beside the daemon, held against the tools that read them and
/// against the daemon itself.
#include "daemon/metrics.hpp"
#include "daemon/notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>

#include "sample_runs.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const fs::path source = SOURCE_DIR;

std::string text_of(const fs::path& path)
{
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << path;
    return text.str();
}

struct Ran {
    int code = -1;
    std::string output;
};

Ran run(const std::string& command)
{
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");  // NOLINT: commands of our own
    if (pipe == nullptr)
        return ran;
    std::array<char, 4096> buffer;
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        ran.output.append(buffer.data(), got);
    const int status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

class TempFolder {
public:
    TempFolder()
        : path_(fs::temp_directory_path() / ("understudy-unit-" + std::to_string(getpid())))
    {
        fs::create_directories(path_);
    }
    ~TempFolder() { fs::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// The words of `text` that begin with `prefix`.
std::set<std::string> words(const std::string& text, const std::string& prefix)
{
    const auto is_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    std::set<std::string> found;
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
        auto end = at;
        while (end < text.size() && is_word(text[end]))
            ++end;
        if (at == 0 || !is_word(text[at - 1]))
            found.insert(text.substr(at, end - at));
    }
    return found;
}

/// What follows `marker` on each line that has it, up to the next blank.
std::set<std::string> names_after(const std::string& text, const std::string& marker)
{
    std::set<std::string> found;
    for (auto at = text.find(marker); at != std::string::npos; at = text.find(marker, at + 1)) {
        const auto begin = at + marker.size();
        found.insert(text.substr(begin, text.find_first_of(" \n", begin) - begin));
    }
    return found;
}

std::set<std::string> without(std::set<std::string> all, const std::set<std::string>& some)
{
    for (const auto& one : some)
        all.erase(one);
    return all;
}

/// Every alert that the daemon raises itself.
std::set<std::string> alerts_of_the_daemon()
{
    std::set<std::string> found{std::string(receiver_failing_alert)};
    for (const auto& entry : fs::directory_iterator(source / "core")) {
        if (entry.path().extension() == ".cpp")
            found.merge(words(text_of(entry.path()), "Understudy"));
    }
    return found;
}

/// Every family that the daemon can export.
std::set<std::string> exported_families()
{
    const core::WallTime now{std::chrono::seconds(1'700'000'000)};
    Metrics metrics("1", now);
    core::ProbeSettings probe;
    probe.id = "east/api";
    metrics.configure({probe});
    core::Outcome outcome(core::Reason::timeout);
    metrics.probe_finished(probe.id, outcome, core::Duration(1), now);
    outcome.reason = core::Reason::none;
    outcome.phases = {{core::Phase::connect, core::Duration(1)}};
    outcome.facts["certificate/not_after"] = std::int64_t{1};
    metrics.probe_finished(probe.id, outcome, core::Duration(1), now);
    metrics.config_reloaded(true, now);
    metrics.watchdog_kicked(now);

    core::Report report;
    auto& plane = report.planes.emplace_back();
    plane.role = core::Role::active;
    plane.evidence[0].configured = true;
    plane.detector.observed = core::Duration(2);
    plane.detector.mistakes = 1;
    report.signals.emplace_back();
    report.gates.emplace_back();
    report.standby.checks.emplace_back();
    report.standby.lag_bytes = 1;
    report.control_planes["c1"].exchanged = core::Instant();
    MetricsInput input;
    input.notifications["r"].oldest_queued_at = now;
    input.heartbeat.emplace().last_success_at = now;
    input.runs = testing::report_of_parked_run();
    input.runs->hold.emplace();
    return names_after(metrics.render(report, input), "# HELP ");
}

TEST(ShippedFiles, TheUnitIsWhatSystemdUnderstands)
{
    // systemd wants the programs it starts to be there; ours is not installed while it is tested.
    auto unit = text_of(source / "systemd/understudy.service");
    const std::string program = "/usr/bin/understudy";
    ASSERT_THAT(unit, HasSubstr("ExecStart=" + program + " run"));
    for (auto at = unit.find(program); at != std::string::npos; at = unit.find(program))
        unit.replace(at, program.size(), "/bin/true");
    const TempFolder folder;
    const auto path = folder.path() / "understudy.service";
    std::ofstream(path) << unit;

    const auto verified = run("systemd-analyze verify --man=no " + path.string());
    EXPECT_EQ(verified.code, 0);
    EXPECT_EQ(verified.output, "");

    const auto exposure =
        run("systemd-analyze security --offline=true --threshold=15 --no-pager " + path.string());
    EXPECT_EQ(exposure.code, 0) << exposure.output;
    EXPECT_THAT(exposure.output, HasSubstr("Overall exposure level"));
}

TEST(ShippedFiles, TheUnitKeepsWhatTheDaemonReliesOn)
{
    const auto unit = text_of(source / "systemd/understudy.service");
    for (const char* line :
         {"Type=notify\n", "NotifyAccess=main\n", "WatchdogSec=10s\n", "Restart=on-failure\n",
          "RestartPreventExitStatus=78\n", "User=understudy\n", "StateDirectoryMode=0700\n",
          "RuntimeDirectoryMode=0750\n", "LimitCORE=0\n"})
        EXPECT_THAT(unit, HasSubstr(std::string("\n") + line));
    EXPECT_EQ(unit.find("\nPrivateUsers="), std::string::npos)
        << "in a user namespace the admin socket sees nobody's real id";
    EXPECT_EQ(unit.find("\nExecStartPre="), std::string::npos)
        << "RestartPreventExitStatus= does not look at its status: it would be tried again";
    EXPECT_LT(
        unit.find("ExecReload=/usr/bin/understudy check-config"),
        unit.find("ExecReload=/bin/kill"));
}

TEST(ShippedFiles, TheUserAndTheFoldersCanBeMade)
{
    const auto users =
        run("systemd-sysusers --dry-run " + (source / "systemd/understudy.sysusers").string());
    EXPECT_EQ(users.code, 0) << users.output;
    const auto folders = text_of(source / "systemd/understudy.tmpfiles");
    EXPECT_THAT(folders, HasSubstr("/etc/understudy/secrets   0750 root understudy"));
}

TEST(ShippedFiles, PrometheusTakesTheRulesAndTheirTestsPass)
{
    const auto folder = source / "config/prometheus";
    const auto checked = run("promtool check rules " + (folder / "understudy.rules.yml").string());
    EXPECT_EQ(checked.code, 0) << checked.output;
    const auto tested = run("promtool test rules " + (folder / "understudy.tests.yml").string());
    EXPECT_EQ(tested.code, 0) << tested.output;
}

TEST(ShippedFiles, EveryAlertHasATestThatItFiresAndARowInTheDocument)
{
    const auto folder = source / "config/prometheus";
    const auto alerts = names_after(text_of(folder / "understudy.rules.yml"), "- alert: ");
    EXPECT_GE(alerts.size(), 20U);
    const auto tests = text_of(folder / "understudy.tests.yml");
    const auto document = text_of(source / "docs/alerts.md");
    for (const auto& alert : alerts) {
        EXPECT_THAT(tests, HasSubstr("labels: 'ALERTS{alertname=\"" + alert + "\""))
            << "never fires";
        EXPECT_THAT(document, HasSubstr("| `" + alert + "` |"));
    }
    EXPECT_THAT(
        without(without(words(document, "Understudy"), alerts), alerts_of_the_daemon()), IsEmpty());
}

TEST(ShippedFiles, WhatTheExecutorRaisesIsInTheDocumentAndInTheRunbook)
{
    const auto alerts = text_of(source / "docs/alerts.md");
    const auto runbook = text_of(source / "docs/runbook.md");
    const auto raised = words(text_of(source / "core/runs_alerts.cpp"), "Understudy");
    EXPECT_GE(raised.size(), 11U);
    for (const auto& alert : without(raised, {"Understudy"})) {
        EXPECT_THAT(alerts, HasSubstr("| `" + alert + "` |"));
        EXPECT_THAT(runbook, HasSubstr("\n## " + alert + "\n"));
    }
}

TEST(ShippedFiles, EveryMetricIsInTheDocumentAndTheOtherWayRound)
{
    const auto families = exported_families();
    const auto documented = words(text_of(source / "docs/metrics.md"), "understudy_");
    EXPECT_THAT(without(families, documented), IsEmpty()) << "exported, not in docs/metrics.md";
    auto series = families;
    for (const char* suffix : {"_sum", "_count"})
        series.insert(std::string("understudy_detector_mistake_duration_seconds") + suffix);
    EXPECT_THAT(without(documented, series), IsEmpty()) << "in docs/metrics.md, not exported";
}

TEST(ShippedFiles, TheRulesReadOnlyWhatIsExported)
{
    auto known = exported_families();
    for (const char* suffix : {"_bucket", "_count"})
        known.insert(std::string("understudy_scheduler_lag_seconds") + suffix);
    const auto used =
        words(text_of(source / "config/prometheus/understudy.rules.yml"), "understudy_");
    EXPECT_THAT(without(used, known), IsEmpty());
}

}  // namespace
}  // namespace understudy
