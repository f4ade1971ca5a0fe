/// Does a port accept connections? (Which proves little; a TLS probe proves more.)
#pragma once

#include "net/resolver.hpp"
#include "probes/probe.hpp"

#include <cstdint>
#include <string>

namespace understudy::probes {

class TcpProbe final : public Probe {
public:
    struct Options {
        std::string host;
        std::uint16_t port = 0;
        core::Duration timeout = std::chrono::seconds(3);
    };

    TcpProbe(net::Resolver& resolver, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    net::Resolver& resolver_;
    Options options_;
};

}  // namespace understudy::probes
