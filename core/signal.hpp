/// The damped state of one probe.
#pragma once

#include "core/outcome.hpp"
#include "core/settings.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::core {

enum class SignalState : std::uint8_t { up, degraded, down, unknown };
std::string_view name_of(SignalState state) noexcept;

/// Turns outcomes into a state that does not flap:
///
///     unknown --ok--> up --share of the window--> degraded --clean window--> up
///        |             |                             |
///        +--`fall` consecutive failures, or a full window with too large a share--> down
///                                   down --`rise` consecutive successes--> degraded
///
/// `rise` successes end `down` whatever came before them: a target that serves again must not be
/// called down because of how long it was. The failures before are forgotten, and a full clean
/// window counts from there.
///
/// Inconclusive outcomes say nothing about the target: they neither fail nor clear it, and `fall`
/// of them in a row, or no conclusive outcome for `fresh_for`, make it unknown. From unknown it
/// starts anew: one failure does not bring back what was true long ago.
class Signal {
public:
    Signal(const Damping& damping, Duration fresh_for) : damping_(damping), fresh_for_(fresh_for) {}

    void observe(const Outcome& outcome, Instant now);
    /// Forgets what was counted, keeps the last settled state until new outcomes settle it: used
    /// when our own stall or clock jump makes the recent past worthless.
    void discard_window();

    SignalState state(Instant now) const;
    /// Why the signal is as it is: the reason of the latest failure while it is down or degraded,
    /// of the latest inconclusive outcome while it is unknown, else `none`.
    Reason reason(Instant now) const;
    const std::string& detail(Instant now) const;
    std::optional<Instant> since(Instant now) const;

    bool has_recent_failure() const noexcept { return failures_in_a_row_ > 0; }
    /// `rise` successes in a row, the last outcome included.
    bool is_steadily_ok() const noexcept { return successes_in_a_row_ >= damping_.rise; }
    int failures_in_a_row() const noexcept { return failures_in_a_row_; }
    int successes_in_a_row() const noexcept { return successes_in_a_row_; }
    Reason last_reason() const noexcept { return last_reason_; }
    /// When an outcome was last `ok`.
    std::optional<Instant> last_ok() const { return last_ok_; }
    std::optional<Instant> last_observed() const { return last_observed_; }

private:
    void count(bool failed, Instant now);
    SignalState settle();
    void forget_failures_before_recovery();
    int failures_in_window() const;
    bool is_stale(Instant now) const;

    Damping damping_;
    Duration fresh_for_;
    std::deque<bool> window_;  ///< Conclusive outcomes, newest last; true: failed.
    int failures_in_a_row_ = 0;
    int successes_in_a_row_ = 0;
    int inconclusive_in_a_row_ = 0;
    SignalState settled_ = SignalState::unknown;
    Reason last_reason_ = Reason::none;
    Reason failure_ = Reason::none;
    Reason doubt_ = Reason::none;
    std::string failure_detail_;
    std::string doubt_detail_;
    std::string ok_detail_;
    std::optional<Instant> since_;
    std::optional<Instant> last_ok_;
    std::optional<Instant> last_conclusive_;
    std::optional<Instant> last_observed_;
};

}  // namespace understudy::core
