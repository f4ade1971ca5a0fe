/// A client that sends exactly the bytes it is told, and a server on a thread to send them to.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::support {

/// One TCP connection to loopback. Everything is bounded by a deadline of the test.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;

    void send(std::string_view bytes) const;
    /// No more bytes will come from us.
    void finish() const;
    /// Until the peer closes. A reset ends it as well, and is marked with `<reset>`.
    std::string read_to_end() const;
    /// Until that has been read; what came is returned, also when the peer closed before.
    std::string read_until(std::string_view text) const;

private:
    int socket_ = -1;
};

}  // namespace understudy::support
