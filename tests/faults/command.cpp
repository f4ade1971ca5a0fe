#include "faults/command.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace understudy::sandbox {

namespace {

[[noreturn]] void throw_errno(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

std::vector<char*> to_pointers(const std::vector<std::string>& argv)
{
    std::vector<char*> pointers;
    for (const auto& word : argv)
        pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

// After fork: only what is safe there.
[[noreturn]] void become(char* const* argv, int log)
{
    ::setpgid(0, 0);
    const int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(argv[0], argv);
    ::_exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& argv)
{
    log_ = ::memfd_create("output", MFD_CLOEXEC);
    if (log_ < 0)
        throw_errno("memfd_create");
    const auto pointers = to_pointers(argv);
    pid_ = ::fork();
    if (pid_ < 0)
        throw_errno("fork");
    if (pid_ == 0)
        become(pointers.data(), log_);
    ::setpgid(pid_, pid_);
}

Child::~Child()
{
    if (!poll()) {
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(log_);
}

void Child::signal(int number) const { ::kill(pid_, number); }

std::optional<int> Child::poll()
{
    int raw = 0;
    if (!status_ && ::waitpid(pid_, &raw, WNOHANG) == pid_)
        status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return status_;
}

std::optional<int> Child::wait(std::chrono::milliseconds deadline)
{
    eventually([this] { return poll().has_value(); }, deadline);
    return status_;
}

std::string Child::output() const
{
    struct stat info {};
    ::fstat(log_, &info);
    std::string text(static_cast<std::size_t>(info.st_size), '\0');
    const auto got = ::pread(log_, text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

Finished run(const std::vector<std::string>& argv, std::chrono::milliseconds deadline)
{
    Child child(argv);
    const auto status = child.wait(deadline);
    return {status.value_or(-1), child.output()};
}

void pause_between_polls() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }

}  // namespace understudy::sandbox
