/// One scenario, from its seed to its verdict.
#pragma once

#include "faults.hpp"
#include "oracle.hpp"
#include "profile.hpp"
#include "statistics.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace understudy::simulation {

struct Options {
    std::uint64_t seed = 1;
    std::optional<ProfileRow> profile;  ///< Empty: the seed's own.
    bool tells = false;                 ///< Writes the story.
    std::set<std::size_t> left_out;     ///< Kinds of faults that do not happen: for shrinking.
    std::optional<core::Duration> length;
};

struct Result {
    std::uint64_t seed = 0;
    ProfileRow profile{};
    std::vector<Violation> violations;
    Statistics statistics;
    std::uint64_t hash = 0;
    std::string story;
    std::vector<Fault> faults;
};

Result simulate(const Options& options);

}  // namespace understudy::simulation
