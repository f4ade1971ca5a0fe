/// The signature scheme v1 of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`.
#pragma once

#include "net/secret.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// Signs with every key, so that a receiver can be moved from an old secret to a new one.
class WebhookSigner {
public:
    /// Each secret is `whsec_` and the base64 of 24 to 64 random bytes. Throws std::runtime_error
    /// that names the file and the remedy.
    explicit WebhookSigner(const std::vector<std::filesystem::path>& secret_files);

    bool signs() const noexcept { return !keys_.empty(); }
    /// The value of `webhook-signature`: `v1,BASE64`, once for each key, separated by spaces.
    std::string sign(std::string_view id, std::int64_t timestamp, std::string_view body) const;

private:
    std::vector<net::Secret> keys_;
};

}  // namespace understudy
