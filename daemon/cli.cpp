#include "daemon/cli.hpp"

#include "config/check.hpp"
#include "config/load.hpp"
#include "daemon/cli_verbs.hpp"
#include "daemon/daemon.hpp"
#include "daemon/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace understudy {

namespace {

constexpr const char* introduction =
    "Understudy keeps Tetrate Service Bridge manageable when its Management Plane dies.\n\n"
    "  understudy run --config FILE           watch and act, as systemd runs it\n"
    "  understudy status                      what the daemon sees and does\n"
    "  understudy why                         what keeps it from failing over now\n"
    "  understudy plan                        what a failover would do now, step by step\n"
    "  understudy history                     every run; show RUN tells one in full\n"
    "  understudy hold --for 2h --reason ...  no automatic action for a while\n"
    "  understudy check-config --config FILE  is the file right, and what follows from it\n"
    "  understudy explain --config FILE       how soon it detects, and how often it errs\n";

ExitCode check_config(const Session& session)
{
    const auto loaded = config::load(session.config);
    for (const auto& problem : loaded.problems)
        fmt::print(stderr, "{}\n", config::format(problem));
    if (!loaded.settings)
        return ExitCode::bad_config;
    for (const auto& line : config::lines_of(config::assess(*loaded.settings)))
        print(line + "\n");
    return ExitCode::ok;
}

void add_config_verbs(CLI::App& app, Session& session)
{
    auto* run = app.add_subcommand("run", "Watch the planes until told to stop");
    add_config_option(*run, session);
    run->callback([&] { session.exit_code = static_cast<ExitCode>(run_daemon(session.config)); });

    auto* check =
        app.add_subcommand("check-config", "Check a configuration and say what follows from it");
    add_config_option(*check, session);
    check->callback([&] { session.exit_code = check_config(session); });
}

}  // namespace

int run_command_line(int argc, char** argv)
{
    CLI::App app(introduction);
    app.set_version_flag("--version", std::string("understudy ") + version);
    app.require_subcommand(1);
    Session session;
    add_config_verbs(app, session);
    add_explain_verb(app, session);
    add_showing_verbs(app, session);
    add_acting_verbs(app, session);
    add_journal_verbs(app, session);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const auto code = app.exit(error);
        return code == 0 ? 0 : static_cast<int>(ExitCode::usage);
    }
    return static_cast<int>(session.exit_code);
}

}  // namespace understudy
