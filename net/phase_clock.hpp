/// Which phase an exchange is in, and how long each one took.
#pragma once

#include "core/outcome.hpp"

#include <chrono>
#include <vector>

namespace understudy::net {

/// Always in exactly one phase, so that the phases add up to the whole. A phase that is entered
/// again (the second address of a name connects anew) goes on counting where it stopped.
class PhaseClock {
public:
    explicit PhaseClock(core::Phase first);

    core::Phase phase() const noexcept { return phase_; }
    void enter(core::Phase next);
    /// All phases so far, in the order of core::Phase; the current one up to now.
    std::vector<core::PhaseTime> phases();

private:
    void book();

    core::Phase phase_;
    std::chrono::steady_clock::time_point since_;
    std::vector<core::PhaseTime> booked_;
};

/// The sum of all phases.
core::Duration total_of(const std::vector<core::PhaseTime>& phases);

}  // namespace understudy::net
