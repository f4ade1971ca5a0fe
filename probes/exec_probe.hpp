/// A check of the operator's own: a program with the exit codes of the Nagios plugin interface.
#pragma once

#include "probes/probe.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <string>
#include <vector>

namespace understudy::probes {

/// 0 ok; 1 and 2 failed (`check_failed`); anything else, a signal, or a program that cannot be
/// started is inconclusive (`check_unknown`). No shell. At the deadline the program is killed with
/// its children (`timeout`). The first line of its output, bounded, becomes the detail.
class ExecProbe final : public Probe {
public:
    struct Options {
        std::vector<std::string> argv;  ///< argv[0] is an absolute path.
        core::Duration timeout = std::chrono::seconds(10);
    };

    ExecProbe(boost::asio::any_io_executor executor, Options options);
    boost::asio::awaitable<core::Outcome> run() override;

private:
    boost::asio::any_io_executor executor_;
    Options options_;
};

}  // namespace understudy::probes
