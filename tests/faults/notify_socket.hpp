/// systemd's end of a notify socket.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::sandbox {

class NotifySocket {
public:
    /// Anybody may send. Throws std::system_error.
    explicit NotifySocket(std::filesystem::path path);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    /// NOTIFY_SOCKET=...
    std::string variable() const { return "NOTIFY_SOCKET=" + path_.string(); }
    /// Everything that has come so far, in order.
    const std::vector<std::string>& messages();
    /// How many of them begin with `prefix`.
    std::size_t count(std::string_view prefix);

private:
    std::filesystem::path path_;
    int socket_ = -1;
    std::vector<std::string> messages_;
};

}  // namespace understudy::sandbox
