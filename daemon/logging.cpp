#include "daemon/logging.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <string_view>

namespace understudy {

namespace {

/// How long one line waits for a reader. The queue behind it fills meanwhile, and drops.
constexpr int patience_ms = 200;

LogSeverity severity_of(spdlog::level::level_enum level)
{
    switch (level) {
    case spdlog::level::critical: return LogSeverity::critical;
    case spdlog::level::err: return LogSeverity::error;
    case spdlog::level::warn: return LogSeverity::warning;
    case spdlog::level::debug:
    case spdlog::level::trace: return LogSeverity::debug;
    case spdlog::level::info:
    case spdlog::level::off:
    case spdlog::level::n_levels: break;
    }
    return LogSeverity::info;
}

spdlog::level::level_enum level_of(config::LogLevel level)
{
    switch (level) {
    case config::LogLevel::debug: return spdlog::level::debug;
    case config::LogLevel::info: return spdlog::level::info;
    case config::LogLevel::warning: return spdlog::level::warn;
    case config::LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

bool is_writable_soon(int descriptor)
{
    pollfd waiting{descriptor, POLLOUT, 0};
    return poll(&waiting, 1, patience_ms) == 1;
}

/// Never blocks for long: after poll(2) said so, a pipe takes at least PIPE_BUF bytes.
bool write_all(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        if (!is_writable_soon(descriptor))
            return false;
        const auto written =
            ::write(descriptor, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return true;
}

}  // namespace

LogStyle style_for(config::LogFormat format, int descriptor)
{
    if (format == config::LogFormat::json)
        return LogStyle::json;
    if (format == config::LogFormat::text)
        return LogStyle::text;
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || fstat(descriptor, &status) != 0)
        return LogStyle::text;
    const auto ours = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    return ours == stream ? LogStyle::journal : LogStyle::text;
}

/// Called by the one thread of the queue.
class Logging::Sink final : public spdlog::sinks::sink {
public:
    Sink(int descriptor, LogStyle style) : descriptor_(descriptor), style_(style) {}

    void log(const spdlog::details::log_msg& message) override
    {
        LogLine line;
        line.severity = severity_of(message.level);
        line.at = std::chrono::time_point_cast<std::chrono::system_clock::duration>(message.time);
        line.message = {message.payload.data(), message.payload.size()};
        if (gave_up_ || !write_all(descriptor_, formatted(line, style_)))
            ++lost_;
    }
    void flush() override {}
    // The style is ours, not a pattern.
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

    std::uint64_t lost() const noexcept { return lost_; }
    /// From now on a reader is not waited for.
    void give_up() noexcept { gave_up_ = true; }

private:
    int descriptor_;
    LogStyle style_;
    std::atomic<std::uint64_t> lost_ = 0;
    std::atomic<bool> gave_up_ = false;
};

struct Logging::Queue {
    explicit Queue(std::size_t lines)
        : pool(std::make_shared<spdlog::details::thread_pool>(lines, 1))
    {}
    std::shared_ptr<spdlog::details::thread_pool> pool;
};

Logging::Logging(const config::LogSettings& settings, int descriptor, std::size_t queue_lines)
    : sink_(std::make_shared<Sink>(descriptor, style_for(settings.format, descriptor))),
      queue_(std::make_unique<Queue>(queue_lines))
{
    auto logger = std::make_shared<spdlog::async_logger>(
        "understudy", sink_, queue_->pool, spdlog::async_overflow_policy::overrun_oldest);
    spdlog::set_default_logger(std::move(logger));
    set_level(settings.level);
}

Logging::~Logging()
{
    // Whoever logs after this loses the line, and not its life.
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("understudy"));
    if (!is_writable_soon(STDERR_FILENO))
        sink_->give_up();
    queue_->pool.reset();
}

void Logging::set_level(config::LogLevel level) { spdlog::set_level(level_of(level)); }

std::uint64_t Logging::dropped() const { return queue_->pool->overrun_counter() + sink_->lost(); }

}  // namespace understudy
