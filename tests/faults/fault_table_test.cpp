// The fault table is one promise in four places: the table, the page for people, the script that
// breaks things, and the judge. They must not drift apart.
#include "core/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "faults/fault_table.hpp"

namespace understudy::sandbox {
namespace {

const std::filesystem::path source_dir = SOURCE_DIR;

const std::vector<FaultRow>& rows()
{
    static const auto table = read_fault_table(source_dir / "sandbox/faults.table");
    return table;
}

std::string read_text(const std::filesystem::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<core::SignalState> state_named(std::string_view name)
{
    using enum core::SignalState;
    for (const auto state : {up, degraded, down, unknown})
        if (core::name_of(state) == name)
            return state;
    return std::nullopt;
}

// What a row's classes, and the circumstances that its reason names, mean to the judge.
core::VerdictInput to_input(const FaultRow& row)
{
    core::VerdictInput input;
    for (std::size_t i = 0; i < row.classes.size(); ++i)
        input.evidence[i].state = state_named(row.classes[i]).value_or(core::SignalState::unknown);
    input.observer_blind = row.reason == "observer_blind";
    input.maintenance = row.reason == "maintenance";
    // An unknown API under maintenance is one that refuses us: whoever stopped `iam` made it so.
    auto& api = input.evidence[core::index_of(core::EvidenceClass::api)];
    if (input.maintenance && api.state == core::SignalState::unknown)
        api.reason = core::Reason::credentials;
    const auto clients = input.evidence[core::index_of(core::EvidenceClass::clients)].state;
    if (clients == core::SignalState::down)
        input.clients = core::ClientsSay::agree;
    if (clients == core::SignalState::up)
        input.clients = core::ClientsSay::contradict;
    return input;
}

TEST(FaultTable, HoldsEveryFaultOnce)
{
    std::vector<std::string> names;
    std::ranges::transform(rows(), std::back_inserter(names), &FaultRow::name);
    EXPECT_THAT(
        names,
        testing::UnorderedElementsAre(
            "crash", "hang", "blackhole", "slow", "errors", "errors-share", "wrong-body",
            "cert-expired", "database-down", "database-readonly", "agents-down", "kubernetes-down",
            "iam-down", "gone", "oap", "ui", "cluster-gone", "scaled-to-zero", "rollout",
            "credentials-expired", "resolver-gone", "isolated", "cut-off"));
}

TEST(FaultTable, NamesOnlyStatesThatExist)
{
    for (const auto& row : rows())
        for (const auto& state : row.classes)
            EXPECT_TRUE(state_named(state)) << row.name << ": no class can be '" << state << "'";
}

TEST(FaultTable, IsWhatTheJudgeSaysOfThatEvidence)
{
    for (const auto& row : rows()) {
        const auto judgement = core::judge(to_input(row));
        EXPECT_EQ(row.verdict, core::name_of(judgement.verdict)) << row.name;
        EXPECT_EQ(row.reason, judgement.reason) << row.name;
    }
}

TEST(FaultTable, OnlyAPlaneThatFailedIsLeft)
{
    for (const auto& row : rows()) {
        const bool fails_over =
            row.acting == "fails over" || row.acting == "fails over, fence owed";
        EXPECT_TRUE(fails_over || row.acting == "no run") << row.name << ": " << row.acting;
        EXPECT_EQ(fails_over, row.verdict == "failed") << row.name;
    }
}

TEST(FaultTable, AFenceIsOwedOnlyByAPlaneWhoseClusterSaysNothing)
{
    constexpr auto kubernetes = core::index_of(core::EvidenceClass::kubernetes);
    for (const auto& row : rows())
        EXPECT_EQ(
            row.acting == "fails over, fence owed",
            row.verdict == "failed" && row.classes[kubernetes] == "unknown")
            << row.name;
}

TEST(FaultTable, IsTheDocumentsTable)
{
    const auto document = read_fault_document(source_dir / "docs/faults.md");
    ASSERT_EQ(rows().size(), document.size());
    for (std::size_t i = 0; i < rows().size(); ++i)
        EXPECT_EQ(rows()[i], document[i])
            << "docs/faults.md differs in the row of " << rows()[i].name;
}

TEST(FaultTable, EveryFaultCanBeSwitchedOnAndOff)
{
    const auto script = read_text(source_dir / "scripts/lib/sandbox/faults.sh");
    for (const auto& row : rows()) {
        auto function = "\nfault_" + row.name;
        std::ranges::replace(function, '-', '_');
        EXPECT_NE(script.find(function + "_on()"), std::string::npos) << row.name;
        EXPECT_NE(script.find(function + "_off()"), std::string::npos) << row.name;
    }
}

TEST(FaultTable, TheDocumentSaysHowEachIsMade)
{
    const auto document = read_text(source_dir / "docs/faults.md");
    const auto how =
        document.substr(std::min(document.find("## How each is made"), document.size()));
    for (const auto& row : rows())
        EXPECT_NE(how.find("| `" + row.name + "` | "), std::string::npos) << row.name;
}

}  // namespace
}  // namespace understudy::sandbox
