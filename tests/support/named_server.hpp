/// A real BIND 9 of the test's own, on loopback, in a folder of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace understudy::support {

/// Primary for `tsb.test`, where `active` (TTL 5) is a CNAME to `east`, and `east` and `west` have
/// addresses. The key `understudy` may change `active` and all below `_understudy.active`, and
/// nothing else. Runs as user `bind` when the test is root. Dies with the test.
class NamedServer {
public:
    NamedServer();
    ~NamedServer();
    NamedServer(const NamedServer&) = delete;
    NamedServer& operator=(const NamedServer&) = delete;

    /// Waits until it answers.
    void start();
    void stop();

    /// `127.0.0.1:PORT`
    std::string address() const;
    std::uint16_t port() const noexcept { return port_; }

    /// BIND's key statement, as tsig-keygen writes it.
    static std::string key_statement();
    static std::string key_secret();

private:
    void put(const std::string& name, const std::string& text) const;

    std::filesystem::path folder_;
    std::uint16_t port_;
    pid_t process_ = -1;
};

}  // namespace understudy::support
