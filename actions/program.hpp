/// A program of the operator's that changes something: how it is started, and what its end means.
#pragma once

#include "actions/action.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::actions {

struct Program {
    std::string name;               ///< For people.
    std::vector<std::string> argv;  ///< argv[0] is an absolute path. No shell.
    std::string content_hash;       ///< Of argv[0]'s file, as the plan has it; empty: any will do.
    std::vector<std::pair<std::string, std::string>> environment;
    core::Instant deadline{};  ///< CLOCK_BOOTTIME: killed then, with its children.

    Program() = default;
};

/// Not started when its file is not the one that was planned: it is read right before.
///
/// Exit 0 is `applied`; 75 (EX_TEMPFAIL) and every other code is `refused`, with the code in the
/// detail; killed, at its deadline with its children or by somebody, is `unknown`. Of its output
/// 64 KiB are read and only the last line is kept: printable, bounded, and without what looks like
/// a secret.
boost::asio::awaitable<Effect> run_program(boost::asio::any_io_executor executor, Program program);

/// SHA-256 of a file's content; empty when it cannot be read.
std::optional<std::string> content_hash_of(const std::string& file);

}  // namespace understudy::actions
