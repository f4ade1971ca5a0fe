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

/// What it means that a target did not answer (core/reason.hpp, Testimony::silence).
enum class Silence : std::uint8_t {
    is_failure,    ///< Not to answer is to fail.
    says_nothing,  ///< The target is a witness: one that is not heard has said nothing.
};
/// `kubernetes` and `database` are down only by what they say themselves.
Silence silence_of(Purpose purpose) noexcept;

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
///
/// Where silence says nothing it is such an inconclusive outcome, so `fall` failures and the share
/// of the window are made of statements alone: silence neither lends its count to a statement nor
/// takes the statements' away. A target that says three times that it is down, with fewer than
/// `fall` silences in between and no `ok`, is down and stays so while it alternates; `fall`
/// silences in a row make it unknown, and then it must say it `fall` times again.
class Signal {
public:
    Signal(const Damping& damping, Duration fresh_for, Silence silence = Silence::is_failure)
        : damping_(damping), fresh_for_(fresh_for), silence_(silence)
    {}

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
    /// Silences that say nothing, since anything was said.
    int silences_in_a_row() const noexcept { return silences_in_a_row_; }
    int successes_in_a_row() const noexcept { return successes_in_a_row_; }
    Reason last_reason() const noexcept { return last_reason_; }
    /// When an outcome was last `ok`.
    std::optional<Instant> last_ok() const { return last_ok_; }
    std::optional<Instant> last_observed() const { return last_observed_; }

private:
    OutcomeKind kind_of(const Outcome& outcome) const noexcept;
    void doubt(const Outcome& outcome);
    void count(bool failed, Instant now);
    SignalState settle();
    void forget_failures_before_recovery();
    int failures_in_window() const;
    bool is_stale(Instant now) const;

    Damping damping_;
    Duration fresh_for_;
    Silence silence_;
    std::deque<bool> window_;  ///< Conclusive outcomes, newest last; true: failed.
    int failures_in_a_row_ = 0;
    int successes_in_a_row_ = 0;
    int inconclusive_in_a_row_ = 0;
    int silences_in_a_row_ = 0;
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
