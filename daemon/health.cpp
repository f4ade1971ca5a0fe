#include "daemon/health.hpp"

namespace understudy {

namespace {

/// The judge looks at its clocks every second.
constexpr core::Duration stuck_after = std::chrono::seconds(5);
/// An fsync on a busy machine takes a second or two.
constexpr core::Duration disk_hangs_after = std::chrono::seconds(15);

std::string in_seconds(core::Duration duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return std::to_string(seconds) + " s";
}

}  // namespace

std::optional<std::string> Progress::stuck(core::Instant now) const
{
    if (!last_)
        return "the decision loop has not started yet";
    if (now - *last_ <= stuck_after)
        return std::nullopt;
    return "the decision loop has not progressed for " + in_seconds(now - *last_);
}

std::optional<std::string> Backlog::stuck(core::Instant now) const
{
    if (waiting_ == 0 || now - since_ <= disk_hangs_after)
        return std::nullopt;
    return "the record has waited for the disk for " + in_seconds(now - since_) +
           ": no alert is sent meanwhile; look at the disk of state_directory";
}

}  // namespace understudy
