#include "daemon/cli_session.hpp"

#include "config/load.hpp"
#include "core/run_machine.hpp"
#include "daemon/admin_client.hpp"
#include "daemon/runs_text.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace understudy {

namespace json = boost::json;

namespace {

std::filesystem::path socket_of(const Session& session)
{
    if (!session.socket.empty())
        return session.socket;
    return config::surroundings_of_process().runtime_directory / "admin.sock";
}

json::object ask_once(const Session& session, const json::object& request, Render render)
{
    auto result = ask_daemon(socket_of(session), request);
    if (session.as_json)
        print(json::serialize(result) + "\n");
    else
        print(render(result, style_of(session)));
    return result;
}

/// Home and clear, so that the view refreshes in place; a pipe gets plain blocks.
void clear_screen(const Session& session)
{
    if (isatty(STDOUT_FILENO) != 0 && !session.as_json)
        print("\033[H\033[2J");
}

void pause(const Session& session) { usleep(static_cast<useconds_t>(session.watch_seconds * 1e6)); }

/// Empty while the run goes on.
std::optional<ExitCode> end_of(const json::object& run)
{
    const auto state = core::run_state_named(text(run, "state"));
    if (!state || !is_final(*state))
        return std::nullopt;
    const bool is_good = *state == core::RunState::done || *state == core::RunState::undone;
    return is_good ? ExitCode::ok : ExitCode::failed;
}

ExitCode follow(const Session& session, const json::value& number)
{
    while (true) {
        pause(session);
        clear_screen(session);
        const auto run = ask_once(session, {{"verb", "show"}, {"run", number}}, run_text);
        if (const auto end = end_of(run))
            return *end;
    }
}

template <class Talk>
ExitCode with_exit_code(Talk talk)
{
    try {
        return talk();
    } catch (const DaemonAway& away) {
        complain(away.what());
        return ExitCode::unavailable;
    } catch (const std::runtime_error& refusal) {
        complain(refusal.what());
        return ExitCode::failed;
    } catch (const std::exception& error) {
        complain(error.what());
        return ExitCode::internal;
    }
}

}  // namespace

void add_answer_options(CLI::App& command, Session& session)
{
    command.add_option("--socket", session.socket, "The daemon's admin socket")->type_name("PATH");
    command.add_flag("--json", session.as_json, "JSON for programs, in one line");
    command.add_flag("--no-color", session.no_colour, "No colours");
}

void add_view_options(CLI::App& command, Session& session)
{
    add_answer_options(command, session);
    command
        .add_option("--watch", session.watch_seconds, "Show again every SECONDS, until interrupted")
        ->expected(0, 1)
        ->default_str("2")
        ->check(CLI::Range(0.1, 3600.0))
        ->type_name("SECONDS");
}

void add_config_option(CLI::App& command, Session& session)
{
    command.add_option("--config", session.config, "The configuration")->type_name("FILE");
}

TextStyle style_of(const Session& session)
{
    const auto* terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return {
        isatty(STDOUT_FILENO) != 0 && !is_dumb && !session.no_colour &&
        std::getenv("NO_COLOR") == nullptr};
}

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void complain(const std::string& text) { fmt::print(stderr, "understudy: {}\n", text); }

ExitCode show(const Session& session, const json::object& request, Render render)
{
    return with_exit_code([&] {
        const bool repeats = session.watch_seconds > 0;
        while (true) {
            if (repeats)
                clear_screen(session);
            ask_once(session, request, render);
            if (!repeats)
                return ExitCode::ok;
            pause(session);
        }
    });
}

ExitCode order(const Session& session, const json::object& request)
{
    return with_exit_code([&] {
        const auto answer = ask_once(session, request, answer_text);
        if (session.watch_seconds > 0 && has(answer, "run"))
            return follow(session, answer.at("run"));
        return ExitCode::ok;
    });
}

}  // namespace understudy
