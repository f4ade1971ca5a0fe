/// SHA-256 (FIPS 180-4), for names of plans and the journal's chain.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

/// 64 lower-case hexadecimal digits. Throws std::runtime_error when OpenSSL has no SHA-256.
std::string sha256_hex(std::string_view bytes);

/// Of a file's content; empty when it has none or cannot be read to its end. Reads it as a whole:
/// for programs, not for data.
std::optional<std::string> sha256_hex_of_file(const std::string& file);

}  // namespace understudy::net
