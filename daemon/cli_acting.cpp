#include "daemon/cli_verbs.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace understudy {

namespace json = boost::json;

namespace {

/// A verb under construction: its options write into the request that will be sent.
class Verb {
public:
    Verb(CLI::App& app, Session& session, const char* name, const char* purpose)
        : command_(*app.add_subcommand(name, purpose)), request_(std::make_shared<json::object>())
    {
        (*request_)["verb"] = name;
        add_view_options(command_, session);
        command_.callback(
            [&session, request = request_] { session.exit_code = order(session, *request); });
    }

    Verb& sends(const char* verb)
    {
        (*request_)["verb"] = verb;
        return *this;
    }
    Verb& text(const char* option, const char* field, const char* type, const char* purpose)
    {
        add_text(option, field, type, purpose)->required();
        return *this;
    }
    Verb& optional_text(
        const char* option, const char* field, const char* type, const char* purpose)
    {
        add_text(option, field, type, purpose);
        return *this;
    }
    Verb& reason() { return text("--reason", "reason", "TEXT", "Why, for the history"); }
    Verb& plan() { return text("--plan", "plan", "HASH", "The plan's hash, as plan prints it"); }
    Verb& run()
    {
        const auto store = [request = request_](const std::uint64_t& value) {
            (*request)["run"] = value;
        };
        command_.add_option_function<std::uint64_t>("RUN", store, "Its number")
            ->required()
            ->check(CLI::PositiveNumber);
        return *this;
    }
    Verb& flag(const char* option, const char* purpose)
    {
        const std::string description = purpose;  // a char pointer would be taken for a target
        command_.add_flag(option, description)->required();
        return *this;
    }

private:
    CLI::Option* add_text(
        const char* option, const char* field, const char* type, const char* purpose)
    {
        const auto store = [request = request_, field](const std::string& value) {
            (*request)[field] = value;
        };
        return command_.add_option_function<std::string>(option, store, purpose)->type_name(type);
    }

    CLI::App& command_;
    std::shared_ptr<json::object> request_;
};

void add_run_verbs(CLI::App& app, Session& session)
{
    Verb(app, session, "failover", "Start the plan now")
        .plan()
        .reason()
        .optional_text(
            "--accept-loss", "accept_loss", "TEXT",
            "The standby's data or keys are not fit: you accept the loss that plan states");
    Verb(app, session, "approve", "Let a run start that waits for it").run().plan();
    Verb(app, session, "abort", "End a run that has not changed anything yet").run();
    Verb(app, session, "resume", "Go on with a run that waited for a human").run();
    Verb(
        app, session, "undo",
        "Before the point of no return: a run that restores what this one changed")
        .run()
        .reason();
}

void add_standing_verbs(CLI::App& app, Session& session)
{
    Verb(app, session, "rearm", "Allow automatic action again after a run").reason();
    Verb(app, session, "hold", "No automatic action for a while")
        .text("--for", "for", "DURATION", "How long: 30m, 2h, 1d")
        .reason();
    Verb(app, session, "release", "End the hold");
}

void add_hand_over_verbs(CLI::App& app, Session& session)
{
    Verb(app, session, "adopt", "A human moved the service: this plane is the active one now")
        .text("--active", "active", "PLANE", "The plane that is active now")
        .reason();
    Verb(app, session, "fence", "Waive a fence that is owed")
        .sends("waive")
        .flag("--waive", "You take it upon yourself that this plane does no harm")
        .text("--plane", "plane", "PLANE", "The plane whose fence is owed")
        .reason();
    Verb(app, session, "takeover", "Go on, on this bastion, from the record in the world").reason();
}

}  // namespace

void add_acting_verbs(CLI::App& app, Session& session)
{
    add_run_verbs(app, session);
    add_standing_verbs(app, session);
    add_hand_over_verbs(app, session);
}

}  // namespace understudy
