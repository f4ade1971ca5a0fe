/// How far a long campaign is, kept in a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "statistics.hpp"

namespace understudy::simulation {

struct Progress {
    std::uint64_t next = 1;      ///< The first seed that is still to come.
    std::uint64_t violated = 0;  ///< Seeds.
    Statistics statistics;
};

/// Empty: there is no such file, or it is damaged.
std::optional<Progress> read_progress(const std::string& file);
/// The file is there as a whole or as it was before.
void write_progress(const std::string& file, const Progress& progress);

}  // namespace understudy::simulation
