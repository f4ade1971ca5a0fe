#include "net/kill_timer.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace understudy::net {

namespace {

/// A zero time would disarm the timer, and one before the boot is over would not be accepted.
timespec time_of(core::Instant instant) noexcept
{
    const auto since_boot = std::max(instant.time_since_epoch(), core::Duration(1));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    return {seconds.count(), (since_boot - seconds).count()};
}

}  // namespace

KillTimer::KillTimer()
{
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    if (timer_create(CLOCK_BOOTTIME, &event, &timer_) != 0)
        throw std::system_error(
            errno, std::system_category(),
            "cannot make the kernel timer that bounds effects (RLIMIT_SIGPENDING?)");
}

KillTimer::~KillTimer() { timer_delete(timer_); }

int KillTimer::set() noexcept
{
    itimerspec when{};
    if (!instants_.empty())
        when.it_value = time_of(*instants_.begin());
    return timer_settime(timer_, TIMER_ABSTIME, &when, nullptr) == 0 ? 0 : errno;
}

KillTimer::Guard KillTimer::end_at(core::Instant instant) { return {*this, instant}; }

KillTimer::Guard::Guard(KillTimer& timer, core::Instant instant)
    : timer_(&timer), place_(timer.instants_.insert(instant))
{
    const int error = timer.set();
    if (error == 0)
        return;
    timer.instants_.erase(place_);
    throw std::system_error(
        error, std::system_category(), "cannot arm the kernel timer that bounds effects");
}

KillTimer::Guard::Guard(Guard&& other) noexcept
    : timer_(std::exchange(other.timer_, nullptr)), place_(other.place_)
{}

/// A timer that could not be set again is still armed: then we die early, which is safe.
KillTimer::Guard::~Guard()
{
    if (timer_ == nullptr)
        return;
    timer_->instants_.erase(place_);
    timer_->set();
}

}  // namespace understudy::net
