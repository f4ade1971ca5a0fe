#include "core/signal.hpp"

#include <algorithm>

namespace understudy::core {

std::string_view name_of(SignalState state) noexcept
{
    switch (state) {
    case SignalState::up: return "up";
    case SignalState::degraded: return "degraded";
    case SignalState::down: return "down";
    case SignalState::unknown: return "unknown";
    }
    return "unknown";
}

Silence silence_of(Purpose purpose) noexcept
{
    const bool is_witness = purpose == Purpose::kubernetes || purpose == Purpose::database;
    return is_witness ? Silence::says_nothing : Silence::is_failure;
}

OutcomeKind Signal::kind_of(const Outcome& outcome) const noexcept
{
    const bool is_silent = testimony_of(outcome.reason) == Testimony::silence;
    return is_silent && silence_ == Silence::says_nothing ? OutcomeKind::inconclusive
                                                          : outcome.kind();
}

void Signal::observe(const Outcome& outcome, Instant now)
{
    last_observed_ = now;
    last_reason_ = outcome.reason;
    const auto before = state(now);
    const auto kind = kind_of(outcome);
    if (kind == OutcomeKind::inconclusive) {
        doubt(outcome);
    } else if (kind == OutcomeKind::failed) {
        failure_ = outcome.reason;
        failure_detail_ = outcome.detail;
        count(true, now);
    } else {
        ok_detail_ = outcome.detail;
        last_ok_ = now;
        count(false, now);
    }
    if (!since_ || state(now) != before)
        since_ = now;
}

void Signal::doubt(const Outcome& outcome)
{
    ++inconclusive_in_a_row_;
    if (testimony_of(outcome.reason) == Testimony::silence)
        ++silences_in_a_row_;
    doubt_ = outcome.reason;
    doubt_detail_ = outcome.detail;
}

void Signal::count(bool failed, Instant now)
{
    if (is_stale(now))
        discard_window();
    if (state(now) == SignalState::unknown)
        settled_ = SignalState::unknown;
    if (inconclusive_in_a_row_ >= damping_.fall)
        failures_in_a_row_ = 0;
    inconclusive_in_a_row_ = 0;
    silences_in_a_row_ = 0;
    last_conclusive_ = now;
    failures_in_a_row_ = failed ? failures_in_a_row_ + 1 : 0;
    successes_in_a_row_ = failed ? 0 : successes_in_a_row_ + 1;
    window_.push_back(failed);
    if (std::ssize(window_) > damping_.window)
        window_.pop_front();
    settled_ = settle();
}

void Signal::discard_window()
{
    window_.clear();
    failures_in_a_row_ = 0;
    successes_in_a_row_ = 0;
    inconclusive_in_a_row_ = 0;
    silences_in_a_row_ = 0;
}

SignalState Signal::settle()
{
    if (failures_in_a_row_ >= damping_.fall)
        return SignalState::down;
    // Never seen serving: too little to call it degraded.
    if (settled_ == SignalState::unknown && failures_in_a_row_ > 0)
        return SignalState::unknown;
    if (settled_ == SignalState::down) {
        if (successes_in_a_row_ < damping_.rise)
            return SignalState::down;
        forget_failures_before_recovery();
    }
    const auto failures = failures_in_window();
    const auto seen = static_cast<int>(window_.size());
    const bool window_is_full = seen == damping_.window;
    if (window_is_full && failures * 1000 >= damping_.down_per_mille * seen)
        return SignalState::down;
    if (failures > 0 && failures * 1000 >= damping_.degraded_per_mille * damping_.window)
        return SignalState::degraded;
    // Hysteresis: what is degraded (or was down) is clear only after a whole clean window.
    const bool was_sick = settled_ == SignalState::degraded || settled_ == SignalState::down;
    if (was_sick && (failures > 0 || !window_is_full))
        return SignalState::degraded;
    return SignalState::up;
}

void Signal::forget_failures_before_recovery()
{
    const auto successes = std::min<std::ptrdiff_t>(successes_in_a_row_, std::ssize(window_));
    window_.erase(window_.begin(), window_.end() - successes);
}

int Signal::failures_in_window() const
{
    return static_cast<int>(std::ranges::count(window_, true));
}

bool Signal::is_stale(Instant now) const
{
    return !last_conclusive_ || now - *last_conclusive_ > fresh_for_;
}

SignalState Signal::state(Instant now) const
{
    if (is_stale(now) || inconclusive_in_a_row_ >= damping_.fall)
        return SignalState::unknown;
    return settled_;
}

std::optional<Instant> Signal::since(Instant now) const
{
    const bool went_stale = settled_ != SignalState::unknown && is_stale(now);
    // A signal that `fall` doubts made unknown became so before it went stale.
    if (went_stale && inconclusive_in_a_row_ < damping_.fall)
        return *last_conclusive_ + fresh_for_;
    return since_;
}

Reason Signal::reason(Instant now) const
{
    switch (state(now)) {
    case SignalState::up: return Reason::none;
    case SignalState::degraded:
    case SignalState::down: return failure_;
    case SignalState::unknown: break;
    }
    if (inconclusive_in_a_row_ > 0)
        return doubt_;
    return failures_in_a_row_ > 0 && !is_stale(now) ? failure_ : Reason::stale;
}

const std::string& Signal::detail(Instant now) const
{
    switch (state(now)) {
    case SignalState::up: return ok_detail_;
    case SignalState::degraded:
    case SignalState::down: return failure_detail_;
    case SignalState::unknown: break;
    }
    static const std::string not_refreshed = "no conclusive outcome yet, or none for too long";
    if (inconclusive_in_a_row_ > 0)
        return doubt_detail_;
    return failures_in_a_row_ > 0 && !is_stale(now) ? failure_detail_ : not_refreshed;
}

}  // namespace understudy::core
