/// What happened, as a number for comparing and as a story for people.
#pragma once

#include "core/time.hpp"

#include <string>
#include <string_view>

#include "event_queue.hpp"
#include "random.hpp"

namespace understudy::simulation {

class Trace {
public:
    explicit Trace(bool tells) : tells_(tells) {}

    void note(const Event& event) noexcept
    {
        mix(static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
        mix(static_cast<std::uint64_t>(event.kind) << 32U | event.subject);
    }
    /// Part of the hash, and a line of the story.
    void say(core::Instant now, std::string_view who, std::string_view what)
    {
        hash_ = fnv1a(what, hash_);
        if (tells_)
            tell(now, who, what);
    }
    bool tells() const noexcept { return tells_; }
    std::uint64_t hash() const noexcept { return hash_; }
    const std::string& story() const noexcept { return story_; }

private:
    void mix(std::uint64_t value) noexcept { hash_ = (hash_ ^ value) * 0x100000001b3ULL; }
    void tell(core::Instant now, std::string_view who, std::string_view what);

    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
    bool tells_;
    std::string story_;
};

/// Every simulation begins at this true time, far enough from zero to look back from.
inline constexpr core::Instant beginning{std::chrono::hours(1000)};

}  // namespace understudy::simulation
