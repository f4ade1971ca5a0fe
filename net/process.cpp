#include "net/process.hpp"

#include "net/deadline.hpp"
#include "net/process_tree.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say so itself
}

namespace understudy::net {

namespace {

namespace asio = boost::asio;
using Stream = asio::posix::stream_descriptor;

/// How long a killed process may take to die before we stop waiting: one in an uninterruptible
/// system call (a dead NFS server) dies only when that call returns.
constexpr auto reap_patience = std::chrono::seconds(1);

std::string message_of(int error) { return std::generic_category().message(error); }

/// Processes that were killed and had not died when their run ended. They are collected at the next
/// run, so that they do not pile up as zombies. One event-loop thread, hence no lock.
std::vector<pid_t>& left_to_reap()
{
    static std::vector<pid_t> pids;
    return pids;
}

void reap_what_is_left()
{
    std::erase_if(left_to_reap(), [](pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
}

/// One captured stream: reads what is there, keeps what fits.
class Capture {
public:
    Capture(asio::any_io_executor executor, std::size_t bytes_max)
        : stream_(std::move(executor)), bytes_max_(bytes_max)
    {}

    /// Makes the pipe and returns its write end, or -1 with errno set.
    int open()
    {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            return -1;
        stream_.assign(ends[0]);
        stream_.non_blocking(true);
        return ends[1];
    }

    asio::awaitable<void> follow()
    {
        auto state = Read::nothing_yet;
        while (stream_.is_open() && state != Read::ended) {
            const auto [error] =
                co_await stream_.async_wait(Stream::wait_read, asio::as_tuple(asio::use_awaitable));
            if (error)
                co_return;
            // One read a turn: a program that writes without end must not keep the loop to itself.
            state = read_some();
        }
    }

    /// Takes what is already in the pipe and closes it. A grandchild may hold the other end open
    /// for ever, so waiting for the end of the stream would be waiting for the grandchild.
    void finish()
    {
        constexpr int reads_max = 16;  // of 16 KiB: more than a pipe holds
        for (int i = 0; i < reads_max && read_some() == Read::data; ++i) {
        }
        boost::system::error_code ignored;
        stream_.close(ignored);
    }

    std::string take() { return std::move(text_); }
    bool truncated() const noexcept { return truncated_; }

private:
    enum class Read { data, nothing_yet, ended };

    Read read_some()
    {
        if (!stream_.is_open())
            return Read::ended;
        std::array<char, 16 * 1024> buffer;
        const auto got = ::read(stream_.native_handle(), buffer.data(), buffer.size());
        if (got < 0)
            return errno == EAGAIN || errno == EINTR ? Read::nothing_yet : Read::ended;
        keep(buffer.data(), static_cast<std::size_t>(got));
        return got == 0 ? Read::ended : Read::data;
    }

    void keep(const char* data, std::size_t size)
    {
        const auto room = bytes_max_ - text_.size();
        text_.append(data, std::min(room, size));
        truncated_ = truncated_ || size > room;
    }

    Stream stream_;
    std::size_t bytes_max_;
    std::string text_;
    bool truncated_ = false;
};

/// A started program. Its destructor leaves nothing behind that still runs.
class Child {
public:
    Child(asio::any_io_executor executor, std::size_t output_bytes_max)
        : executor_(executor),
          handle_(executor),
          output_(executor, output_bytes_max),
          error_output_(executor, output_bytes_max)
    {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    ~Child()
    {
        kill();
        if (pid_ > 0)
            left_to_reap().push_back(pid_);
        reap_what_is_left();
    }

    /// Returns 0 or errno.
    int start(const ProcessOptions& options)
    {
        if (options.argv.empty())
            return EINVAL;
        Launch what;
        what.argv = options.argv;
        what.environment = child_environment(options.environment);
        what.environment.emplace(what.environment.begin(), run_mark_name, mark_);
        what.output = output_.open();
        what.error_output = what.output < 0 ? -1 : error_output_.open();
        if (what.error_output < 0)
            return give_up(what, errno);
        const auto pid = launch(what);
        if (pid < 0)
            return give_up(what, -pid);
        pid_ = pid;
        close_ends(what);
        return watch();
    }

    /// Ends when the program has ended and its output was taken.
    asio::awaitable<int> run()
    {
        auto group = asio::experimental::make_parallel_group(
            asio::co_spawn(executor_, output_.follow(), asio::deferred),
            asio::co_spawn(executor_, error_output_.follow(), asio::deferred),
            asio::co_spawn(executor_, wait_for_end(), asio::deferred));
        co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
        co_return 0;
    }

    asio::awaitable<void> wait_for_end()
    {
        const auto [error] =
            co_await handle_.async_wait(Stream::wait_read, asio::as_tuple(asio::use_awaitable));
        if (error)
            co_return;
        collect();
    }

    /// Kills the whole run, then waits a moment for the leader to be collected.
    asio::awaitable<int> end()
    {
        kill();
        co_await wait_for_end();
        co_return 0;
    }

    void fill(ProcessResult& result)
    {
        output_.finish();
        error_output_.finish();
        result.output = output_.take();
        result.error_output = error_output_.take();
        result.truncated = output_.truncated() || error_output_.truncated();
        if (result.end == ProcessEnd::timed_out)
            return;
        result.end = WIFSIGNALED(status_) ? ProcessEnd::signalled : ProcessEnd::exited;
        result.code = WIFSIGNALED(status_) ? WTERMSIG(status_) : WEXITSTATUS(status_);
    }

private:
    static int give_up(const Launch& what, int error)
    {
        close_ends(what);
        return error;
    }

    static void close_ends(const Launch& what)
    {
        for (const int end : {what.output, what.error_output}) {
            if (end >= 0)
                ::close(end);
        }
    }

    int watch()
    {
        const int handle = pidfd_open(pid_, 0);
        if (handle < 0)
            return errno;
        handle_.assign(handle);
        return 0;
    }

    void kill()
    {
        if (pid_ <= 0)
            return;
        kill_group(pid_);
        kill_marked(mark_);
    }

    /// The leader is a zombie now, so its group's number is still ours.
    void collect()
    {
        kill_group(pid_);
        if (waitpid(pid_, &status_, WNOHANG) == pid_)
            pid_ = -1;
        output_.finish();
        error_output_.finish();
    }

    asio::any_io_executor executor_;
    std::string mark_ = new_run_mark();
    Stream handle_;
    Capture output_;
    Capture error_output_;
    pid_t pid_ = -1;
    int status_ = 0;
};

ProcessResult not_started(int error)
{
    ProcessResult result;
    result.code = error;
    return result;
}

}  // namespace

std::string describe(const ProcessResult& result)
{
    switch (result.end) {
    case ProcessEnd::exited: return "exited with code " + std::to_string(result.code);
    case ProcessEnd::signalled:
        return "killed by signal " + std::to_string(result.code) + " (" + sigdescr_np(result.code) +
               ")";
    case ProcessEnd::timed_out: return "killed at its deadline";
    case ProcessEnd::not_started: return "could not be started: " + message_of(result.code);
    }
    return {};
}

asio::awaitable<ProcessResult> run_process(asio::any_io_executor executor, ProcessOptions options)
{
    const auto started = std::chrono::steady_clock::now();
    reap_what_is_left();
    Child child(executor, options.output_bytes_max);
    const int error = child.start(options);
    if (error != 0)
        co_return not_started(error);

    ProcessResult result;
    auto running = child.run();
    const auto ended = co_await with_deadline(std::move(running), options.timeout);
    if (!ended) {
        result.end = ProcessEnd::timed_out;
        auto ending = child.end();
        co_await with_deadline(std::move(ending), reap_patience);
    } else {
        result.end = ProcessEnd::exited;
    }
    child.fill(result);
    result.took = std::chrono::steady_clock::now() - started;
    co_return result;
}

}  // namespace understudy::net
