/// Does a port complete a TLS handshake with the certificate that it must have?
#pragma once

#include "net/resolver.hpp"
#include "net/tls.hpp"
#include "probes/probe.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace understudy::probes {

/// Reports the `certificate/...` facts also when verification fails. A leaf that does not cover an
/// expected name, or comes from another issuer, is `tls_verify`.
class TlsProbe final : public Probe {
public:
    struct Options {
        std::string host;
        std::uint16_t port = 443;
        net::TlsOptions tls_options;
        std::vector<std::string>
            expected_names;           ///< DNS names that the leaf must cover, besides SNI.
        std::string expected_issuer;  ///< RFC 2253; empty: any trusted one.
        core::Duration timeout = std::chrono::seconds(3);
    };

    TlsProbe(net::Resolver& resolver, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    net::Resolver& resolver_;
    Options options_;
    net::RotatingTls tls_;
};

}  // namespace understudy::probes
