#include "net/base64.hpp"

#include <cstdint>

namespace understudy::net {

namespace {

int value_of(char c) noexcept
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

bool is_line_break(char c) noexcept { return c == '\n' || c == '\r'; }

}  // namespace

std::optional<std::string> decode_base64(std::string_view text)
{
    std::string bytes;
    std::uint32_t bits = 0;
    std::size_t symbols = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (is_line_break(c))
            continue;
        const int value = c == '=' ? 0 : value_of(c);
        if (value < 0 || (padding > 0 && c != '='))
            return std::nullopt;
        padding += c == '=' ? 1 : 0;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        if (++symbols % 4 != 0)
            continue;
        for (const int shift : {16, 8, 0})
            bytes.push_back(static_cast<char>((bits >> shift) & 0xff));
        bits = 0;
    }
    if (symbols % 4 != 0 || padding > 2)
        return std::nullopt;
    bytes.resize(bytes.size() - padding);
    return bytes;
}

}  // namespace understudy::net
