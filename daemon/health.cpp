#include "daemon/health.hpp"

namespace understudy {

namespace {

std::string in_seconds(core::Duration duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return std::to_string(seconds) + " s";
}

}  // namespace

std::optional<std::string> Progress::stuck(core::Instant now) const
{
    if (!last_)
        return loop_ + " has not started yet";
    if (now - *last_ <= limit_)
        return std::nullopt;
    return loop_ + " has not progressed for " + in_seconds(now - *last_);
}

std::optional<std::string> Backlog::stuck(core::Instant now) const
{
    if (waiting_ == 0 || now - since_ <= limit_)
        return std::nullopt;
    return work_ + " has waited for the disk for " + in_seconds(now - since_) + ": " + meanwhile_ +
           " meanwhile; look at the disk of state_directory";
}

std::optional<std::string> lines_of(const std::vector<std::optional<std::string>>& reasons)
{
    std::optional<std::string> lines;
    for (const auto& reason : reasons) {
        if (reason)
            lines = lines ? *lines + "\n" + *reason : *reason;
    }
    return lines;
}

}  // namespace understudy
