/// Changes the floating name by an update of its zone (RFC 2136) that is signed with TSIG.
#pragma once

#include "actions/name_provider.hpp"
#include "net/resolver.hpp"

#include <boost/asio/ip/udp.hpp>

#include <filesystem>
#include <string>

namespace understudy::actions {

class DnsUpdateProvider final : public NameProvider {
public:
    struct Options {
        std::string server;  ///< The zone's primary: numeric, `address` or `address:port`.
        std::string zone;
        std::string key_name;            ///< Empty: as the key file says.
        std::string key_algorithm;       ///< `hmac-sha256`, `hmac-sha512`; empty: as the file says.
        std::filesystem::path key_file;  ///< net/tsig_key.hpp. Read again for each change.
    };

    /// Throws std::invalid_argument for a server that is none. `resolver` must outlive it.
    DnsUpdateProvider(net::Resolver& resolver, Options options);
    boost::asio::awaitable<Effect> change(NameChange change) override;

private:
    net::Resolver& resolver_;
    Options options_;
    boost::asio::ip::udp::endpoint server_;
};

}  // namespace understudy::actions
