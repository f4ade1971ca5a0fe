#include "net/process_tree.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say so itself
}

namespace understudy::net {

namespace {

/// What systemd tells the daemon and nobody else. A child that holds the notify socket could feed
/// the watchdog of a daemon that hangs; the credentials are the daemon's secrets.
constexpr std::array<std::string_view, 9> withheld{
    "NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS",
    "LISTEN_PID",    "LISTEN_FDNAMES",        "INVOCATION_ID", run_mark_name};

class Attributes {
public:
    Attributes()
    {
        posix_spawnattr_init(&value_);
        sigset_t every;
        sigfillset(&every);
        sigset_t nothing;
        sigemptyset(&nothing);
        posix_spawnattr_setsigdefault(&value_, &every);
        posix_spawnattr_setsigmask(&value_, &nothing);
        posix_spawnattr_setflags(
            &value_, static_cast<short>(
                         POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
    }
    ~Attributes() { posix_spawnattr_destroy(&value_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    const posix_spawnattr_t* get() const noexcept { return &value_; }

private:
    posix_spawnattr_t value_{};
};

class FileActions {
public:
    FileActions(int output, int error_output)
    {
        posix_spawn_file_actions_init(&value_);
        posix_spawn_file_actions_addopen(&value_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&value_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&value_, error_output, STDERR_FILENO);
        // Close-on-exec is a promise of every library we use; this keeps it for them.
        posix_spawn_file_actions_addclosefrom_np(&value_, STDERR_FILENO + 1);
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&value_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    const posix_spawn_file_actions_t* get() const noexcept { return &value_; }

private:
    posix_spawn_file_actions_t value_{};
};

class Descriptor {
public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor()
    {
        if (fd_ >= 0)
            close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }
    bool valid() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

std::vector<char*> pointers_to(std::vector<std::string>& strings)
{
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (auto& string : strings)
        pointers.push_back(string.data());
    pointers.push_back(nullptr);
    return pointers;
}

void set(Environment& environment, const std::string& name, std::string value)
{
    const auto found = std::ranges::find(environment, name, &Environment::value_type::first);
    if (found != environment.end())
        found->second = std::move(value);
    else
        environment.emplace_back(name, std::move(value));
}

bool environment_holds(const std::filesystem::path& process, std::string_view entry)
{
    const Descriptor file(open((process / "environ").c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid())
        return false;
    // 128 KiB is what one string may have (MAX_ARG_STRLEN); an environment larger than that is
    // unheard of.
    std::string text(128 * 1024, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = read(file.get(), text.data() + size, text.size() - size);
        if (got <= 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    return std::string_view(text).substr(0, size).find(entry) != std::string_view::npos;
}

/// The descriptor is opened before the look, so that the signal cannot hit a successor of that
/// number.
bool kill_if_marked(pid_t pid, const std::filesystem::path& process, std::string_view entry)
{
    const Descriptor handle(pidfd_open(pid, 0));
    if (!handle.valid() || !environment_holds(process, entry))
        return false;
    return pidfd_send_signal(handle.get(), SIGKILL, nullptr, 0) == 0;
}

bool kill_all_marked(std::string_view entry)
{
    bool found = false;
    std::error_code error;
    std::filesystem::directory_iterator processes("/proc", error);
    while (!error && processes != std::filesystem::directory_iterator()) {
        const auto name = processes->path().filename().string();
        pid_t pid = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (wrong == std::errc() && *end == '\0' && pid != getpid())
            found = kill_if_marked(pid, processes->path(), entry) || found;
        processes.increment(error);
    }
    return found;
}

}  // namespace

Environment child_environment(const Environment& additions)
{
    Environment result;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        if (equals != std::string_view::npos && std::ranges::find(withheld, name) == withheld.end())
            result.emplace_back(name, text.substr(equals + 1));
    }
    for (const auto& [name, value] : additions)
        set(result, name, value);
    return result;
}

pid_t launch(const Launch& what)
{
    auto words = what.argv;
    std::vector<std::string> variables;
    for (const auto& [name, value] : what.environment)
        variables.push_back(name + "=" + value);

    const Attributes attributes;
    const FileActions actions(what.output, what.error_output);
    pid_t pid = 0;
    const int error = posix_spawnp(
        &pid, what.argv.front().c_str(), actions.get(), attributes.get(), pointers_to(words).data(),
        pointers_to(variables).data());
    return error == 0 ? pid : -error;
}

std::string new_run_mark()
{
    static std::atomic<unsigned> runs = 0;
    const auto started = std::chrono::system_clock::now().time_since_epoch().count();
    return std::to_string(getpid()) + "-" + std::to_string(started) + "-" + std::to_string(runs++);
}

void kill_group(pid_t leader) noexcept { kill(-leader, SIGKILL); }

void kill_marked(const std::string& mark)
{
    const auto entry = std::string(run_mark_name) + "=" + mark;
    // A process can fork between our look and our signal; one that outruns this many looks is a
    // fork bomb.
    constexpr int looks_max = 8;
    for (int look = 0; look < looks_max; ++look) {
        if (!kill_all_marked(entry))
            return;
    }
}

}  // namespace understudy::net
