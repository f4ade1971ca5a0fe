/// What a JSON Web Token says of itself (RFC 7519). Nothing is verified: it is our own credential,
/// and the question is only whether it can still be good.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace understudy::net {

/// The claim `exp`; empty for a token without one and for what is no JWT.
std::optional<core::WallTime> expiry_of_token(std::string_view token);

}  // namespace understudy::net
