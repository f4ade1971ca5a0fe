#include "net/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace understudy::net {

std::string sha256_hex(std::string_view bytes)
{
    std::array<unsigned char, 32> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("hashing: OpenSSL's SHA-256 failed; is its default provider on?");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : digest)
        text.append({digits[byte >> 4U], digits[byte & 15U]});
    return text;
}

std::optional<std::string> sha256_hex_of_file(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    return stream && !content.empty() ? std::optional(sha256_hex(content)) : std::nullopt;
}

}  // namespace understudy::net
