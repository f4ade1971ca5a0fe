/// One use of the command line: its options, and its talk with the daemon.
#pragma once

#include "daemon/cli.hpp"
#include "daemon/text_parts.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace understudy {

struct Session {
    std::string config = "/etc/understudy/understudy.toml";
    std::string socket;
    bool as_json = false;
    bool no_colour = false;
    double watch_seconds = 0;
    ExitCode exit_code = ExitCode::ok;  ///< Set by the verb that ran.
};

/// `--socket`, `--json` and `--no-color`.
void add_answer_options(CLI::App& command, Session& session);
/// And `--watch`.
void add_view_options(CLI::App& command, Session& session);
void add_config_option(CLI::App& command, Session& session);

/// How the answer is to look, on what standard output is.
TextStyle style_of(const Session& session);

/// To standard output, at once.
void print(const std::string& text);
/// To standard error, as ours.
void complain(const std::string& text);

using Render = std::string (*)(const boost::json::object&, TextStyle);

/// Asks, prints, and with `--watch` asks again until interrupted.
ExitCode show(const Session& session, const boost::json::object& request, Render render);

/// Asks for a change and prints what became of it. With `--watch` it then shows the run that came
/// of it until that run has ended; it fails when the run ended as anything but done.
ExitCode order(const Session& session, const boost::json::object& request);

}  // namespace understudy
