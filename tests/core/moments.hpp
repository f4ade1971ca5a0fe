/// Time as tests write it: seconds after a beginning that is far enough from zero to go back from.
#pragma once

#include "core/outcome.hpp"
#include "core/time.hpp"

#include <string>
#include <utility>

namespace understudy::core::testing {

inline constexpr Instant beginning{std::chrono::hours(1000)};
inline constexpr WallTime wall_beginning{std::chrono::seconds(1'790'000'000)};

/// Both clocks, `passed` after the beginning.
inline Now moment(Duration passed)
{
    return {
        beginning + passed,
        wall_beginning + std::chrono::duration_cast<std::chrono::milliseconds>(passed)};
}

inline std::int64_t unix_seconds(Duration after_beginning)
{
    const auto wall = moment(after_beginning).wall.time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(wall).count();
}

inline Outcome with_facts(Outcome outcome, Facts facts)
{
    outcome.facts = std::move(facts);
    return outcome;
}

inline Outcome taking(Outcome outcome, Duration took)
{
    outcome.took = took;
    return outcome;
}

}  // namespace understudy::core::testing
