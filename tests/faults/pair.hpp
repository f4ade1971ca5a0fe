/// A whole sandbox for one test.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "faults/command.hpp"

namespace understudy::sandbox {

/// Brings a pair up, and down with its folder when it goes out of scope, or when this process ends
/// in whatever way. Throws std::runtime_error with what scripts/sandbox said when it does not come
/// up.
class Pair {
public:
    explicit Pair(const std::vector<std::string>& options = {});
    ~Pair();
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    const std::filesystem::path& dir() const noexcept { return dir_; }
    Finished fault(
        const std::string& name, const std::string& state, const std::string& plane = "east") const;
    Finished status() const;
    /// The argv that runs `command` inside.
    std::vector<std::string> inside(const std::vector<std::string>& command) const;
    Finished run_inside(const std::vector<std::string>& command) const;

private:
    std::filesystem::path dir_;
};

/// A folder below /tmp that does not exist yet and belongs to this test.
std::filesystem::path fresh_dir();
/// The argv of scripts/sandbox with `arguments`.
std::vector<std::string> sandbox_command(const std::vector<std::string>& arguments);
/// The argv that brings a sandbox up in `dir`.
std::vector<std::string> up_command(
    const std::filesystem::path& dir, const std::vector<std::string>& options);
/// The process namespace of a sandbox, seen from outside. The kernel gives the number of one that
/// has ended to the next sandbox that comes up; this one's stays taken while the object lives.
class ProcessNamespace {
public:
    /// The namespace that `dir`'s init process made.
    explicit ProcessNamespace(const std::filesystem::path& dir);
    ~ProcessNamespace();
    ProcessNamespace(const ProcessNamespace&) = delete;
    ProcessNamespace& operator=(const ProcessNamespace&) = delete;

    /// Ids as this process sees them; none when the sandbox was not there.
    std::vector<std::string> processes() const;

private:
    int fd_ = -1;
};

}  // namespace understudy::sandbox
