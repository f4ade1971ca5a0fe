#include "daemon/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace understudy::support {

namespace {

constexpr timeval patience{20, 0};

[[noreturn]] void fail(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const void* generic = &address;
    if (connect(socket_, static_cast<const sockaddr*>(generic), sizeof address) != 0)
        fail("connecting to the server under test");
}

RawClient::RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

RawClient::~RawClient()
{
    if (socket_ >= 0)
        close(socket_);
}

void RawClient::send(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;  // The server may close before it has everything.
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawClient::finish() const { shutdown(socket_, SHUT_WR); }

std::string RawClient::read_to_end() const { return read_until({}); }

std::string RawClient::read_until(std::string_view text) const
{
    std::string result;
    std::array<char, 4096> buffer;
    while (text.empty() || result.find(text) == std::string::npos) {
        const auto got = recv(socket_, buffer.data(), buffer.size(), 0);
        if (got == 0)
            break;
        if (got < 0 && errno == EAGAIN)
            throw std::runtime_error("the server neither answered nor closed; so far: " + result);
        if (got < 0)
            return result + "<reset>";
        result.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return result;
}

}  // namespace understudy::support
