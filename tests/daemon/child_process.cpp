#include "daemon/child_process.hpp"

#include <sys/wait.h>

#include <csignal>
#include <spawn.h>
#include <system_error>
#include <unistd.h>

namespace understudy::support {

ChildProcess::ChildProcess(const std::vector<std::string>& arguments)
{
    auto copies = arguments;
    std::vector<char*> argv;
    for (auto& argument : copies)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto error = ::posix_spawn(&pid_, argv.front(), nullptr, nullptr, argv.data(), ::environ);
    if (error != 0)
        throw std::system_error(error, std::generic_category(), "starting " + arguments.front());
}

ChildProcess::~ChildProcess()
{
    kill(SIGKILL);
    if (!reaped_)
        ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::kill(int signal) noexcept
{
    if (!reaped_)
        ::kill(pid_, signal);
}

bool ChildProcess::ended() noexcept
{
    if (!reaped_)
        reaped_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return reaped_;
}

}  // namespace understudy::support
