/// A server program of a test's own, which never runs as root and never outlives the test.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace understudy::support {

struct Identity {
    uid_t uid;
    gid_t gid;
};

/// Ourselves, or `user` when we are root. Throws when there is no such user; `package` is what to
/// install.
Identity server_identity(const char* user, const char* package);

/// Gives a file or folder to that identity; throws when it cannot.
void hand_over(const std::filesystem::path& path, const Identity& who);

using Environment = std::vector<std::pair<std::string, std::string>>;

/// `argv` begins with the program's path; what it says goes into `log`. When the test dies, it gets
/// `at_our_death`.
pid_t spawn_server(
    const std::vector<std::string>& argv,
    const Identity& who,
    const std::filesystem::path& log,
    int at_our_death,
    const Environment& environment = {});

std::string text_of(const std::filesystem::path& file);

}  // namespace understudy::support
