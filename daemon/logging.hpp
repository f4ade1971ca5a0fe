/// Where spdlog's lines go: to standard error, from a thread of their own, so that a terminal or a
/// pipe that nobody reads cannot stop the event loop.
#pragma once

#include "config/settings.hpp"
#include "daemon/log_format.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unistd.h>

namespace understudy {

/// `automatic` is the journal's style when the descriptor is the journal's (`$JOURNAL_STREAM`, see
/// systemd.exec(5)), and text otherwise.
LogStyle style_for(config::LogFormat format, int descriptor);

/// Makes spdlog's default logger ours for as long as it lives. One at a time.
class Logging {
public:
    /// A queue that is full loses its oldest line, which is counted.
    explicit Logging(
        const config::LogSettings& settings,
        int descriptor = STDERR_FILENO,
        std::size_t queue_lines = 1024);
    /// Writes what is queued; waits for a reader that does not read no longer than a moment.
    ~Logging();
    Logging(const Logging&) = delete;
    Logging& operator=(const Logging&) = delete;

    /// After a reload. The format is taken at the start only.
    static void set_level(config::LogLevel level);

    /// Lines lost so far: the queue was full, or nobody read.
    std::uint64_t dropped() const;

private:
    class Sink;
    struct Queue;

    std::shared_ptr<Sink> sink_;
    std::unique_ptr<Queue> queue_;
};

}  // namespace understudy
