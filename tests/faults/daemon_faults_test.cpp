// Every row of the fault table against the real daemon: the verdict, its reason, each class of
// evidence, and the time it took. What must not be called a failure is not, ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <utility>

#include "faults/fault_table.hpp"
#include "faults/received.hpp"
#include "faults/watched_pair.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr auto settle_deadline = 60s;
// The verdict is promised; the last class to follow may take a few more rounds of its probe.
constexpr auto evidence_deadline = 10s;

const std::vector<FaultRow>& rows()
{
    static const auto table = read_fault_table(SOURCE_DIR "/sandbox/faults.table");
    return table;
}

bool is_as_in(const FaultRow& row, const Picture& seen)
{
    return seen.verdict == row.verdict && seen.reason == row.reason;
}

std::unique_ptr<WatchedPair> shared;
std::chrono::milliseconds worst_case{0};

/// One sandbox and one daemon for all rows: coming up takes seconds.
class SharedDaemon : public testing::Environment {
public:
    void SetUp() override
    {
        shared = std::make_unique<WatchedPair>();
        worst_case = worst_case_of(shared->config_file());
        forget_sooner();
        shared->start_daemon();
    }
    void TearDown() override { shared.reset(); }

private:
    /// What was down is up again only after a clean window. Half of it heals twice as fast, and
    /// does not touch what these tests are about.
    static void forget_sooner()
    {
        auto text = read_text(shared->config_file());
        const std::string section = "[detector]\n";
        text.insert(text.find(section) + section.size(), "window = 10\n");
        std::ofstream(shared->config_file()) << text;
    }
};

const auto* const registered = testing::AddGlobalTestEnvironment(new SharedDaemon);

class DaemonFaults : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(pair().settles(settle_deadline)) << pair().last_seen();
        log_before_ = pair().log().size();
    }
    void TearDown() override
    {
        if (!fault_.empty())
            mend();
    }

    static WatchedPair& pair() { return *shared; }
    /// What the daemon logged since the test began.
    std::string log() const { return pair().log().substr(log_before_); }

    void inject(const std::string& fault)
    {
        fault_ = fault;
        const auto on = pair().pair().fault(fault, "on");
        ASSERT_EQ(on.status, 0) << on.output;
    }
    void mend()
    {
        const auto off = pair().pair().fault(std::exchange(fault_, {}), "off");
        EXPECT_EQ(off.status, 0) << off.output;
    }
    static std::vector<Received> received()
    {
        return read_received(
            pair().dir() / "hooks/received.jsonl", pair().dir() / "secrets/webhook");
    }

private:
    std::string fault_;
    std::size_t log_before_ = 0;
};

class EveryFault : public DaemonFaults, public testing::WithParamInterface<FaultRow> {
protected:
    void expect_verdict(std::chrono::milliseconds deadline)
    {
        const auto& row = GetParam();
        EXPECT_TRUE(pair().sees([&](const auto& seen) { return is_as_in(row, seen); }, deadline))
            << "after " << deadline.count() << " ms: " << pair().last_seen();
    }
    void expect_evidence()
    {
        const auto& row = GetParam();
        const auto holds = [&](const Picture& seen) {
            return is_as_in(row, seen) && seen.classes == row.classes;
        };
        EXPECT_TRUE(pair().sees(holds, evidence_deadline)) << pair().last_seen();
    }
    /// For twice as long as a wrong verdict could take to come.
    void expect_no_failure()
    {
        const auto failed = [](const Picture& seen) {
            return seen.verdict == "failed" || seen.has_failed;
        };
        EXPECT_FALSE(pair().sees(failed, 2 * worst_case)) << pair().last_seen();
        // What no look of ours caught is in the daemon's own log.
        EXPECT_THAT(log(), Not(testing::HasSubstr("-> failed"))) << "of a plane";
    }
};

TEST_P(EveryFault, LeadsToItsVerdict)
{
    inject(GetParam().name);
    if (GetParam().verdict == "failed")
        expect_verdict(worst_case);
    else
        expect_no_failure();
    expect_evidence();
    mend();
    EXPECT_TRUE(pair().settles(settle_deadline)) << pair().last_seen();
}

std::string case_name(const testing::TestParamInfo<FaultRow>& row)
{
    auto name = row.param.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryFault, testing::ValuesIn(rows()), case_name);

TEST_F(DaemonFaults, ProfileFastPromisesAVerdictWithinTenSeconds) { EXPECT_LE(worst_case, 10s); }

std::ptrdiff_t count_told(
    const std::vector<Received>& all, const std::string& name, const std::string& status)
{
    return std::ranges::count_if(all, [&](const Received& one) {
        return one.name == name && one.subject == "east" && one.status == status;
    });
}

TEST_F(DaemonFaults, ACrashIsToldOnceAndSoIsItsEnd)
{
    const auto told = [](const char* status) {
        return count_told(received(), "UnderstudyPlaneFailed", status);
    };
    const auto fired = told("firing");
    const auto resolved = told("resolved");
    inject("crash");
    EXPECT_TRUE(eventually([&] { return told("firing") > fired; }, worst_case + 5s))
        << pair().last_seen();
    mend();
    EXPECT_TRUE(eventually([&] { return told("resolved") > resolved; }, settle_deadline))
        << pair().last_seen();
    EXPECT_EQ(told("firing"), fired + 1);
    EXPECT_EQ(told("resolved"), resolved + 1);
}

TEST_F(DaemonFaults, EveryDeliveryIsSignedAndEveryEventIsDeliveredOnce)
{
    inject("crash");
    ASSERT_TRUE(eventually([] { return !received().empty(); }, worst_case + 5s));
    std::set<std::string> ids;
    std::set<std::string> events;
    for (const auto& one : received()) {
        EXPECT_TRUE(one.is_signed) << one.event();
        EXPECT_TRUE(one.is_accepted) << one.event();
        EXPECT_TRUE(ids.insert(one.id).second) << one.event() << " came twice as " << one.id;
        EXPECT_TRUE(events.insert(one.event()).second) << one.event() << " was told twice";
    }
}

}  // namespace
}  // namespace understudy::sandbox
