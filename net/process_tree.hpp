/// Starting and ending a program together with everything that it starts.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace understudy::net {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// What a program is started with. The descriptors are the write ends of pipes.
struct Launch {
    std::vector<std::string> argv;
    Environment environment;  ///< Complete; nothing is added.
    int output = -1;
    int error_output = -1;

    Launch() = default;
};

/// Our environment as a program of the operator's may see it, with `additions`.
Environment child_environment(const Environment& additions);

/// Starts it as leader of a session of its own. Returns the process id, or minus errno.
pid_t launch(const Launch& what);

/// A value for the variable `run_mark_name` that no other run has. No hook is told anything under
/// that name: a shell passes on one value of a name, the last.
std::string new_run_mark();
inline constexpr const char* run_mark_name = "UNDERSTUDY_PROCESS_MARK";

/// SIGKILL to every process of the group. The leader must not have been reaped yet: its zombie is
/// what keeps the number from being given to a stranger.
void kill_group(pid_t leader) noexcept;

/// SIGKILL to every process whose environment carries the mark, until a look finds none.
void kill_marked(const std::string& mark);

}  // namespace understudy::net
