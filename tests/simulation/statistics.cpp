#include "statistics.hpp"

#include <algorithm>

namespace understudy::simulation {

namespace {

constexpr std::array<std::string_view, sometimes_count> names{
    "a run is done",
    "a run ends degraded",
    "a run is undone",
    "a run is aborted",
    "a request expires",
    "a run parks",
    "a run is held",
    "a run is resumed or approved",
    "a fence is confirmed",
    "a fence is passed over",
    "a promotion is tried again",
    "an effect is refused because its object has changed",
    "an effect is unknown though it was stored",
    "an effect is unknown and was not stored",
    "an effect lands after its sender died",
    "a sender is killed by its timer",
    "a process goes on with a run that it finds",
    "an obligation is paid",
    "an obligation becomes void",
    "the journal is found damaged",
    "the journal cannot be written",
    "the observer is blind",
    "control planes contradict",
    "GitOps puts back what was changed",
    "a copy's or a newer record parks a run",
};

template <class Values>
void add_each(Values& to, const Values& from)
{
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] += from[i];
}

}  // namespace

std::string_view name_of(Sometimes state) noexcept
{
    return names[static_cast<std::size_t>(state)];
}

void Statistics::add(const Statistics& other)
{
    scenarios += other.scenarios;
    events += other.events;
    probes += other.probes;
    effects += other.effects;
    crashes += other.crashes;
    watched += other.watched;
    runs += other.runs;
    automatic_runs += other.automatic_runs;
    outages += other.outages;
    missed += other.missed;
    false_votes += other.false_votes;
    false_failovers += other.false_failovers;
    overlaps_under_waiver += other.overlaps_under_waiver;
    overlaps_by_others += other.overlaps_by_others;
    add_each(faults, other.faults);
    add_each(reached, other.reached);
    detected_ms.insert(detected_ms.end(), other.detected_ms.begin(), other.detected_ms.end());
}

std::uint32_t percentile(std::vector<std::uint32_t> values, int per_mille)
{
    if (values.empty())
        return 0;
    const auto rank = (values.size() - 1) * static_cast<std::size_t>(per_mille) / 1000;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(values, at);
    return *at;
}

}  // namespace understudy::simulation
