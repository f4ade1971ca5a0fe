#include "crash_points.hpp"

#include <algorithm>

#include "parallel.hpp"

namespace understudy::simulation {

using namespace std::chrono_literals;

namespace {

std::size_t kind_named(std::string_view name)
{
    const auto kinds = fault_kinds();
    const auto found = std::ranges::find(kinds, name, &FaultKind::name);
    return static_cast<std::size_t>(found - kinds.begin());
}

std::vector<CrashPair> all_crashes(std::uint64_t boundaries, bool pairs)
{
    std::vector<CrashPair> crashes;
    // Crashes make a run longer, so there are more boundaries after the first than in a clean one;
    // those that only ever come after a crash are the second's.
    for (std::uint64_t first = 1; first <= boundaries; ++first) {
        crashes.emplace_back(first, 0);
        for (auto second = first + 1; pairs && second <= boundaries; ++second)
            crashes.emplace_back(first, second);
    }
    return crashes;
}

std::vector<std::string> faults_of(const Result& result, CrashPair at, const std::string& goal)
{
    const auto where = "killed at boundary " + std::to_string(at.first) +
                       (at.second > 0 ? " and " + std::to_string(at.second) : "") +
                       (result.died.empty() ? "" : " (" + std::string(result.died) + ")");
    std::vector<std::string> faults;
    for (const auto& violation : result.violations)
        faults.push_back(where + ": " + violation.invariant + ": " + violation.what);
    if (result.end_state != goal)
        faults.push_back(where + ": the world is\n" + result.end_state + "and should be\n" + goal);
    return faults;
}

}  // namespace

Options one_failover(core::Variant variant, CrashPair crash_at)
{
    Options options;
    options.profile = profile_named("outage");
    options.length = 40min;
    options.ends_with_run = true;
    Choices choices;
    choices.variant = variant;
    options.choices = choices;
    Fault death;
    death.kind = kind_named("writers-crash");
    death.begins = beginning + 3min;
    death.ends = beginning + 24h;
    options.faults = std::vector{death};
    options.people_look = false;
    options.crash_at = crash_at;
    return options;
}

CrashReport try_crash_points(core::Variant variant, bool pairs)
{
    const auto clean = simulate(one_failover(variant));
    const auto crashes = all_crashes(clean.boundaries, pairs);
    CrashReport report{clean.boundaries, crashes.size(), faults_of(clean, {}, clean.end_state)};
    const auto found = in_parallel(crashes.size(), [&](std::size_t i) {
        return faults_of(simulate(one_failover(variant, crashes[i])), crashes[i], clean.end_state);
    });
    for (const auto& faults : found)
        report.failures.insert(report.failures.end(), faults.begin(), faults.end());
    return report;
}

}  // namespace understudy::simulation
