#include "config/check.hpp"
#include "config/load.hpp"
#include "daemon/cli_verbs.hpp"
#include "store/journal.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace understudy {

namespace json = boost::json;

namespace {

/// Where the journal is looked for: in the directory that was named, else in the configuration's.
std::filesystem::path directory_of(const Session& session, const std::string& named)
{
    if (!named.empty())
        return named;
    const auto loaded = config::load(session.config);
    for (const auto& problem : loaded.problems)
        fmt::print(stderr, "{}\n", config::format(problem));
    return loaded.settings ? loaded.settings->state_directory : std::filesystem::path();
}

std::string in_words(const std::filesystem::path& file, const core::VerifiedJournal& journal)
{
    const auto records = journal.records.size();
    if (journal.problem.empty())
        return fmt::format(
            "{}: {} records, every one as it was written; the last is {} {}\n", file.string(),
            records, journal.last_lsn, journal.last_hash);
    return fmt::format(
        "{}: {}. Only the {} records before it can be believed. Nothing is done with this journal: "
        "keep a copy, and see docs/runbook.md, UnderstudyActingImpossible\n",
        file.string(), journal.problem, records);
}

json::object as_json(const std::filesystem::path& file, const core::VerifiedJournal& journal)
{
    return {{"file", file.string()},        {"intact", journal.problem.empty()},
            {"problem", journal.problem},   {"records", journal.records.size()},
            {"last_lsn", journal.last_lsn}, {"last_hash", journal.last_hash}};
}

/// Reads the file itself: also when no daemon runs, and while one does.
ExitCode verify(const Session& session, const std::string& named)
{
    const auto directory = directory_of(session, named);
    if (directory.empty())
        return ExitCode::bad_config;
    try {
        const auto file = directory / "journal.db";
        const auto journal = store::verify_journal_file(file);
        print(
            session.as_json ? json::serialize(as_json(file, journal)) + "\n"
                            : in_words(file, journal));
        return journal.problem.empty() ? ExitCode::ok : ExitCode::failed;
    } catch (const std::runtime_error& error) {
        complain(error.what());
        return ExitCode::failed;
    }
}

}  // namespace

void add_journal_verbs(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "verify-journal", "Is every record of the journal as it was written? Needs no daemon");
    const auto directory = std::make_shared<std::string>();
    auto* named = command->add_option("--state-directory", *directory, "Where journal.db is");
    named->type_name("DIR");
    add_config_option(*command, session);
    command->get_option("--config")->excludes(named);
    command->add_flag("--json", session.as_json, "JSON for programs, in one line");
    command->callback([&session, directory] { session.exit_code = verify(session, *directory); });
}

}  // namespace understudy
