#include "net/basic_auth.hpp"

#include <cstdint>
#include <string>

namespace understudy::net {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Three bytes to four characters (RFC 4648, section 4).
void append_base64(std::string& to, std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U |
                    (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) {
            const bool padding = i + j > bytes.size();
            to += padding ? '=' : alphabet[group >> (18U - 6U * j) & 0x3fU];
        }
    }
}

}  // namespace

Secret basic_authorization(std::string_view user, const Secret& password)
{
    const std::string_view word = password.reveal();
    std::string plain;
    plain.reserve(
        user.size() + 1 + word.size());  // growing would leave copies of the secret behind
    plain.append(user).append(":").append(word);
    const Secret pair(std::move(plain));

    std::string value;
    value.reserve(6 + (pair.reveal().size() + 2) / 3 * 4);
    value = "Basic ";
    append_base64(value, pair.reveal());
    Secret header(std::move(value));
    return header;
}

}  // namespace understudy::net
