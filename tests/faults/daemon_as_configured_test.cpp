// The rows of the fault table that the settings could change: the window as the product ships it,
// and clusters whose metrics do not name the plane that they exchange with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "faults/daemon_fixture.hpp"
#include "faults/fault_table.hpp"

namespace understudy::sandbox {
namespace {

class DaemonAsConfigured : public DaemonTest, public testing::WithParamInterface<const char*> {
protected:
    void start_and_settle()
    {
        start();
        ASSERT_TRUE(pair().settles(patience)) << pair().last_seen();
    }
    static FaultRow row()
    {
        const auto rows = read_fault_table(SOURCE_DIR "/sandbox/faults.table");
        return *std::ranges::find(rows, GetParam(), &FaultRow::name);
    }
    /// The table's verdict comes, and until it had the time to, no other that fails over.
    void expect_row(const FaultRow& expected)
    {
        switch_fault(expected.name, "on");
        const auto worst_case = worst_case_of(config());
        const auto is_as_told = [&](const Picture& seen) {
            return seen.verdict == expected.verdict && seen.reason == expected.reason;
        };
        if (expected.verdict != "failed") {
            const auto has_failed = [](const Picture& seen) {
                return seen.verdict == "failed" || seen.has_failed;
            };
            EXPECT_FALSE(pair().sees(has_failed, 2 * worst_case)) << pair().last_seen();
            EXPECT_THAT(pair().log(), Not(testing::HasSubstr("-> failed")));
        }
        EXPECT_TRUE(pair().sees(is_as_told, 2 * worst_case)) << pair().last_seen();
    }
};

class WithTheShippedWindow : public DaemonAsConfigured {};
class WithoutAPeerLabel : public DaemonAsConfigured {};

TEST_P(WithTheShippedWindow, LeadsToItsVerdict)
{
    ASSERT_EQ(read_text(config()).find("\nwindow ="), std::string::npos);
    start_and_settle();
    expect_row(row());
}
INSTANTIATE_TEST_SUITE_P(
    Faults, WithTheShippedWindow, testing::Values("errors-share", "slow"), [](const auto& fault) {
        return fault.index == 0 ? "AShareOfErrors" : "Slow";
    });

TEST_P(WithoutAPeerLabel, LeadsToItsVerdict)
{
    replace_in_config("peer_label = \"peer\"\n", "");
    start_and_settle();
    expect_row(row());
}
INSTANTIATE_TEST_SUITE_P(
    Faults, WithoutAPeerLabel, testing::Values("blackhole", "cut-off"), [](const auto& fault) {
        return fault.index == 0 ? "Blackhole" : "CutOff";
    });

}  // namespace
}  // namespace understudy::sandbox
