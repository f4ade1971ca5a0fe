/// HTTP's Basic scheme (RFC 7617).
#pragma once

#include "net/secret.hpp"

#include <string_view>

namespace understudy::net {

/// The value of the `Authorization` header.
Secret basic_authorization(std::string_view user, const Secret& password);

}  // namespace understudy::net
