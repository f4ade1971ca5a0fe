#include "daemon/cli.hpp"

#include "config/check.hpp"
#include "config/load.hpp"
#include "daemon/admin_client.hpp"
#include "daemon/daemon.hpp"
#include "daemon/status_text.hpp"
#include "daemon/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace understudy {

namespace json = boost::json;

namespace {

struct Options {
    std::string config = "/etc/understudy/understudy.toml";
    std::string socket;
    bool as_json = false;
    bool no_colour = false;
    double watch_seconds = 0;
};

int as_int(ExitCode code) { return static_cast<int>(code); }

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void complain(const std::string& text) { fmt::print(stderr, "understudy: {}\n", text); }

bool wants_colour(const Options& options)
{
    const auto* terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return isatty(STDOUT_FILENO) != 0 && !is_dumb && !options.no_colour &&
           std::getenv("NO_COLOR") == nullptr;
}

std::filesystem::path socket_of(const Options& options)
{
    if (!options.socket.empty())
        return options.socket;
    return config::surroundings_of_process().runtime_directory / "admin.sock";
}

int check_config(const Options& options)
{
    const auto loaded = config::load(options.config);
    for (const auto& problem : loaded.problems)
        fmt::print(stderr, "{}\n", config::format(problem));
    if (!loaded.settings)
        return as_int(ExitCode::bad_config);
    for (const auto& line : config::lines_of(config::assess(*loaded.settings)))
        print(line + "\n");
    return as_int(ExitCode::ok);
}

using Render = std::string (*)(const json::object&, TextStyle);

void show(const Options& options, const char* verb, Render render)
{
    const auto result = ask_daemon(socket_of(options), {{"verb", verb}});
    if (options.as_json)
        print(json::serialize(result) + "\n");
    else
        print(render(result, {wants_colour(options)}));
}

int ask(const Options& options, const char* verb, Render render)
{
    try {
        while (true) {
            const bool repeats = options.watch_seconds > 0;
            // Home and clear, so that the view refreshes in place; a pipe gets plain blocks.
            if (repeats && isatty(STDOUT_FILENO) != 0 && !options.as_json)
                print("\033[H\033[2J");
            show(options, verb, render);
            if (!repeats)
                return as_int(ExitCode::ok);
            usleep(static_cast<useconds_t>(options.watch_seconds * 1e6));
        }
    } catch (const DaemonAway& away) {
        complain(away.what());
        return as_int(ExitCode::unavailable);
    } catch (const std::exception& error) {
        complain(error.what());
        return as_int(ExitCode::failed);
    }
}

void add_view_options(CLI::App& command, Options& options)
{
    command.add_option("--socket", options.socket, "The daemon's admin socket")->type_name("PATH");
    command.add_flag("--json", options.as_json, "JSON for programs, in one line");
    command.add_flag("--no-color", options.no_colour, "No colours");
    command
        .add_option("--watch", options.watch_seconds, "Show again every SECONDS, until interrupted")
        ->expected(0, 1)
        ->default_str("2")
        ->check(CLI::Range(0.1, 3600.0))
        ->type_name("SECONDS");
}

}  // namespace

int run_command_line(int argc, char** argv)
{
    CLI::App app(
        "Understudy keeps Tetrate Service Bridge manageable when its Management Plane dies.\n\n"
        "  understudy run --config FILE           watch, as systemd runs it\n"
        "  understudy status                      what the daemon sees\n"
        "  understudy why                         what keeps it from failing over now\n"
        "  understudy check-config --config FILE  is the file right, and what follows from it\n");
    app.set_version_flag("--version", std::string("understudy ") + version);
    app.require_subcommand(1);
    Options options;
    int exit_code = 0;

    auto* run = app.add_subcommand("run", "Watch the planes until told to stop");
    run->add_option("--config", options.config, "The configuration")->type_name("FILE");
    run->callback([&] { exit_code = run_daemon(options.config); });

    auto* check =
        app.add_subcommand("check-config", "Check a configuration and say what follows from it");
    check->add_option("--config", options.config, "The configuration")->type_name("FILE");
    check->callback([&] { exit_code = check_config(options); });

    auto* status = app.add_subcommand("status", "Planes, roles, signals, evidence and verdicts");
    add_view_options(*status, options);
    status->callback([&] { exit_code = ask(options, "status", status_text); });

    auto* why = app.add_subcommand("why", "Every gate, and what is missing for a failover now");
    add_view_options(*why, options);
    why->callback([&] { exit_code = ask(options, "why", why_text); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const auto code = app.exit(error);
        return code == 0 ? 0 : as_int(ExitCode::usage);
    }
    return exit_code;
}

}  // namespace understudy
