#include "config/load.hpp"
#include "daemon/admin_client.hpp"
#include "daemon/cli_verbs.hpp"
#include "daemon/explain_json.hpp"
#include "daemon/explain_text.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace understudy {

namespace json = boost::json;

namespace {

/// From the file alone; what a daemon has measured is added when one answers.
json::object explain(const config::Settings& settings, const std::string& socket)
{
    json::object result{
        {"predicted", prediction_json(settings.watch)},
        {"measured", nullptr},
        {"unmeasured_because", nullptr},
        {"daemon_has_other_settings", nullptr}};
    try {
        const auto answer = ask_daemon(
            socket.empty() ? settings.admin.socket : std::filesystem::path(socket),
            {{"verb", "explain"}});
        result["measured"] = answer.at("measured");
        // Numbers are equal only when both came the same way.
        const auto as_answered = json::parse(json::serialize(result.at("predicted")));
        result["daemon_has_other_settings"] = answer.at("predicted") != as_answered;
    } catch (const std::runtime_error& away) {
        result["unmeasured_because"] = away.what();
    }
    return result;
}

ExitCode explain_configuration(const Session& session)
{
    const auto loaded = config::load(session.config);
    for (const auto& problem : loaded.problems)
        fmt::print(stderr, "{}\n", config::format(problem));
    if (!loaded.settings)
        return ExitCode::bad_config;
    const auto explanation = explain(*loaded.settings, session.socket);
    print(
        session.as_json ? json::serialize(explanation) + "\n"
                        : explain_text(explanation, style_of(session)));
    return ExitCode::ok;
}

}  // namespace

void add_explain_verb(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "explain", "How soon a failure is detected, and how often one is seen by mistake: "
                   "predicted from the configuration, and measured by the daemon if one runs");
    add_config_option(*command, session);
    add_answer_options(*command, session);
    command->callback([&session] { session.exit_code = explain_configuration(session); });
}

}  // namespace understudy
