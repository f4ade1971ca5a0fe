#include "net/phase_clock.hpp"

#include <algorithm>

namespace understudy::net {

PhaseClock::PhaseClock(core::Phase first) : phase_(first), since_(std::chrono::steady_clock::now())
{}

void PhaseClock::enter(core::Phase next)
{
    book();
    phase_ = next;
}

std::vector<core::PhaseTime> PhaseClock::phases()
{
    book();
    return booked_;
}

void PhaseClock::book()
{
    const auto now = std::chrono::steady_clock::now();
    const core::Duration took = now - since_;
    since_ = now;

    const auto place = std::ranges::lower_bound(booked_, phase_, {}, &core::PhaseTime::phase);
    if (place != booked_.end() && place->phase == phase_)
        place->took += took;
    else
        booked_.insert(place, core::PhaseTime{phase_, took});
}

core::Duration total_of(const std::vector<core::PhaseTime>& phases)
{
    core::Duration total{};
    for (const auto& phase : phases)
        total += phase.took;
    return total;
}

}  // namespace understudy::net
