/// TSB's own API of one plane.
#pragma once

#include "net/http_client.hpp"
#include "net/http_credentials.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <vector>

namespace understudy::actions {

struct PlaneApiOptions {
    std::string host;  ///< The plane's own name or address.
    std::uint16_t port = 443;
    bool tls = true;
    net::TlsOptions tls_options;
    std::string host_header;  ///< Host apart from the address; empty: `host`.
    net::HttpCredentials credentials;
    std::string organization = "tetrate";
    core::Duration timeout = std::chrono::seconds(3);

    PlaneApiOptions() = default;
};

struct PlaneAnswer {
    unsigned status = 0;  ///< 0: no answer, or a 200 that is not this API's.
    boost::json::value body;
    std::string detail;  ///< Never with credentials.

    PlaneAnswer() = default;
};

/// `client` must outlive it.
class PlaneApi {
public:
    PlaneApi(net::HttpClient& client, PlaneApiOptions options)
        : client_(client), options_(std::move(options))
    {}

    /// GET `/v2/organizations/ORG` + `path`. `through`: another name to reach the plane by, which
    /// its certificate must carry; empty: its own. Never throws for a sick plane.
    boost::asio::awaitable<PlaneAnswer> get(std::string path, std::string through);

private:
    net::HttpTarget target(const std::string& through);

    net::HttpClient& client_;
    PlaneApiOptions options_;
    std::map<std::string, net::RotatingTls, std::less<>> tls_;  ///< By `through`.
};

}  // namespace understudy::actions
