#include "net/secret.hpp"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace understudy::net {

namespace {

constexpr std::size_t secret_bytes_max = 64 * 1024;

void wipe(std::string& bytes) noexcept
{
    explicit_bzero(bytes.data(), bytes.size());
    bytes.clear();
}

class File {
public:
    explicit File(const std::filesystem::path& path)
        : number_(
              ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))  // a FIFO must not hang us
    {
        if (number_ < 0)
            throw std::system_error(
                errno, std::system_category(),
                "cannot open secret file " + path.string() +
                    " (create it, or correct its path and owner)");
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { ::close(number_); }

    int number() const noexcept { return number_; }

private:
    int number_;
};

const char* credentials_directory() noexcept
{
    return std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): never set by us
}

std::filesystem::path located(const std::filesystem::path& file)
{
    const char* directory = credentials_directory();
    return file.is_relative() && directory != nullptr ? directory / file : file;
}

/// systemd grants a service its credentials by an access control list, whose mask stat() shows as
/// group bits; the directory around them is the service's own.
bool is_systemd_credential(const std::filesystem::path& path)
{
    const char* directory = credentials_directory();
    return directory != nullptr && path.parent_path() == std::filesystem::path(directory);
}

void require_private_file(const File& file, const std::filesystem::path& path)
{
    struct stat status {};
    if (::fstat(file.number(), &status) != 0)
        throw std::system_error(errno, std::system_category(), "secret file " + path.string());
    if (!S_ISREG(status.st_mode))
        throw std::runtime_error("secret file " + path.string() + " is not a regular file");
    const mode_t shared = is_systemd_credential(path) ? mode_t{S_IRWXO} : mode_t{S_IRWXG | S_IRWXO};
    if ((status.st_mode & shared) != 0)
        throw std::runtime_error(
            "secret file " + path.string() + " is open to others than its owner (chmod 0600 it)");
}

std::string contents(const File& file, const std::filesystem::path& path)
{
    std::string bytes;
    std::array<char, 4096> chunk{};
    for (;;) {
        const ssize_t count = ::read(file.number(), chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw std::system_error(
                errno, std::system_category(), "cannot read secret file " + path.string());
        if (count == 0)
            break;
        bytes.append(chunk.data(), static_cast<std::size_t>(count));
        if (bytes.size() > secret_bytes_max)
            throw std::runtime_error(
                "secret file " + path.string() + " is larger than 64 KiB (is it the right file?)");
    }
    explicit_bzero(chunk.data(), chunk.size());
    return bytes;
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_))
{
    wipe(other.bytes_);  // a short string was copied, not moved
}

Secret& Secret::operator=(const Secret& other)
{
    if (this != &other) {
        wipe(bytes_);
        bytes_ = other.bytes_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe(bytes_);
        bytes_ = std::move(other.bytes_);
        wipe(other.bytes_);
    }
    return *this;
}

Secret::~Secret() { wipe(bytes_); }

Secret read_secret(const std::filesystem::path& file)
{
    const auto path = located(file);
    const File opened(path);
    require_private_file(opened, path);
    std::string bytes = contents(opened, path);
    if (bytes.ends_with('\n'))
        bytes.pop_back();
    Secret secret(std::move(bytes));
    return secret;
}

}  // namespace understudy::net
