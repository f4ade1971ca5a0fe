/// What does a name resolve to at given servers?
#pragma once

#include "net/dns_message.hpp"
#include "probes/probe.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/udp.hpp>

#include <string>
#include <vector>

namespace understudy::probes {

/// Asks every server (UDP, then TCP when truncated) for `name` and reports `dns/answer`, when they
/// agree. Servers that disagree are `wrong_answer`, and so is an answer outside `expected` when
/// that is not empty, and a server that says it has or gives no answer (REFUSED, SERVFAIL,
/// NXDOMAIN, no such record). A silent server only shows in the detail, as long as another one
/// answers.
class DnsProbe final : public Probe {
public:
    struct Options {
        std::string name;
        std::string type = "CNAME";        ///< `CNAME`, `A`, `AAAA` or `TXT`.
        std::vector<std::string> servers;  ///< Numeric, `address` or `address:port`.
        std::vector<std::string> expected;
        core::Duration timeout = std::chrono::seconds(3);
    };

    /// Throws std::invalid_argument for a name, type or server that is none.
    DnsProbe(boost::asio::any_io_executor executor, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    boost::asio::any_io_executor executor_;
    Options options_;
    net::DnsQuestion question_;
    std::vector<boost::asio::ip::udp::endpoint> servers_;
};

}  // namespace understudy::probes
