#include "daemon/cli_verbs.hpp"
#include "daemon/runs_text.hpp"
#include "daemon/status_text.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace understudy {

namespace {

void add_view(CLI::App& app, Session& session, const char* verb, const char* purpose, Render render)
{
    auto* command = app.add_subcommand(verb, purpose);
    add_view_options(*command, session);
    command->callback([&session, verb, render] {
        session.exit_code = show(session, {{"verb", verb}}, render);
    });
}

void add_plan(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "plan", "The plan that would run now, with every step checked live, and its hash");
    // The one kind there is; said all the same, so that scripts stay right when there are more.
    const auto kind = std::make_shared<std::string>("failover");
    command->add_option("KIND", *kind, "failover")->check(CLI::IsMember({"failover"}));
    add_view_options(*command, session);
    command->callback([&session, kind] {
        session.exit_code = show(session, {{"verb", "plan"}}, plan_text);
    });
}

void add_show(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "show", "One run: timeline, evidence, every attempt, what is missing or owed");
    const auto number = std::make_shared<std::uint64_t>();
    command->add_option("RUN", *number, "Its number, as history shows it")
        ->required()
        ->check(CLI::PositiveNumber);
    add_view_options(*command, session);
    command->callback([&session, number] {
        session.exit_code = show(session, {{"verb", "show"}, {"run", *number}}, run_text);
    });
}

}  // namespace

void add_showing_verbs(CLI::App& app, Session& session)
{
    add_view(
        app, session, "status",
        "Planes, roles, signals, evidence, verdicts and the run in progress", status_text);
    add_view(app, session, "why", "Every gate, and what is missing for a failover now", why_text);
    add_plan(app, session);
    add_view(app, session, "history", "Every run, and what is owed", history_text);
    add_show(app, session);
}

}  // namespace understudy
