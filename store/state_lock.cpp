#include "store/state_lock.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace understudy::store {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string_view action, const fs::path& file, int error)
{
    throw std::runtime_error(fmt::format(
        "{} {}: {}; the state directory must exist, be writable and belong to the daemon's user",
        action, file.native(), std::generic_category().message(error)));
}

/// Lock of the open file description, not of the process: a library of ours that opens and closes
/// the same file cannot drop it, as it would a classic POSIX lock.
bool take(int file)
{
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(file, F_OFD_SETLK, &whole) == 0;
}

/// The kernel does not say who holds an OFD lock; the holder wrote its pid into the file.
std::string holder_of(int file)
{
    std::array<char, 32> text{};
    const auto length = ::pread(file, text.data(), text.size(), 0);
    const std::string_view content(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const auto pid = content.substr(0, content.find_first_not_of("0123456789"));
    return pid.empty() ? std::string("unknown") : std::string(pid);
}

void write_pid(int file, const fs::path& path)
{
    const auto text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) < 0)
        fail("writing the pid into", path, errno);
}

}  // namespace

StateLock::StateLock(const fs::path& directory)
{
    const auto path = directory / "lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file_ < 0)
        fail("opening", path, errno);
    try {
        if (!take(file_)) {
            const auto error = errno;
            if (error != EAGAIN && error != EACCES)
                fail("locking", path, error);
            throw std::runtime_error(fmt::format(
                "state directory {} is in use by another understudy (pid {}); stop that one, or "
                "give "
                "this one a state directory of its own",
                directory.native(), holder_of(file_)));
        }
        write_pid(file_, path);
    } catch (...) {
        ::close(file_);
        throw;
    }
}

StateLock::~StateLock() { ::close(file_); }

}  // namespace understudy::store
