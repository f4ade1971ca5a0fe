/// What may be lost when a standby takes over whose data or keys are not what they should be: the
/// most that a named human accepts. Nothing accepts it by itself.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// Part of the plan, and so of its hash: who names the hash has seen this.
struct Loss {
    /// The standby's closed gates that a human may pass over, in the judge's order.
    std::vector<std::string> gates;
    /// Bytes of WAL that the standby lacks by what was last seen of the active, rounded up to a
    /// power of two, so that it does not change with every byte; empty: unknown.
    std::optional<std::uint64_t> bytes;
    /// When the standby last streamed, or was last restored; empty: unknown, or it streams.
    std::optional<WallTime> data_until;
    std::string keys;  ///< `SECRET differs`, separated by commas.

    bool empty() const noexcept { return gates.empty(); }
    bool operator==(const Loss&) const = default;
};

/// Is it a gate that a human may pass over? Those of the standby's data and keys, and no other: not
/// fencing, not roles, not whether it could be promoted at all.
bool may_be_accepted(std::string_view gate) noexcept;

/// Is one of the closed gates about the standby's data, and not only about its keys?
bool loses_data(const Loss& loss);

/// As the plan states it: small changes of a standby that is behind make no other plan.
std::uint64_t rounded_up(std::uint64_t bytes) noexcept;

/// Is `present` no more than what was accepted? What was accepted as unknown is not what is known
/// now, however small: whoever accepted it did not know that.
bool covers(const Loss& accepted, const Loss& present);

/// One line for people; empty when nothing is lost.
std::string in_words(const Loss& loss);

}  // namespace understudy::core
