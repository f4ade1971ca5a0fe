/// Runs a program of the operator's without a shell, bounded in time, in output and in reach.
#pragma once

#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace understudy::net {

struct ProcessOptions {
    std::vector<std::string>
        argv;  ///< argv[0] with a slash is a path, without one is sought in PATH.
    std::vector<std::pair<std::string, std::string>>
        environment;  ///< Added to, or in place of, ours.
    core::Duration timeout = std::chrono::seconds(10);
    std::size_t output_bytes_max = 64 * 1024;  ///< Of each stream; what comes after it is dropped.

    ProcessOptions() = default;
};

enum class ProcessEnd : std::uint8_t { exited, signalled, timed_out, not_started };

struct ProcessResult {
    ProcessEnd end = ProcessEnd::not_started;
    int code = 0;  ///< Exit code, signal number, or errno of a program that could not be started.
    std::string output;
    std::string error_output;
    bool truncated = false;
    core::Duration took{};

    ProcessResult() = default;
};

/// "exited with code 2", "killed by signal 9 (Killed)", ...; for people.
std::string describe(const ProcessResult& result);

/// The program gets a session of its own, `/dev/null` as input, none of our descriptors, default
/// signal dispositions, and our environment without what systemd meant for us alone
/// (`NOTIFY_SOCKET`, `CREDENTIALS_DIRECTORY`, the watchdog and socket activation variables).
///
/// What it leaves running in its process group is killed when it ends. At the deadline, or when
/// this call is cancelled, SIGKILL goes to the group and to every process that still carries the
/// run's mark in its environment, so that a double fork and a session of its own are no way out.
/// The limit: a descendant that left the group *and* cleared its environment survives, until the
/// service manager ends our control group.
///
/// Never throws for a program that fails or cannot be started; throws operation_aborted when
/// cancelled.
boost::asio::awaitable<ProcessResult> run_process(
    boost::asio::any_io_executor executor, ProcessOptions options);

}  // namespace understudy::net
