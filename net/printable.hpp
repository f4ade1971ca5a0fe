/// Text from a peer, made fit for a log line and a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy::net {

/// At most `bytes_max` bytes of `text`; what is not printable ASCII is written as `\xNN`, and `...`
/// says that something was left out.
std::string printable(std::string_view text, std::size_t bytes_max);

}  // namespace understudy::net
