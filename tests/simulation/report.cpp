#include "report.hpp"

#include <iomanip>
#include <ostream>

#include "trace.hpp"

namespace understudy::simulation {

namespace {

constexpr double hours_of_a_year = 365.25 * 24;

double years_of(core::Duration duration)
{
    return std::chrono::duration<double, std::ratio<3600>>(duration).count() / hours_of_a_year;
}

double seconds_of(core::Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

std::int64_t seconds_after_beginning(core::Instant at)
{
    return std::chrono::duration_cast<std::chrono::seconds>(at - beginning).count();
}

/// So many events in so many years: the rate, and with none the bound that the rule of three gives
/// with a confidence of 95 %.
void print_rate(std::ostream& out, std::string_view what, std::uint64_t count, double years)
{
    out << what << ": " << count;
    if (years > 0 && count == 0)
        out << " (less than " << 3 / years << " per observer-year, 95 %)";
    else if (years > 0)
        out << " (" << static_cast<double>(count) / years << " per observer-year)";
    out << "\n";
}

void print_detection(std::ostream& out, const Statistics& statistics)
{
    const auto& times = statistics.detected;
    out << "detection (s): " << times.count() << " outages";
    for (const auto& [name, per_mille] :
         {std::pair<const char*, std::uint64_t>{"p50", 500},
          {"p95", 950},
          {"p99", 990},
          {"max", 1000}})
        out << ", " << name << " " << seconds_of(times.percentile(per_mille));
    out << "\n";
}

void print_faults(std::ostream& out, const Statistics& statistics)
{
    out << "faults by kind:\n";
    const auto kinds = fault_kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (statistics.faults[i] > 0)
            out << std::setw(10) << statistics.faults[i] << "  " << kinds[i].name << "\n";
    }
}

void print_sometimes(std::ostream& out, const Statistics& statistics)
{
    out << "states that were reached:\n";
    for (std::size_t i = 0; i < sometimes_count; ++i)
        out << std::setw(10) << statistics.reached[i] << "  " << name_of(static_cast<Sometimes>(i))
            << "\n";
}

}  // namespace

void print_violations(std::ostream& out, const Result& result)
{
    for (const auto& violation : result.violations)
        out << "seed " << result.seed << " (" << result.profile.name << ") at "
            << seconds_after_beginning(violation.at) << " s: " << violation.invariant << ": "
            << violation.what << "\n";
}

void print_statistics(std::ostream& out, const Statistics& statistics)
{
    const auto years = years_of(statistics.watched);
    out << std::fixed << std::setprecision(4);
    out << "scenarios: " << statistics.scenarios << ", " << years << " simulated years, "
        << statistics.events << " events, " << statistics.probes << " probes, "
        << statistics.effects << " effects, " << statistics.crashes << " crashes\n";
    out << "runs: " << statistics.runs << ", of them automatic " << statistics.automatic_runs
        << "\n";
    print_rate(out, "false votes", statistics.false_votes, years);
    print_rate(out, "false failovers", statistics.false_failovers, years);
    out << "lone outages: " << statistics.outages << ", missed: " << statistics.missed << "\n";
    out << "both planes active: " << statistics.overlaps_under_waiver
        << " times under a human's waiver, " << statistics.overlaps_by_others
        << " times because somebody else started the old plane again\n";
    print_detection(out, statistics);
    print_faults(out, statistics);
    print_sometimes(out, statistics);
}

void print_story(std::ostream& out, const Result& result)
{
    out << "seed " << result.seed << ", profile " << result.profile.name << "\n";
    for (const auto& fault : result.faults)
        out << "  drawn: " << fault_kinds()[fault.kind].name << " of " << fault.where << ", "
            << seconds_after_beginning(fault.begins) << " s to "
            << seconds_after_beginning(fault.ends) << " s, strength " << fault.strength << "\n";
    out << result.story;
}

}  // namespace understudy::simulation
