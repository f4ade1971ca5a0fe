/// Whether the loops and the disks go on that the daemon cannot do without: the sources of /readyz.
/// Each by itself, so that none that goes on hides one that stands still.
#pragma once

#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// The judge looks at its clocks every second.
inline constexpr core::Duration judge_stuck_after = std::chrono::seconds(5);
/// And so does the executor, whatever it waits for: readings and effects run beside it.
inline constexpr core::Duration executor_stuck_after = std::chrono::seconds(5);
/// An fsync on a busy machine takes a second or two.
inline constexpr core::Duration record_stuck_after = std::chrono::seconds(15);
/// As that, but the room for a whole run, which is made ahead, is some tens of megabytes.
inline constexpr core::Duration journal_stuck_after = std::chrono::seconds(30);

/// Of one loop. A process that merely lives must not look well: what counts is a step.
class Progress {
public:
    Progress(std::string_view loop, core::Duration limit) : loop_(loop), limit_(limit) {}

    void stepped(core::Instant now) noexcept
    {
        ++steps_;
        last_ = now;
    }
    std::uint64_t steps() const noexcept { return steps_; }
    /// Why we are not ready; empty when the last step is recent.
    std::optional<std::string> stuck(core::Instant now) const;

private:
    std::string loop_;
    core::Duration limit_;
    std::uint64_t steps_ = 0;
    std::optional<core::Instant> last_;
};

/// Work that waits for the disk. A disk that hangs fails nothing, and so tells nobody.
class Backlog {
public:
    /// `meanwhile` is what its wait means to people.
    Backlog(std::string_view work, std::string_view meanwhile, core::Duration limit)
        : work_(work), meanwhile_(meanwhile), limit_(limit)
    {}

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
    std::string work_;
    std::string meanwhile_;
    core::Duration limit_;
    std::size_t waiting_ = 0;
    core::Instant since_{};
};

/// A line for each reason; empty when there is none.
std::optional<std::string> lines_of(const std::vector<std::optional<std::string>>& reasons);

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
