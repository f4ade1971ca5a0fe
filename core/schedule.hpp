/// When each probe runs: at a fixed rate on absolute deadlines, never twice at once, never catching
/// up.
#pragma once

#include "core/settings.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

/// The share of its interval by which a probe is offset: stable over restarts and reloads,
/// different for different ids, so that probes neither start together nor change places.
Duration phase_of(const std::string& id, Duration interval) noexcept;

/// The first of a probe's regular moments after `after`.
Instant slot_after(const std::string& id, Duration interval, Instant after) noexcept;

/// One due probe.
struct Due {
    std::string id;
    Instant due;  ///< When it should have started; the difference to now is the scheduler's lag.
};

class Schedule {
public:
    /// Starts (or changes) a probe. One that is known and keeps its interval keeps its next
    /// deadline.
    void add(const ProbeSettings& probe, Instant now);
    void remove(const std::string& id);

    /// A run of this probe is already under way (of an earlier life of it): wait for its end.
    void hold_until_finished(const std::string& id);

    /// Takes all probes that are due at `now` and marks them as running. A probe that is still
    /// running at its deadline is skipped and counted as an overrun; missed deadlines are never
    /// made up for.
    std::vector<Due> take_due(Instant now);
    void finished(const std::string& id, Instant now);

    /// Probes that are of one target: run at once, then at their burst interval, until calmed.
    void burst(const std::string& target, Instant now);
    void calm(const std::string& target, Instant now);
    bool is_bursting(const std::string& target) const;

    std::optional<Instant> next_due() const;
    std::uint64_t overruns(const std::string& id) const;
    int running() const;

private:
    struct Entry {
        ProbeSettings probe;
        Instant next;
        bool running = false;
        bool bursting = false;
        std::uint64_t overruns = 0;
    };
    static Instant next_slot(const Entry& entry, Instant after);

    std::map<std::string, Entry> entries_;
    /// Asked for several times between two changes; empty: to be looked for.
    mutable std::optional<Instant> earliest_;
};

}  // namespace understudy::core
