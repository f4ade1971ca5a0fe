/// Times as other systems write them.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace understudy::net {

/// RFC 3339 as Kubernetes writes it: `2026-11-23T04:00:00Z`, with a fraction or an offset where
/// there is one. Leap seconds count as the second before. Empty for anything else.
std::optional<core::WallTime> parse_rfc3339(std::string_view text);

/// The same in UTC with milliseconds: `2026-11-23T02:16:24.000Z`.
std::string rfc3339(core::WallTime time);

/// RFC 9110's preferred form, which is what servers send: `Mon, 23 Nov 2026 04:00:00 GMT`.
std::optional<core::WallTime> parse_http_date(std::string_view text);

}  // namespace understudy::net
