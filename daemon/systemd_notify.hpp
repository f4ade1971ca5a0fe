/// Tells systemd how the daemon is doing: readiness, reloads, the watchdog. See sd_notify(3).
///
/// Without a notify socket in the environment every call does nothing and says false, so that the
/// daemon runs in a terminal as it does as a service.
#pragma once

#include "core/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace understudy {

class SystemdNotify {
public:
    /// Takes what systemd put into the environment out of it, so that no child process (an `exec`
    /// probe, a hook) can speak for us. Call before there are other threads. Throws
    /// std::runtime_error when the socket's address cannot be used.
    static SystemdNotify from_environment();

    SystemdNotify() = default;
    SystemdNotify(SystemdNotify&& other) noexcept;
    SystemdNotify& operator=(SystemdNotify&& other) noexcept;
    ~SystemdNotify();

    /// Each says whether systemd got it. None blocks: a full queue is a lost message, and the next
    /// kick of the watchdog comes soon.
    bool ready(std::string_view status = {}) const;
    bool reloading() const;
    bool stopping() const;
    bool status(std::string_view text) const;
    bool kick_watchdog() const;

    /// How often to kick: half of what systemd allows. Empty when nobody watches.
    std::optional<core::Duration> watchdog_period() const noexcept { return watchdog_period_; }

private:
    bool send(const std::string& message) const;

    int socket_ = -1;  ///< Connected.
    std::optional<core::Duration> watchdog_period_;
};

}  // namespace understudy
