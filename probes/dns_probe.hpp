/// What does a name resolve to at given servers?
#pragma once

#include "probes/probe.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <string>
#include <vector>

namespace understudy::probes {

/// Asks every server (UDP, then TCP when truncated) for `name` and reports `dns/answer`; servers that
/// disagree are `wrong_answer`, and so is an answer outside `expected` when that is not empty.
class DnsProbe final : public Probe {
public:
    struct Options {
        std::string name;
        std::string type = "CNAME";        ///< `CNAME`, `A`, `AAAA` or `TXT`.
        std::vector<std::string> servers;  ///< Numeric, `address` or `address:port`.
        std::vector<std::string> expected;
        core::Duration timeout = std::chrono::seconds(3);
    };

    DnsProbe(boost::asio::any_io_executor executor, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    boost::asio::any_io_executor executor_;
    Options options_;
};

}  // namespace understudy::probes
