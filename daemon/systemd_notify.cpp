#include "daemon/systemd_notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace understudy {

namespace {

/// The variable's value; it is gone from the environment afterwards.
std::string take_variable(const char* name)
{
    const char* value = std::getenv(name);
    std::string result = value == nullptr ? "" : value;
    unsetenv(name);
    return result;
}

std::optional<std::int64_t> number_in(const std::string& text)
{
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped != end || number <= 0)
        return std::nullopt;
    return number;
}

std::optional<core::Duration> half_of(const std::string& microseconds, const std::string& pid)
{
    // A pid that is not ours means that the variable was meant for a parent of ours.
    if (!pid.empty() && number_in(pid) != getpid())
        return std::nullopt;
    const auto number = number_in(microseconds);
    if (!number)
        return std::nullopt;
    return core::Duration(std::chrono::microseconds(*number)) / 2;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why)
{
    throw std::runtime_error(
        "cannot use the notify socket '" + path + "' of the environment: " + why +
        "; unset NOTIFY_SOCKET to run without systemd");
}

/// `/path` is a file; `@name` is in the abstract namespace, which starts with a null byte.
int connect_to(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if ((path.front() != '/' && path.front() != '@') || path.size() >= sizeof address.sun_path)
        refuse(path, "neither a path nor an abstract name, or too long");
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@')
        address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());

    const int handle = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    void* generic = &address;
    if (handle < 0 || connect(handle, static_cast<sockaddr*>(generic), size) != 0) {
        const int error = errno;
        if (handle >= 0)
            close(handle);
        refuse(path, std::generic_category().message(error));
    }
    return handle;
}

/// One line: a newline would begin another assignment.
std::string one_line(std::string_view text)
{
    std::string line(text);
    for (auto& byte : line) {
        if (static_cast<unsigned char>(byte) < 0x20)
            byte = ' ';
    }
    return line;
}

std::int64_t monotonic_microseconds()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

}  // namespace

SystemdNotify SystemdNotify::from_environment()
{
    SystemdNotify notify;
    const auto path = take_variable("NOTIFY_SOCKET");
    const auto microseconds = take_variable("WATCHDOG_USEC");
    const auto pid = take_variable("WATCHDOG_PID");
    if (path.empty())
        return notify;
    notify.socket_ = connect_to(path);
    notify.watchdog_period_ = half_of(microseconds, pid);
    return notify;
}

SystemdNotify::SystemdNotify(SystemdNotify&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), watchdog_period_(other.watchdog_period_)
{}

SystemdNotify& SystemdNotify::operator=(SystemdNotify&& other) noexcept
{
    std::swap(socket_, other.socket_);
    std::swap(watchdog_period_, other.watchdog_period_);
    return *this;
}

SystemdNotify::~SystemdNotify()
{
    if (socket_ >= 0)
        close(socket_);
}

bool SystemdNotify::ready(std::string_view status) const
{
    std::string message = "READY=1";
    if (!status.empty())
        message += "\nSTATUS=" + one_line(status);
    return send(message);
}

bool SystemdNotify::reloading() const
{
    // The time lets systemd tell this reload's READY=1 from one that was under way.
    return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

bool SystemdNotify::stopping() const { return send("STOPPING=1"); }

bool SystemdNotify::status(std::string_view text) const { return send("STATUS=" + one_line(text)); }

bool SystemdNotify::kick_watchdog() const { return send("WATCHDOG=1"); }

bool SystemdNotify::send(const std::string& message) const
{
    if (socket_ < 0)
        return false;
    const auto sent = ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent == static_cast<ssize_t>(message.size());
}

}  // namespace understudy
