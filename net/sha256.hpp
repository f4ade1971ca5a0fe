/// SHA-256 (FIPS 180-4), for names of plans and the journal's chain.
#pragma once

#include <string>
#include <string_view>

namespace understudy::net {

/// 64 lower-case hexadecimal digits. Throws std::runtime_error when OpenSSL has no SHA-256.
std::string sha256_hex(std::string_view bytes);

}  // namespace understudy::net
