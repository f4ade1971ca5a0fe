#include "net/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace understudy::net {

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

struct Free {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

void require(int result)
{
    if (result != 1)
        throw std::runtime_error("OpenSSL cannot compute a SHA-256");
}

class Sha256 {
public:
    Sha256() { require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }

    void add(std::string_view bytes)
    {
        require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
    }

    std::string hex()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int length = 0;
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), &length));
        constexpr std::string_view digits = "0123456789abcdef";
        std::string text;
        for (unsigned int i = 0; i < length; ++i) {
            text += digits[digest[i] >> 4U];
            text += digits[digest[i] & 0xfU];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

}  // namespace

std::string sha256_hex(std::string_view bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

std::string sha256_hex_of_file(const std::filesystem::path& file)
{
    Sha256 hash;
    std::ifstream stream(file, std::ios::binary);
    std::vector<char> piece(piece_bytes);
    while (stream.good()) {
        stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.add({piece.data(), static_cast<std::size_t>(stream.gcount())});
    }
    if (!stream.eof())
        throw std::runtime_error(file.string() + " cannot be read to its end");
    return hash.hex();
}

}  // namespace understudy::net
