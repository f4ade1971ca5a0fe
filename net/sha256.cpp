#include "net/sha256.hpp"

#include <openssl/evp.h>

#include <array>
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

}  // namespace understudy::net
