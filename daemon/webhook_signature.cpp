#include "daemon/webhook_signature.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>
#include <span>
#include <stdexcept>

namespace understudy {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(std::span<const unsigned char> bytes)
{
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    // Writes a terminating zero as well, where std::string keeps its own.
    EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
        static_cast<int>(bytes.size()));
    return text;
}

/// Empty for what is not base64. Padding is optional, as some generators leave it out.
std::optional<net::Secret> decoded(std::string_view text)
{
    const auto data = text.substr(0, text.find_last_not_of('=') + 1);
    if (data.empty() || data.size() % 4 == 1 || data.size() > 4 * key_bytes_max)
        return std::nullopt;
    const auto padding = (4 - data.size() % 4) % 4;
    const net::Secret padded(std::string(data) + std::string(padding, '='));
    const auto block = padded.reveal();
    std::string bytes(block.size() / 4 * 3, '\0');
    const auto length = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(block),
        static_cast<int>(block.size()));
    if (length < 0)
        return std::nullopt;
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return net::Secret(std::move(bytes));
}

net::Secret key_in(const std::filesystem::path& file)
{
    const auto secret = net::read_secret(file);
    const auto text = secret.reveal();
    const auto key = text.starts_with(prefix) ? decoded(text.substr(prefix.size())) : std::nullopt;
    if (!key || key->reveal().size() < key_bytes_min || key->reveal().size() > key_bytes_max)
        throw std::runtime_error(fmt::format(
            "{}: not a webhook secret; write one with: (printf whsec_; openssl rand -base64 32) > "
            "FILE",
            file.native()));
    return *key;
}

std::string hmac_sha256(const net::Secret& key, std::string_view message)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* result = HMAC(
        EVP_sha256(), key.reveal().data(), static_cast<int>(key.reveal().size()), bytes_of(message),
        message.size(), digest.data(), &length);
    if (result == nullptr)
        throw std::runtime_error("signing a webhook: OpenSSL's HMAC-SHA256 failed");
    return base64(std::span(digest).first(length));
}

}  // namespace

WebhookSigner::WebhookSigner(const std::vector<std::filesystem::path>& secret_files)
{
    keys_.reserve(secret_files.size());
    for (const auto& file : secret_files)
        keys_.push_back(key_in(file));
}

std::string WebhookSigner::sign(
    std::string_view id, std::int64_t timestamp, std::string_view body) const
{
    const auto message = fmt::format("{}.{}.{}", id, timestamp, body);
    std::string signatures;
    for (const auto& key : keys_) {
        signatures += signatures.empty() ? "v1," : " v1,";
        signatures += hmac_sha256(key, message);
    }
    return signatures;
}

}  // namespace understudy
