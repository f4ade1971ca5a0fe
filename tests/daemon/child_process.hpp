/// A program that a test starts and ends.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace understudy::support {

/// Killed and reaped, at the latest, when the guard goes.
class ChildProcess {
public:
    /// `arguments` begins with the program's path. Throws std::system_error.
    explicit ChildProcess(const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void kill(int signal) noexcept;
    /// True once it has ended; then `status()` is what waitpid gave.
    bool ended() noexcept;
    int status() const noexcept { return status_; }
    pid_t pid() const noexcept { return pid_; }

private:
    pid_t pid_ = -1;
    int status_ = 0;
    bool reaped_ = false;
};

}  // namespace understudy::support
