/// Runs programs for tests, each bounded in time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace understudy::sandbox {

/// A program that runs; killed, with its process group, when it goes out of scope. Its standard
/// output and error go to a temporary file, so that it never waits for a reader.
class Child {
public:
    explicit Child(const std::vector<std::string>& argv);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const noexcept { return pid_; }
    void signal(int number) const;
    /// The exit code, or 128 and the signal's number; empty when it still runs at the deadline.
    std::optional<int> wait(std::chrono::milliseconds deadline);
    /// What it wrote so far.
    std::string output() const;

private:
    std::optional<int> poll();

    pid_t pid_ = -1;
    int log_ = -1;
    std::optional<int> status_;
};

struct Finished {
    int status = -1;  ///< -1: killed at the deadline.
    std::string output;
};

Finished run(const std::vector<std::string>& argv, std::chrono::milliseconds deadline);

/// Polls until `condition` holds; false when it does not within `deadline`.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds deadline);

void pause_between_polls();

template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds deadline)
{
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end)
            return false;
        pause_between_polls();
    }
    return true;
}

}  // namespace understudy::sandbox
