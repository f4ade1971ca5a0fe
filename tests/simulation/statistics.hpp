/// What a scenario, and what many of them, were like.
#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::simulation {

/// States that have to be reached now and then, or the simulation proves less than it seems to.
enum class Sometimes : std::uint8_t {
    run_done,
    run_degraded,
    run_undone,
    run_aborted,
    run_expired,
    run_parked,
    run_held,
    run_resumed,
    fence_confirmed,
    fence_passed_over,
    promotion_repeated,
    effect_refused_as_stale,
    effect_unknown_though_stored,
    effect_unknown_and_not_stored,
    effect_landed_after_its_sender_died,
    sender_killed_by_its_timer,
    process_resumed_a_run,
    obligation_paid,
    obligation_void,
    journal_found_bad,
    journal_write_failed,
    observer_blind,
    clients_contradicted,
    put_back_seen,
    foreign_record_parked,
};
inline constexpr std::size_t sometimes_count = 25;
std::string_view name_of(Sometimes state) noexcept;

/// A histogram, so that it takes the same room however many there are.
class DetectionTimes {
public:
    void add(core::Duration time);
    void add(const DetectionTimes& others);
    std::uint64_t count() const;
    /// The time within which that share of them lies, to a tenth of a second; zero: there is none.
    core::Duration percentile(std::uint64_t per_mille) const;

    static constexpr core::Duration resolution = std::chrono::milliseconds(100);
    static constexpr std::size_t slots = 6000;  ///< The last one is for all that took longer.
    std::vector<std::uint32_t> counts = std::vector<std::uint32_t>(slots);
};

struct Statistics {
    std::uint64_t scenarios = 0;
    std::uint64_t events = 0;
    std::uint64_t probes = 0;
    std::uint64_t effects = 0;
    std::uint64_t crashes = 0;
    core::Duration watched{};                ///< By the first bastion, awake.
    std::array<std::uint64_t, 80> faults{};  ///< By kind.
    std::uint64_t runs = 0;
    std::uint64_t automatic_runs = 0;
    std::uint64_t outages = 0;  ///< That a run had to answer.
    std::uint64_t missed = 0;
    std::uint64_t false_votes = 0;  ///< `failed` of a plane that served.
    std::uint64_t false_failovers = 0;
    std::uint64_t overlaps_under_waiver = 0;
    std::uint64_t overlaps_by_others = 0;
    DetectionTimes detected;  ///< From the outage to the verdict.
    std::array<std::uint64_t, sometimes_count> reached{};

    void reach(Sometimes state) { ++reached[static_cast<std::size_t>(state)]; }
    void add(const Statistics& other);
};

}  // namespace understudy::simulation
