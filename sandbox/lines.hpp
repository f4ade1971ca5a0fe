/// Lines of text over a Stream.
#pragma once

#include "sandbox/stream.hpp"

#include <string>

namespace understudy::sandbox {

/// The next line, without its end. What came beyond it stays in `pending`. Throws system_error when
/// the stream ends or a line has more than 64 KiB.
boost::asio::awaitable<std::string> read_line(Stream& stream, std::string& pending);

}  // namespace understudy::sandbox
