/// How a log line looks. Pure text work; daemon/logging.hpp writes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy {

enum class LogStyle : std::uint8_t {
    text,     ///< Time, level, message.
    journal,  ///< `<3>message`: journald knows the time and reads the level from the prefix.
    json,     ///< One object a line.
};

/// Severities of syslog(3), which the journal's prefix uses.
enum class LogSeverity : std::uint8_t { critical = 2, error = 3, warning = 4, info = 6, debug = 7 };
std::string_view name_of(LogSeverity severity) noexcept;

struct LogLine {
    LogSeverity severity = LogSeverity::info;
    std::chrono::system_clock::time_point at;
    std::string_view message;
};

/// Longer messages are cut, and say so.
inline constexpr std::size_t log_message_bytes_max = 16 * 1024;

/// With the newline at its end, and no other: what a peer sent cannot forge a line of ours, nor
/// steer the terminal of whoever reads it.
std::string formatted(const LogLine& line, LogStyle style);

/// The text without control characters (C0, DEL, C1), line separators, marks that change the
/// direction of writing, and bytes that are not UTF-8: each byte of those is written as `\xNN`.
std::string harmless(std::string_view text);

}  // namespace understudy
