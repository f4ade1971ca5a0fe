/// A throw-away certificate authority.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

/// PEM.
struct Issued {
    std::string certificate;
    std::string key;
};

/// What a leaf is to say. Times are relative to now.
struct LeafWish {
    std::vector<std::string> names;  ///< `DNS:...` and `IP:...`
    std::chrono::seconds begins = std::chrono::hours(-1);
    std::chrono::seconds ends = std::chrono::hours(24);
};

class Authority {
public:
    explicit Authority(
        const std::string& name = "Test CA",
        std::chrono::seconds ends = std::chrono::hours(24 * 365));
    ~Authority();

    /// PEM, to be trusted.
    const std::string& certificate() const noexcept { return certificate_; }
    Issued issue(const LeafWish& wish) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string certificate_;
};

}  // namespace understudy::support
