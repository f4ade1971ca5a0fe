/// A configured URL, taken apart into what the HTTP client needs.
#pragma once

#include "net/http_client.hpp"
#include "net/tls.hpp"

#include <string>

namespace understudy {

struct Endpoint {
    net::HttpTarget target;
    std::string path;  ///< Origin form: path and query.

    Endpoint() = default;
};

/// Throws std::runtime_error that names `what` and the remedy, never the URL: a chat service's URL
/// is itself the secret. User and password in the URL are refused.
Endpoint endpoint_of(const std::string& what, const std::string& url, const net::TlsOptions& tls);

}  // namespace understudy
