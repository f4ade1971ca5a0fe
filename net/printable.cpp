#include "net/printable.hpp"

namespace understudy::net {

std::string printable(std::string_view text, std::size_t bytes_max)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char byte : text.substr(0, bytes_max)) {
        const auto value = static_cast<unsigned char>(byte);
        if (value >= 0x20 && value < 0x7f && byte != '\\')
            result += byte;
        else
            result.append("\\x").append({digits[value >> 4U], digits[value & 0xfU]});
    }
    if (text.size() > bytes_max)
        result += "...";
    return result;
}

}  // namespace understudy::net
