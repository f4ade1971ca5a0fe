/// What the active plane was last seen to hold while it was healthy: what the plane that takes over
/// is held against. What was never told is not there, and is never guessed.
#pragma once

#include "core/knowledge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

struct LastSeen {
    // What the operator's statement told of its database; empty: nothing.
    std::string organization;
    std::string clusters;  ///< Their number.
    std::string schema_version;
    /// As the plane's API lists them.
    std::optional<std::vector<std::string>> cluster_names;
    std::optional<WallTime> at;  ///< Of what is the oldest of it.

    bool operator==(const LastSeen&) const = default;
};

/// Copies of the facts of a healthy active plane that are kept as last seen: `content/...` and
/// `clusters/names`, below `healthy/`. They are told with their time again and again, because it
/// counts how old the last one was.
void add_seen_healthy(Facts& facts);

/// What is remembered of that plane.
LastSeen last_seen_of(const Knowledge& knowledge, std::string_view plane);

/// One line for people.
std::string in_words(const LastSeen& seen);

}  // namespace understudy::core
