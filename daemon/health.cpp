#include "daemon/health.hpp"

namespace understudy {

namespace {

/// The judge looks at its clocks every second.
constexpr core::Duration stuck_after = std::chrono::seconds(5);

}  // namespace

std::optional<std::string> Progress::stuck(core::Instant now) const
{
    if (!last_)
        return "the decision loop has not started yet";
    if (now - *last_ <= stuck_after)
        return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *last_).count();
    return "the decision loop has not progressed for " + std::to_string(seconds) + " s";
}

}  // namespace understudy
