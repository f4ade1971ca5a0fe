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

void Signal::observe(const Outcome& outcome, Instant now)
{
    last_observed_ = now;
    last_reason_ = outcome.reason;
    const auto before = state(now);
    if (outcome.kind() == OutcomeKind::inconclusive) {
        ++inconclusive_in_a_row_;
        doubt_ = outcome.reason;
        doubt_detail_ = outcome.detail;
    } else {
        const bool failed = outcome.kind() == OutcomeKind::failed;
        inconclusive_in_a_row_ = 0;
        last_conclusive_ = now;
        failures_in_a_row_ = failed ? failures_in_a_row_ + 1 : 0;
        successes_in_a_row_ = failed ? 0 : successes_in_a_row_ + 1;
        window_.push_back(failed);
        if (std::ssize(window_) > damping_.window)
            window_.pop_front();
        if (failed) {
            failure_ = outcome.reason;
            failure_detail_ = outcome.detail;
        } else {
            ok_detail_ = outcome.detail;
            last_ok_ = now;
        }
        settled_ = settle();
    }
    if (!since_ || state(now) != before)
        since_ = now;
}

void Signal::discard_window()
{
    window_.clear();
    failures_in_a_row_ = 0;
    successes_in_a_row_ = 0;
    inconclusive_in_a_row_ = 0;
}

SignalState Signal::settle() const
{
    const auto failures = failures_in_window();
    const auto seen = static_cast<int>(window_.size());
    const bool window_is_full = seen == damping_.window;

    if (failures_in_a_row_ >= damping_.fall)
        return SignalState::down;
    if (window_is_full && failures * 1000 >= damping_.down_per_mille * seen)
        return SignalState::down;
    if (settled_ == SignalState::down && successes_in_a_row_ < damping_.rise)
        return SignalState::down;
    if (failures > 0 && failures * 1000 >= damping_.degraded_per_mille * damping_.window)
        return SignalState::degraded;
    // Hysteresis: what is degraded (or was down) is clear only when the whole window is.
    const bool was_sick = settled_ == SignalState::degraded || settled_ == SignalState::down;
    if (failures > 0 && was_sick)
        return SignalState::degraded;
    if (settled_ == SignalState::unknown && failures_in_a_row_ > 0)
        return SignalState::unknown;
    return SignalState::up;
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

Reason Signal::reason(Instant now) const
{
    switch (state(now)) {
    case SignalState::up: return Reason::none;
    case SignalState::degraded:
    case SignalState::down: return failure_;
    case SignalState::unknown: return inconclusive_in_a_row_ > 0 ? doubt_ : Reason::stale;
    }
    return Reason::internal;
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
    return inconclusive_in_a_row_ > 0 ? doubt_detail_ : not_refreshed;
}

}  // namespace understudy::core
