#include "faults/pair.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace understudy::sandbox {

namespace {

// Bringing a pair up takes 3 s on an idle machine.
constexpr auto up_deadline = std::chrono::seconds(60);
constexpr auto command_deadline = std::chrono::seconds(60);

}  // namespace

std::filesystem::path fresh_dir()
{
    static std::atomic<int> count = 0;
    return std::filesystem::temp_directory_path() /
           ("understudy-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
}

std::vector<std::string> sandbox_command(const std::vector<std::string>& arguments)
{
    std::vector<std::string> argv{SOURCE_DIR "/scripts/sandbox"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return argv;
}

std::vector<std::string> up_command(
    const std::filesystem::path& dir, const std::vector<std::string>& options)
{
    auto argv = sandbox_command(
        {"up", dir.string(), "--build", BINARY_DIR, "--owner", std::to_string(::getpid())});
    argv.insert(argv.end(), options.begin(), options.end());
    return argv;
}

ProcessNamespace::ProcessNamespace(const std::filesystem::path& dir)
{
    std::ifstream in(dir / "run/init.identity");
    std::string init;
    in >> init;
    fd_ = ::open(("/proc/" + init + "/ns/pid").c_str(), O_RDONLY | O_CLOEXEC);
}

ProcessNamespace::~ProcessNamespace()
{
    if (fd_ >= 0)
        ::close(fd_);
}

std::vector<std::string> ProcessNamespace::processes() const
{
    std::vector<std::string> found;
    struct stat ours = {};
    if (fd_ < 0 || ::fstat(fd_, &ours) != 0)
        return found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto pid = entry.path().filename().string();
        struct stat theirs = {};
        if (std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; }) &&
            ::stat((entry.path() / "ns/pid").c_str(), &theirs) == 0 &&
            theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev)
            found.push_back(pid);
    }
    return found;
}

Pair::Pair(const std::vector<std::string>& options) : dir_(fresh_dir())
{
    const auto up = run(up_command(dir_, options), up_deadline);
    if (up.status != 0)
        throw std::runtime_error("the sandbox did not come up: " + up.output);
}

Pair::~Pair() { run(sandbox_command({"down", dir_.string(), "--remove"}), command_deadline); }

Finished Pair::fault(
    const std::string& name, const std::string& state, const std::string& plane) const
{
    return run(
        sandbox_command({"fault", dir_.string(), name, state, "--plane", plane}), command_deadline);
}

Finished Pair::status() const
{
    return run(sandbox_command({"status", dir_.string()}), command_deadline);
}

std::vector<std::string> Pair::inside(const std::vector<std::string>& command) const
{
    auto argv = sandbox_command({"exec", dir_.string(), "--"});
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
}

Finished Pair::run_inside(const std::vector<std::string>& command) const
{
    return run(inside(command), command_deadline);
}

}  // namespace understudy::sandbox
