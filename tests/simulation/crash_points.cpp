#include "crash_points.hpp"

#include <algorithm>

#include "simulation.hpp"
#include "trace.hpp"

namespace understudy::simulation {

using namespace std::chrono_literals;

namespace {

std::size_t kind_named(std::string_view name)
{
    const auto kinds = fault_kinds();
    const auto found = std::ranges::find(kinds, name, &FaultKind::name);
    return static_cast<std::size_t>(found - kinds.begin());
}

/// One plane dies for good, and nothing else ever happens.
Options one_failover(core::Variant variant)
{
    Options options;
    options.profile = profile_named("outage");
    options.length = 40min;
    Choices choices;
    choices.variant = variant;
    options.choices = choices;
    Fault death;
    death.kind = kind_named("writers-crash");
    death.begins = beginning + 3min;
    death.ends = beginning + 24h;
    options.faults = std::vector{death};
    options.people_look = false;
    return options;
}

class CrashPoints {
public:
    explicit CrashPoints(core::Variant variant) : options_(one_failover(variant))
    {
        const auto clean = simulate(options_);
        goal_ = clean.end_state;
        report_.boundaries = clean.boundaries;
        compare(clean, 0, 0);
    }

    void try_at(std::uint64_t first, std::uint64_t second)
    {
        options_.crash_at = {first, second};
        ++report_.runs;
        compare(simulate(options_), first, second);
    }
    CrashReport take() { return std::move(report_); }
    std::uint64_t boundaries() const { return report_.boundaries; }

private:
    void compare(const Result& result, std::uint64_t first, std::uint64_t second)
    {
        const auto where = "killed at boundary " + std::to_string(first) +
                           (second > 0 ? " and " + std::to_string(second) : "") + " (" +
                           std::string(result.died) + ")";
        for (const auto& violation : result.violations)
            report_.failures.push_back(where + ": " + violation.invariant + ": " + violation.what);
        if (result.end_state != goal_)
            report_.failures.push_back(
                where + ": the world is\n" + result.end_state + "and should be\n" + goal_);
    }

    Options options_;
    std::string goal_;
    CrashReport report_;
};

}  // namespace

CrashReport try_crash_points(core::Variant variant, bool pairs)
{
    CrashPoints points(variant);
    // Crashes make a run longer, so there are more boundaries after the first than in a clean one;
    // those that only ever come after a crash are the second's.
    for (std::uint64_t first = 1; first <= points.boundaries(); ++first) {
        points.try_at(first, 0);
        for (auto second = first + 1; pairs && second <= points.boundaries(); ++second)
            points.try_at(first, second);
    }
    return points.take();
}

}  // namespace understudy::simulation
