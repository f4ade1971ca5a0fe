/// The command line's side of the admin socket: one blocking, bounded question.
#pragma once

#include <boost/json/object.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace understudy {

/// No daemon answers on that socket.
class DaemonAway : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Asks and waits at most 20 s, which is longer than the daemon lets a conversation take. Throws
/// DaemonAway (what was tried, what to do), or std::runtime_error with the daemon's own words when
/// it refuses.
boost::json::object ask_daemon(
    const std::filesystem::path& socket, const boost::json::object& request);

}  // namespace understudy
