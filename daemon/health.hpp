/// Whether the decision loop progresses: the one source of /readyz, the watchdog and the heartbeat.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace understudy {

/// A process that merely lives must not look well: what counts is a step of the judge.
class Progress {
public:
    /// After each step of the judge.
    void stepped(core::Instant now) noexcept
    {
        ++steps_;
        last_ = now;
    }
    std::uint64_t steps() const noexcept { return steps_; }
    /// Why we are not ready; empty when the last step is recent.
    std::optional<std::string> stuck(core::Instant now) const;

private:
    std::uint64_t steps_ = 0;
    std::optional<core::Instant> last_;
};

/// Answers "has it progressed since this was last asked?" to one asker.
class ProgressReader {
public:
    explicit ProgressReader(const Progress& progress) : progress_(&progress) {}
    bool has_progressed()
    {
        const auto steps = progress_->steps();
        const bool progressed = steps != seen_;
        seen_ = steps;
        return progressed;
    }

private:
    const Progress* progress_;
    std::uint64_t seen_ = 0;
};

}  // namespace understudy
