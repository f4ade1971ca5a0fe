/// Every fault that the sandbox can inject, against the whole judge: the verdict, its reason and
/// the state of each class must be those of sandbox/faults.table, in time, at any phase.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using R = Reason;

struct Row {
    std::string name;
    std::array<std::string, evidence_class_count> classes;
    std::string verdict;
    std::string reason;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

std::string trimmed(std::string text)
{
    text.erase(0, text.find_first_not_of(' '));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::vector<Row> rows_of_the_table()
{
    std::vector<Row> rows;
    std::ifstream table(SOURCE_DIR "/sandbox/faults.table");
    for (std::string line; std::getline(table, line);) {
        if (line.empty() || line.front() == '#')
            continue;
        std::vector<std::string> cells;
        std::istringstream cut(line);
        for (std::string cell; std::getline(cut, cell, '|');)
            cells.push_back(trimmed(cell));
        if (cells.size() == 10)
            rows.push_back(
                {cells[0], {cells[2], cells[3], cells[4], cells[5], cells[6]}, cells[7], cells[8]});
    }
    return rows;
}

/// What Kubernetes says of a workload, some time after it broke.
void make_unavailable(Scenario& s, Facts facts = {})
{
    s.answer(
        "east/deployments",
        later(s, "east/deployments", 1500ms, always(R::not_available, 20ms, std::move(facts))));
}

void answer_all(Scenario& s, const std::vector<std::string>& probes, const Answer& answer)
{
    for (const auto& probe : probes)
        s.answer(probe, answer);
}

const std::vector<std::string> front{"east/api", "east/promql", "east/agents", "east/certificate"};
const std::vector<std::string> kubernetes{
    "east/deployments", "east/managementplane", "east/kubegres", "east/keys"};
const std::vector<std::string> witnesses{"c1/exchange", "c2/exchange", "c3/exchange"};

void cut_off_from_east(Scenario& s)
{
    answer_all(s, front, silence());
    answer_all(s, kubernetes, silence());
    s.answer("east/postgres", silence());
}

void fail_share(Scenario& s, int failing, int of)
{
    s.answer("east/api", [failing, of, count = 0](Now) mutable {
        // Spread evenly, as the sandbox does it.
        const bool fails = (count + 1) * failing / of > count * failing / of;
        ++count;
        return Outcome(fails ? R::status : R::none);
    });
}

/// What the probes see of each fault.
const std::map<std::string, void (*)(Scenario&)> faults{
    {"crash",
     [](Scenario& s) {
         answer_all(s, front, always(R::connect_refused));
         make_unavailable(s);
         s.stop_exchanges();
     }},
    {"hang",
     [](Scenario& s) {
         answer_all(s, front, silence(R::timeout));
         make_unavailable(s);
         s.stop_exchanges();
     }},
    {"blackhole",
     [](Scenario& s) {
         answer_all(s, front, silence());
         s.stop_exchanges();
     }},
    {"slow", [](Scenario& s) { s.answer("east/api", always(R::none, 900ms)); }},
    {"errors",
     [](Scenario& s) {
         s.answer("east/api", always(R::status));
         make_unavailable(s);
     }},
    {"errors-share", [](Scenario& s) { fail_share(s, 3, 10); }},
    {"wrong-body", [](Scenario& s) { s.answer("east/api", always(R::json)); }},
    {"cert-expired", [](Scenario& s) { s.answer("east/api", always(R::tls_expired)); }},
    {"database-down",
     [](Scenario& s) {
         s.answer("east/api", always(R::status));
         s.answer("east/postgres", later(s, "east/postgres", 1500ms, always(R::no_primary)));
     }},
    {"database-readonly", [](Scenario& s) { s.answer("east/postgres", always(R::read_only)); }},
    {"agents-down",
     [](Scenario& s) {
         s.answer("east/agents", always(R::connect_refused));
         s.stop_exchanges();
     }},
    {"kubernetes-down", [](Scenario& s) { answer_all(s, kubernetes, always(R::connect_refused)); }},
    {"iam-down",
     [](Scenario& s) {
         s.answer("east/api", always(R::credentials));
         make_unavailable(s);
     }},
    {"gone",
     [](Scenario& s) {
         cut_off_from_east(s);
         s.stop_exchanges();
     }},
    {"oap", [](Scenario& s) { s.answer("east/promql", always(R::status)); }},
    {"ui", [](Scenario& s) { s.answer("east/components", always(R::not_available)); }},
    {"cluster-gone",
     [](Scenario& s) { s.answer("c1/exchange", always(R::unreachable_witness, 1s)); }},
    {"scaled-to-zero",
     [](Scenario& s) {
         s.answer("east/api", always(R::credentials));
         s.answer(
             "east/deployments", always(
                                     R::none, 20ms,
                                     {{"deployment/tsb/replicas", std::int64_t{0}},
                                      {"deployment/iam/replicas", std::int64_t{0}}}));
     }},
    {"rollout",
     [](Scenario& s) {
         s.answer("east/api", always(R::status));
         make_unavailable(s, {{"deployment/tsb/rolling", true}});
     }},
    {"credentials-expired",
     [](Scenario& s) {
         answer_all(s, {"east/api", "east/promql", "west/api"}, always(R::credentials));
     }},
    {"resolver-gone",
     [](Scenario& s) {
         for (const auto& probe : s.watch().settings().probes)
             s.answer(probe.id, always(R::resolver, 500ms));
     }},
    {"isolated",
     [](Scenario& s) {
         for (const auto& probe : s.watch().settings().probes)
             s.answer(probe.id, silence());
         answer_all(s, witnesses, always(R::unreachable_witness, 1s));
     }},
    {"cut-off", [](Scenario& s) { cut_off_from_east(s); }},
};

class Fault : public ::testing::TestWithParam<Row> {
protected:
    static constexpr int phases = 5;

    /// A pair that has been fine for a while, at one of several phases of the probes' rhythm.
    static void be_fine(Scenario& s, int phase)
    {
        s.run_for(20s + phase * 217ms);
        ASSERT_EQ(s.judgement().verdict, Verdict::healthy) << s.judgement().detail;
        ASSERT_EQ(s.judgement("west").verdict, Verdict::healthy) << s.judgement("west").detail;
    }
    static bool is_as_expected(const Scenario& s)
    {
        const auto judgement = s.judgement();
        return name_of(judgement.verdict) == GetParam().verdict &&
               judgement.reason == GetParam().reason;
    }
    static bool classes_are_as_expected(const Scenario& s)
    {
        return classes_of(s) ==
               std::vector<std::string>(GetParam().classes.begin(), GetParam().classes.end());
    }
    static std::vector<std::string> classes_of(const Scenario& s)
    {
        std::vector<std::string> classes;
        for (const auto& state : s.plane().evidence)
            classes.emplace_back(name_of(state.state));
        return classes;
    }
    /// The limits of the product: 4 s for a crash, 10 s for whatever else is to be noticed.
    static Duration limit() { return GetParam().name == "crash" ? 4s : 10s; }
    static bool may_fail() { return GetParam().verdict == "failed"; }
};

TEST_P(Fault, GivesItsVerdictInTime)
{
    ASSERT_TRUE(faults.contains(GetParam().name)) << "teach this test what the probes see of it";
    for (int phase = 0; phase < phases; ++phase) {
        Scenario s;
        be_fine(s, phase);
        faults.at(GetParam().name)(s);
        const auto took = s.run_until(limit(), [&] { return is_as_expected(s); });
        ASSERT_TRUE(took) << s.judgement().reason << ": " << s.judgement().detail;

        EXPECT_TRUE(s.run_until(20s, [&] { return classes_are_as_expected(s); }))
            << ::testing::PrintToString(classes_of(s));
        s.run_for(10s);
        EXPECT_TRUE(is_as_expected(s)) << s.judgement().reason << ": it did not last";
        EXPECT_EQ(s.ever_failed(), may_fail());
        EXPECT_EQ(s.raised("UnderstudyPlaneFailed"), may_fail() ? 1 : 0);
        EXPECT_EQ(s.report().would_fail_over, may_fail());
    }
}

TEST_P(Fault, LastsAndEndsAndAllIsWellAgain)
{
    Scenario s;
    be_fine(s, 3);
    faults.at(GetParam().name)(s);
    s.run_for(30s);
    for (int i = 0; i < 10; ++i) {
        s.run_for(10s);
        EXPECT_TRUE(is_as_expected(s)) << s.judgement().reason << ": it changed its mind";
    }
    s.heal();
    const auto is_off = [&] { return s.judgement().verdict != Verdict::failed; };
    EXPECT_TRUE(s.run_until(4s, is_off)) << "a plane that serves again must not be called failed";
    const auto well = s.run_until(40s, [&] { return s.judgement().verdict == Verdict::healthy; });
    ASSERT_TRUE(well) << s.judgement().reason << ": " << s.judgement().detail;
    s.run_for(15s);
    EXPECT_EQ(s.judgement().verdict, Verdict::healthy);
    EXPECT_EQ(s.resolved("UnderstudyPlaneFailed"), s.raised("UnderstudyPlaneFailed"));
    EXPECT_TRUE(s.report().alerts.empty()) << s.report().alerts.front().alert.name;
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Fault, ::testing::ValuesIn(rows_of_the_table()), [](const auto& test) {
        auto name = test.param.name;
        std::ranges::replace(name, '-', '_');
        return name;
    });

TEST(FaultsTable, IsReadWholly)
{
    EXPECT_EQ(rows_of_the_table().size(), faults.size())
        << "each row here, each of these in the table";
}

TEST(FaultsTable, NamesOnlyVerdictsAndReasonsThatExist)
{
    for (const auto& row : rows_of_the_table()) {
        const auto known = std::ranges::find(verdict_rows(), row.reason, &VerdictRow::name);
        ASSERT_NE(known, verdict_rows().end()) << row.name << ": " << row.reason;
        EXPECT_EQ(name_of(known->verdict), row.verdict) << row.name;
    }
}

}  // namespace
}  // namespace understudy::core
