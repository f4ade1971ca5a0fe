/// The time that is left for an operation made of several waits.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace understudy::net {

/// Starts to run when it is made. Copies share the same end.
class Budget {
public:
    explicit Budget(core::Duration total) : ends_(std::chrono::steady_clock::now() + total) {}

    /// Never negative.
    core::Duration remaining() const
    {
        const core::Duration left = ends_ - std::chrono::steady_clock::now();
        return std::max(left, core::Duration::zero());
    }

    /// What one of `among` attempts may use, so that a silent first one leaves time for the others.
    core::Duration share(std::size_t among) const
    {
        return remaining() / static_cast<core::Duration::rep>(std::max<std::size_t>(among, 1));
    }

private:
    std::chrono::steady_clock::time_point ends_;
};

}  // namespace understudy::net
