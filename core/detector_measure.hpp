/// What the detector was worth so far: the quality of service of a failure detector, after Chen,
/// Toueg and Aguilera (2002), as far as one that watches can measure it by itself.
///
///     T_D   detection time: from the first failed outcome of the API to the verdict `failed`
///     T_MR  mistake recurrence time: `observed` for each mistake
///     T_M   mistake duration: `mistaken` for each mistake
///     P_A   query accuracy probability: 1 - mistaken / observed, which is 1 - E(T_M) / E(T_MR)
///
/// A *mistake* is a suspicion that ended without `failed`: the verdict on the active plane became
/// `suspect`, and then `healthy` or `degraded` again. One during which somebody was seen to work on
/// the plane (`maintenance`) is none.
///
/// What that cannot see: an outage too short to be confirmed is counted as a mistake, although the
/// plane was away; a `failed` that was wrong is counted as a detection, because whether the plane
/// served is just what nobody here knows better. So mistakes are an upper bound of the wrong
/// suspicions, and say nothing of wrong failovers. Nor does T_D hold the time until the first run
/// of a probe met the fault.
#pragma once

#include "core/time.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::core {

struct Detections {
    std::uint64_t count = 0;
    Duration total{};
    Duration longest{};

    bool operator==(const Detections&) const = default;
};

/// Of one plane, for as long as it was the active one.
struct DetectorFigures {
    WallTime since{};     ///< When the counting began; 1970: it has not.
    Duration observed{};  ///< In which the plane was trusted, or suspected by mistake.
    Duration mistaken{};  ///< The part of it in which it was suspected.
    std::uint64_t mistakes = 0;
    Detections dead;         ///< T_D of `failed` of the kind dead.
    Detections unreachable;  ///< The same of the kind unreachable.

    /// T_MR and T_M; empty while there was no mistake.
    std::optional<Duration> mistake_recurrence() const;
    std::optional<Duration> mistake_duration() const;
    /// P_A; empty while nothing was observed.
    std::optional<double> accuracy() const;
    /// When there was no mistake, 95 of 100 such detectors make one less often than this (the rule
    /// of three); empty otherwise.
    std::optional<Duration> recurrence_bound() const;

    bool operator==(const DetectorFigures&) const = default;
};

/// Fed with each verdict on the active plane:
///
///     trusted --suspect--> suspected --failed--> confirmed --healthy, degraded--> trusted
///        ^                     |                     ^
///        +--healthy, degraded--+   trusted --failed--+
///              (a mistake)
///
/// `unknown` holds the state, and its time counts for nothing: we gave no answer.
class DetectorMeasure {
public:
    /// `onset` is that of the present suspicion; without one (a stall of ours has taken it away) a
    /// detection is not measured.
    void observe(const Judgement& judgement, std::optional<Instant> onset, Now now);
    /// From here to the next verdict no time counts: we stood still.
    void pause() { counting_from_.reset(); }
    /// The service moved away: how its suspicion would have ended will never be known.
    void abandon();

    const DetectorFigures& figures() const noexcept { return figures_; }

    /// For the durable memory: at once after a mistake or a detection, else every ten minutes,
    /// which is what a restart may lose of the time observed.
    std::optional<std::string> take_unsaved(Instant now);
    /// Goes on from what an earlier process saved; false when that is damaged.
    bool recall(std::string_view saved);

private:
    enum class State : std::uint8_t { trusted, suspected, confirmed };
    void count_time(Now now);
    void trust();
    void suspect(bool maintenance);
    void confirm(FailureKind kind, std::optional<Instant> onset, Instant now);

    DetectorFigures figures_;
    State state_ = State::trusted;
    std::optional<Instant> counting_from_;  ///< Empty while the verdict is unknown.
    Duration suspected_for_{};
    bool excused_ = false;  ///< Maintenance was seen during this suspicion.
    DetectorFigures saved_;
    std::optional<Instant> saved_at_;
};

}  // namespace understudy::core
