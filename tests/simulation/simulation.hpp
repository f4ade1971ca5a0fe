/// One scenario, from its seed to its verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "faults.hpp"
#include "oracle.hpp"
#include "pair_settings.hpp"
#include "profile.hpp"
#include "statistics.hpp"

namespace understudy::simulation {

/// Boundaries at which the process dies, counted from 1; 0: nowhere.
using CrashPair = std::pair<std::uint64_t, std::uint64_t>;

struct Options {
    std::uint64_t seed = 1;
    std::optional<ProfileRow> profile;  ///< Empty: the seed's own.
    bool tells = false;                 ///< Writes the story.
    std::set<std::size_t> left_out;     ///< Kinds of faults that do not happen: for shrinking.
    std::optional<core::Duration> length;
    std::optional<Choices> choices;            ///< Empty: the seed's own.
    std::optional<std::vector<Fault>> faults;  ///< Empty: the seed's own.
    bool people_look = true;                   ///< Operators do what runs ask them for.
    CrashPair crash_at{};
    bool ends_with_run = false;  ///< What comes long after a run's end is of no interest.
};

struct Result {
    std::uint64_t seed = 0;
    ProfileRow profile{};
    std::vector<Violation> violations;
    Statistics statistics;
    std::uint64_t hash = 0;
    std::string story;
    std::vector<Fault> faults;
    std::string end_state;         ///< What the world has become, without when and how often.
    std::uint64_t boundaries = 0;  ///< That were passed.
    std::string_view died;         ///< At which of the planned ones; empty: at none.
};

Result simulate(const Options& options);

}  // namespace understudy::simulation
