/// Whether the decision loop and the disk progress: the sources of /readyz. The watchdog and the
/// heartbeat follow the decision loop alone.
#pragma once

#include "core/time.hpp"

#include <cstddef>
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

/// Work that waits for the disk. A disk that hangs fails nothing, and so tells nobody: alerts are
/// recorded before they are sent, and while the record waits nobody is told anything.
class Backlog {
public:
    /// Work was accepted; the clock runs from the oldest that has not ended.
    void accepted(core::Instant now) noexcept
    {
        if (waiting_++ == 0)
            since_ = now;
    }
    /// A piece of it ended, well or not: what is left waits from now on.
    void ended(core::Instant now) noexcept
    {
        --waiting_;
        since_ = now;
    }
    /// Why we are not ready; empty when nothing waits for long.
    std::optional<std::string> stuck(core::Instant now) const;

private:
    std::size_t waiting_ = 0;
    core::Instant since_{};
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
