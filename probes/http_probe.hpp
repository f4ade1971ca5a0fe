/// Does a documented request get the documented answer?
#pragma once

#include "net/http_client.hpp"
#include "net/secret.hpp"
#include "probes/probe.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace understudy::probes {

/// How a request proves who asks. Files are read again for every request, so rotation needs no reload.
struct HttpCredentials {
    enum class Kind { none, basic, bearer, tetrate_token };
    Kind kind = Kind::none;
    std::string user;            ///< Only for `basic`.
    std::filesystem::path file;  ///< Password or token.
};

/// `pointer` (RFC 6901) must be there and, when `equals` is given, hold that JSON value.
struct JsonAssertion {
    std::string pointer;
    std::string equals;  ///< JSON text, e.g. `"success"`; empty: only presence is required.
};

class HttpProbe final : public Probe {
public:
    struct Options {
        std::string method = "GET";
        std::string host;  ///< Address or name to connect to.
        std::uint16_t port = 443;
        bool tls = true;
        net::TlsOptions tls_options;
        std::string host_header;  ///< Host apart from the address; empty: `host`.
        std::string path = "/";
        net::HttpHeaders headers;
        HttpCredentials credentials;
        std::vector<unsigned> expected_status{200};
        std::vector<JsonAssertion> json;  ///< Not empty: the body must be JSON.
        std::size_t body_bytes_max = 1024 * 1024;
        core::Duration timeout = std::chrono::seconds(3);
    };

    HttpProbe(net::HttpClient& client, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    net::HttpClient& client_;
    Options options_;
};

}  // namespace understudy::probes
