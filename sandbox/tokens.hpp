/// The tokens that a control plane shows to Central.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace understudy::sandbox {

/// A JWT (RFC 7519) as control planes have them: its header names the key that signed it (TSB-17).
/// The signature is none, and nobody here checks it.
std::string make_token(
    std::string_view cluster, std::string_view key_id, std::chrono::seconds lifetime);

/// How long the token is good for; not any more when that is not above 0. What is not a token of
/// make_token() has expired.
std::chrono::seconds left_of(std::string_view token);

}  // namespace understudy::sandbox
