#include "progress.hpp"

#include <cstdio>
#include <fstream>

namespace understudy::simulation {

namespace {

/// Calls `each` with every number that is kept, in the order of the file.
template <class Kept, class Each>
void for_each_number(Kept& kept, Each each)
{
    auto& s = kept.statistics;
    each(kept.next), each(kept.violated), each(s.scenarios), each(s.events), each(s.probes);
    each(s.effects), each(s.crashes), each(s.runs), each(s.automatic_runs), each(s.outages);
    each(s.missed), each(s.false_votes), each(s.false_failovers);
    each(s.overlaps_under_waiver), each(s.overlaps_by_others);
    for (auto& count : s.faults)
        each(count);
    for (auto& count : s.reached)
        each(count);
    for (auto& count : s.detected.counts)
        each(count);
}

}  // namespace

std::optional<Progress> read_progress(const std::string& file)
{
    std::ifstream in(file);
    Progress progress;
    std::int64_t watched = 0;
    if (!(in >> watched))
        return std::nullopt;
    progress.statistics.watched = core::Duration(watched);
    for_each_number(progress, [&in](auto& number) { in >> number; });
    return in ? std::optional(std::move(progress)) : std::nullopt;
}

void write_progress(const std::string& file, const Progress& progress)
{
    const auto fresh = file + ".new";
    std::ofstream out(fresh);
    out << progress.statistics.watched.count() << "\n";
    for_each_number(progress, [&out](const auto& number) { out << number << "\n"; });
    out.close();
    std::rename(fresh.c_str(), file.c_str());
}

}  // namespace understudy::simulation
