/// What was last seen of each plane: facts with their time, remembered across restarts.
#pragma once

#include "core/facts.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace understudy::core {

struct SeenFact {
    FactValue value;
    WallTime wall;              ///< When it was seen, for people and across restarts.
    std::optional<Instant> at;  ///< When it was seen in this process; empty: recalled from before.
};

/// The fact's value, when it was seen and is of that type. A view of a text holds until it is seen
/// again.
template <class T>
std::optional<T> value_of(const SeenFact* seen)
{
    using Held = std::conditional_t<std::is_same_v<T, std::string_view>, std::string, T>;
    if (seen == nullptr)
        return std::nullopt;
    if (const auto* value = std::get_if<Held>(&seen->value))
        return *value;
    return std::nullopt;
}

/// All facts of one plane or control plane.
using FactsByName = std::map<std::string, SeenFact, std::less<>>;
/// Null: it was never seen.
const SeenFact* find_seen(const FactsByName& facts, std::string_view fact);
/// Those of them whose names begin so.
std::ranges::subrange<FactsByName::const_iterator> beginning_with(
    const FactsByName& facts, std::string_view prefix);

/// Durable key and value, as the store keeps them.
using MemoryEntry = std::pair<std::string, std::string>;

/// Facts by plane (or control plane) and name. What changed is handed out to be made durable: slow
/// facts when they change, fast ones (replication positions) every `fast_every` while they are
/// seen, because it counts how old the last one was.
class Knowledge {
public:
    explicit Knowledge(Duration fast_every = 10s) : fast_every_(fast_every) {}

    /// Whether anything is new but what moves all the time.
    bool learn(const std::string& target, const Facts& facts, Now now);
    /// Entries that became due for the store since the last call.
    std::vector<MemoryEntry> take_unsaved();
    /// What is known of `target` stays known, but counts as if an earlier process had seen it,
    /// until it is seen again: used when the probes that saw it were changed.
    void age(std::string_view target);
    /// Feeds one stored entry back; false when it is not one of ours or is damaged.
    bool recall(std::string_view key, std::string_view value);

    /// Another number whenever anything is known anew or otherwise, but what moves all the time:
    /// what rests on the rest alone need not be looked at again before.
    std::uint64_t revision() const noexcept { return revision_; }

    const SeenFact* find(std::string_view target, std::string_view fact) const;
    template <class T>
    std::optional<T> value(std::string_view target, std::string_view fact) const
    {
        return value_of<T>(find(target, fact));
    }
    const FactsByName& of(std::string_view target) const;

private:
    bool is_due_for_store(
        const std::string& key, std::string_view fact, const FactValue& value, Instant now) const;

    struct Saved {
        FactValue value;
        Instant at;
    };
    std::map<std::string, FactsByName, std::less<>> facts_;
    std::map<std::string, Saved, std::less<>> saved_;
    std::vector<MemoryEntry> unsaved_;
    std::uint64_t revision_ = 1;
    Duration fast_every_;
};

/// `TYPE|UNIX_MILLISECONDS|VALUE`, e.g. `i|1790000000000|42`; and back.
std::string encode(const SeenFact& fact);
std::optional<SeenFact> decode_fact(std::string_view text);

}  // namespace understudy::core
