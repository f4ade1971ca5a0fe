#include "support/server_process.hpp"

#include <sys/prctl.h>

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace understudy::support {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void become(
    const std::vector<std::string>& argv,
    const Identity& who,
    const fs::path& log,
    int at_our_death,
    const Environment& environment)
{
    std::vector<char*> words;
    for (const auto& word : argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    if (getuid() == 0 && (setgid(who.gid) != 0 || setuid(who.uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, at_our_death);
    for (const auto& [name, value] : environment)
        setenv(name.c_str(), value.c_str(), 1);
    execv(words.front(), words.data());
    _exit(127);
}

}  // namespace

Identity server_identity(const char* user, const char* package)
{
    if (getuid() != 0)
        return {getuid(), getgid()};
    const auto* entry = getpwnam(user);
    if (entry == nullptr)
        throw std::runtime_error(
            std::string("no user '") + user + "'; install " + std::string(package));
    return {entry->pw_uid, entry->pw_gid};
}

void hand_over(const fs::path& path, const Identity& who)
{
    if (chown(path.c_str(), who.uid, who.gid) != 0)
        throw std::runtime_error("cannot hand over " + path.string());
}

pid_t spawn_server(
    const std::vector<std::string>& argv,
    const Identity& who,
    const fs::path& log,
    int at_our_death,
    const Environment& environment)
{
    const auto pid = fork();
    if (pid == 0)
        become(argv, who, log, at_our_death, environment);
    return pid;
}

std::string text_of(const fs::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace understudy::support
