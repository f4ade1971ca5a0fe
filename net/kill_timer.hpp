/// The last resort of an effect's deadline: the kernel ends this process.
#pragma once

#include "core/time.hpp"

#include <csignal>
#include <ctime>
#include <set>

namespace understudy::net {

/// A process that was stopped, swapped out or suspended in the middle of an effect must not go on
/// with it when it wakes. So a kernel timer on CLOCK_BOOTTIME sends SIGKILL, which nothing in this
/// process can miss, block or delay, unless every effect that is in flight ended before its
/// instant. Use from one thread.
class KillTimer {
public:
    /// Throws std::system_error: then no effect may start.
    KillTimer();
    ~KillTimer();
    KillTimer(const KillTimer&) = delete;
    KillTimer& operator=(const KillTimer&) = delete;

    /// One effect in flight. The timer must outlive it.
    class [[nodiscard]] Guard {
    public:
        Guard(Guard&& other) noexcept;
        Guard& operator=(Guard&&) = delete;
        ~Guard();

    private:
        friend class KillTimer;
        Guard(KillTimer& timer, core::Instant instant);

        KillTimer* timer_;
        std::multiset<core::Instant>::iterator place_;
    };

    /// Alive until the guard goes, or `instant` comes; of several, the earliest counts. Throws
    /// std::system_error when the timer cannot be set.
    Guard end_at(core::Instant instant);

    bool is_armed() const noexcept { return !instants_.empty(); }

private:
    /// errno's value, 0 when it is set.
    int set() noexcept;

    timer_t timer_{};
    std::multiset<core::Instant> instants_;
};

}  // namespace understudy::net
