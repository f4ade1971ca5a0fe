/// Does a documented request get the documented answer?
#pragma once

#include "net/http_client.hpp"
#include "net/http_credentials.hpp"
#include "net/secret.hpp"
#include "net/tls.hpp"
#include "probes/json_check.hpp"
#include "probes/probe.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace understudy::probes {

using HttpCredentials = net::HttpCredentials;

/// Reports the `certificate/...` facts, and `clusters/names` where it lists clusters. A status that
/// is not expected is `credentials` (401, 403; `credentials_expired` when ours is a JWT whose `exp`
/// has passed by our clock), `rate_limited` (429) or `status`; a body of another type than JSON
/// where JSON is asserted is `body`, one that does not parse or does not hold what it must is
/// `json`. A secret or certificate file that cannot be read is trouble of ours. The credentials
/// never show in the detail, even when the peer echoes them.
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
        bool lists_clusters = false;  ///< The body is TSB's list of clusters: `clusters/names`.
    };

    /// Throws std::invalid_argument for a JSON assertion that cannot be understood.
    HttpProbe(net::HttpClient& client, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    net::HttpTarget target();
    net::HttpRequest request(const net::Secret& credential) const;
    core::Outcome judge(const net::HttpReply& reply, const net::Secret& credential) const;

    net::HttpClient& client_;
    Options options_;
    JsonCheck json_check_;
    net::RotatingTls tls_;
};

}  // namespace understudy::probes
