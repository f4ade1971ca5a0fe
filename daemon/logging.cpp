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
#include <csignal>
#include <cstdlib>
#include <memory>
#include <poll.h>
#include <string>
#include <string_view>
#include <utility>

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

/// How much of it was written. Never blocks for long: after poll(2) said so, a pipe takes at least
/// PIPE_BUF bytes.
std::size_t write_some(int descriptor, std::string_view text)
{
    std::size_t done = 0;
    while (done < text.size() && is_writable_soon(descriptor)) {
        const auto size = std::min<std::size_t>(text.size() - done, PIPE_BUF);
        const auto written = ::write(descriptor, text.data() + done, size);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            break;
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    return done;
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
        write(formatted(line, style_));
    }
    void flush() override {}
    // The style is ours, not a pattern.
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

    std::uint64_t lost() const noexcept { return lost_; }
    /// From now on the first line that nobody reads is the last that is waited for.
    void finish() noexcept { finishing_ = true; }

private:
    void write(const std::string& line)
    {
        if (gave_up_) {
            ++lost_;
            return;
        }
        // A line that was cut off must not run into the next one.
        const auto text = torn_ ? "\n" + line : line;
        const auto done = write_some(descriptor_, text);
        torn_ = done == 0 ? torn_ : done < text.size();
        if (done == text.size())
            return;
        ++lost_;
        gave_up_ = finishing_;
    }

    int descriptor_;
    LogStyle style_;
    std::atomic<std::uint64_t> lost_ = 0;
    std::atomic<bool> finishing_ = false;
    bool gave_up_ = false;
    bool torn_ = false;
};

struct Logging::Queue {
    /// In the queue's thread: a reader that is gone is an error of one write, and no more.
    static void ignore_broken_pipes()
    {
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    }

    explicit Queue(std::size_t lines)
        : pool(std::make_shared<spdlog::details::thread_pool>(lines, 1, ignore_broken_pipes, [] {}))
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
    sink_->finish();
    queue_->pool.reset();  // its destructor lets the thread finish the queue
}

void Logging::set_level(config::LogLevel level) { spdlog::set_level(level_of(level)); }

std::uint64_t Logging::dropped() const { return queue_->pool->overrun_counter() + sink_->lost(); }

}  // namespace understudy
