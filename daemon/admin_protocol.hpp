/// The protocol of the admin socket: one JSON object in a line each way, then the connection
/// closes.
///
///     {"verb": "status"}\n   ->   {"ok": true, "result": {...}}\n
///                                 {"ok": false, "error": "..."}\n
#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy {

inline constexpr std::size_t admin_request_bytes_max = 64 * 1024;

/// Who asks, as the kernel says (SO_PEERCRED).
struct Principal {
    unsigned uid = 0;
    unsigned gid = 0;
    int pid = 0;
};

struct AdminRequest {
    std::string verb;
    boost::json::object arguments;  ///< The whole object, `verb` included.

    AdminRequest() = default;
};

/// Throws std::runtime_error that says what is wrong with the line.
AdminRequest parse_admin_request(std::string_view line);

std::string render_result(const boost::json::object& result);
std::string render_error(std::string_view message);

}  // namespace understudy
