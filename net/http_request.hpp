/// What goes onto the wire for a request.
#pragma once

#include "net/http_client.hpp"
#include "net/secret.hpp"

#include <string>

namespace understudy::net {

/// The bytes of an HTTP/1.1 request that asks for the connection to be closed; a Secret, because
/// headers may hold one. Throws std::invalid_argument, naming the part but never its value, for
/// what would let a value run into the next line (a control byte in method, path or header).
Secret wire_form(const HttpTarget& target, const HttpRequest& request);

}  // namespace understudy::net
