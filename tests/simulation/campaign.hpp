/// Many seeds, one after the other, and what they were like together.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include "profile.hpp"

namespace understudy::simulation {

struct Campaign {
    std::uint64_t from = 1;
    std::uint64_t seeds = 1000;
    std::optional<ProfileRow> profile;  ///< Empty: each seed's own.
    bool prints_hashes = false;         ///< And nothing but them and violations.
    std::string progress;  ///< A file to go on from after an interruption; empty: none.
};

/// From so many seeds on, with mixed profiles, a state that is never reached is a failure.
inline constexpr std::uint64_t seeds_that_reach_everything = 20'000;

/// Returns the exit status: 1 for a violation, or a state that was not reached and should be.
int run_campaign(const Campaign& campaign, std::ostream& out);

/// Seeds that once failed, one a line: `SEED [PROFILE]`, and after # what it was about.
int run_regress(const std::string& file, std::ostream& out);

}  // namespace understudy::simulation
