#include "faults/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace understudy::sandbox {

NotifySocket::NotifySocket(std::filesystem::path path)
    : path_(std::move(path)),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto name = path_.string();
    if (name.size() >= sizeof address.sun_path)
        throw std::system_error(ENAMETOOLONG, std::generic_category(), name);
    std::memcpy(address.sun_path, name.data(), name.size());
    const void* generic = &address;
    if (::bind(socket_, static_cast<const sockaddr*>(generic), sizeof address) != 0 ||
        ::chmod(name.c_str(), 0666) != 0)
        throw std::system_error(errno, std::generic_category(), name);
}

NotifySocket::~NotifySocket() { ::close(socket_); }

const std::vector<std::string>& NotifySocket::messages()
{
    std::array<char, 4096> buffer;
    for (;;) {
        const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (size < 0)
            return messages_;
        messages_.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    }
}

std::size_t NotifySocket::count(std::string_view prefix)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        messages(), [prefix](const std::string& text) { return text.starts_with(prefix); }));
}

}  // namespace understudy::sandbox
