#include "statistics.hpp"

#include <algorithm>
#include <numeric>

namespace understudy::simulation {

namespace {

constexpr std::array<std::string_view, sometimes_count> state_names{
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
    return state_names[static_cast<std::size_t>(state)];
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
    detected.add(other.detected);
}

void DetectionTimes::add(core::Duration time)
{
    const auto slot = static_cast<std::size_t>(std::max(time, core::Duration::zero()) / resolution);
    ++counts[std::min(slot, slots - 1)];
}

void DetectionTimes::add(const DetectionTimes& others) { add_each(counts, others.counts); }

std::uint64_t DetectionTimes::count() const
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

core::Duration DetectionTimes::percentile(std::uint64_t per_mille) const
{
    const auto wanted = (count() * per_mille + 999) / 1000;
    std::uint64_t seen = 0;
    for (std::size_t slot = 0; slot < slots && wanted > 0; ++slot) {
        seen += counts[slot];
        if (seen >= wanted)
            return resolution * (slot + 1);
    }
    return {};
}

}  // namespace understudy::simulation
