/// Base64 (RFC 4648, section 4) as Kubernetes writes binary data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

/// Line breaks are skipped; empty for anything else that is not complete, padded base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace understudy::net
