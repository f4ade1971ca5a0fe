#include "daemon/log_format.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace understudy {

namespace {

/// The length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none; the
/// code point goes to `code`. Overlong forms, surrogates and what is above U+10FFFF are not
/// well-formed.
std::size_t decode(std::string_view text, std::uint32_t& code)
{
    const auto byte_at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte_at(0);
    if (first < 0x80) {
        code = first;
        return 1;
    }
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size)
        return 0;
    code = first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_at(i) & 0xc0U) != 0x80)
            return 0;
        code = (code << 6U) | (byte_at(i) & 0x3fU);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return overlong || surrogate || code > 0x10ffff ? 0 : size;
}

bool is_harmful(std::uint32_t code)
{
    const bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const bool separator = code == 0x2028 || code == 0x2029;
    const bool direction = code == 0x61c || code == 0x200e || code == 0x200f ||
                           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return control || separator || direction;
}

void append_escaped(std::string& result, std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        result.append("\\x").append({digits[value >> 4U], digits[value & 0xfU]});
    }
}

std::string cut(std::string_view message)
{
    if (message.size() <= log_message_bytes_max)
        return harmless(message);
    return harmless(message.substr(0, log_message_bytes_max)) + "... (" +
           std::to_string(message.size() - log_message_bytes_max) + " bytes cut)";
}

/// RFC 3339 in UTC, to the millisecond.
std::string timestamp(std::chrono::system_clock::time_point at)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    const auto fraction = std::chrono::floor<std::chrono::milliseconds>(at - seconds).count();
    const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::string result(text.data(), size);
    const auto digits = std::to_string(1000 + fraction);
    return result + "." + digits.substr(1) + "Z";
}

std::string padded(std::string_view name)
{
    std::string text(name);
    text.resize(8, ' ');
    return text;
}

std::string as_json(const LogLine& line)
{
    const auto message = boost::json::string(cut(line.message));
    return "{\"time\":\"" + timestamp(line.at) + "\",\"level\":\"" +
           std::string(name_of(line.severity)) +
           "\",\"message\":" + boost::json::serialize(message) + "}\n";
}

}  // namespace

std::string_view name_of(LogSeverity severity) noexcept
{
    switch (severity) {
    case LogSeverity::critical: return "critical";
    case LogSeverity::error: return "error";
    case LogSeverity::warning: return "warning";
    case LogSeverity::info: return "info";
    case LogSeverity::debug: return "debug";
    }
    return "info";
}

std::string harmless(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        std::uint32_t code = 0;
        const auto size = decode(text, code);
        const auto taken = text.substr(0, size == 0 ? 1 : size);
        if (size == 0 || is_harmful(code))
            append_escaped(result, taken);
        else
            result.append(taken);
        text.remove_prefix(taken.size());
    }
    return result;
}

std::string formatted(const LogLine& line, LogStyle style)
{
    switch (style) {
    case LogStyle::journal:
        return "<" + std::to_string(static_cast<int>(line.severity)) + ">" + cut(line.message) +
               "\n";
    case LogStyle::json: return as_json(line);
    case LogStyle::text: break;
    }
    return timestamp(line.at) + " " + padded(name_of(line.severity)) + " " + cut(line.message) +
           "\n";
}

}  // namespace understudy
