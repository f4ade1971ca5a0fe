/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace understudy::net {

/// Throws std::runtime_error only when OpenSSL has no memory left.
std::string sha256_hex(std::string_view bytes);

/// Of a file's content, read piece by piece. Throws std::runtime_error that names the file when it
/// cannot be read to its end.
std::string sha256_hex_of_file(const std::filesystem::path& file);

}  // namespace understudy::net
