// Every fault of the sandbox in every step of a run: it comes when the step has begun and goes
// again. The run may wait and may ask a human to look; nothing may be done wrong or twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "faults/acting_fixture.hpp"
#include "faults/fault_table.hpp"
#include "faults/world_state.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

/// Long enough for reads and effects to run into it.
constexpr auto flicker = 1500ms;

struct Flicker {
    std::string fault;
    std::string variant;

    friend void PrintTo(const Flicker& one, std::ostream* out)
    {
        *out << one.fault << " in " << one.variant;
    }
};

class DaemonFlickering : public ActingTest, public testing::WithParamInterface<Flicker> {
protected:
    /// The step that the run is at; empty when it is at none.
    std::string step_under_way()
    {
        const auto run = pair().latest_run();
        if (!run)
            return "";
        for (const auto& step : run->at("steps").as_array())
            if (!step.at("began_at").is_null() && step.at("ended_at").is_null())
                return text_of(step.as_object(), "name");
        return "";
    }
    /// Whom the step works on. The front of east is dead already, so its process cannot suffer.
    std::string victim(const std::string& step) const
    {
        const auto& fault = GetParam().fault;
        const bool is_of_front = fault == "crash" || fault == "hang";
        return !is_of_front && (step == "fence" || step == "retire") ? "east" : "west";
    }
    void disturb(const std::string& step)
    {
        pair().switch_fault(GetParam().fault, "on", victim(step));
        eventually([&] { return step_under_way() != step; }, flicker);
        pair().switch_fault(GetParam().fault, "off", victim(step));
    }
    /// False while the run goes on.
    bool follow()
    {
        const auto run = pair().latest_run();
        if (!run)
            return false;
        if (text_of(*run, "state") == "parked")
            exit_code({"resume", "1"});
        const auto step = step_under_way();
        if (!step.empty() && disturbed_.insert(step).second)
            disturb(step);
        return !run->at("ended_at").is_null();
    }
    std::set<std::string> disturbed_;
};

TEST_P(DaemonFlickering, InEveryStepTheRunEndsAsItMust)
{
    const auto& variant = GetParam().variant;
    bring_up("automatic", variant);
    pair().shorten_effects();
    start();
    pair().commit_witness();
    pair().switch_fault("crash", "on");
    ASSERT_TRUE(eventually([this] { return follow(); }, 4 * patience)) << pair().last_seen();
    const auto run = pair().latest_run();
    ASSERT_TRUE(run);
    EXPECT_GE(disturbed_.size(), 6U) << "too few steps were met";
    EXPECT_THAT(*pair().runs(), SizeIs(1));
    EXPECT_TRUE(
        eventually([&] { return world_of(pair()) == world_after_a_clean_run(variant); }, patience))
        << world_of(pair());
    expect_success(*run);
    expect_service_on_west(*run);
    expect_intact_journal();
}

std::vector<Flicker> all_flickers()
{
    std::vector<Flicker> all;
    for (const auto& row : read_fault_table(SOURCE_DIR "/sandbox/faults.table"))
        for (const auto* const variant : {"embedded-sync", "restore"})
            all.push_back({row.name, variant});
    return all;
}

INSTANTIATE_TEST_SUITE_P(
    Faults,
    DaemonFlickering,
    testing::ValuesIn(all_flickers()),
    [](const testing::TestParamInfo<Flicker>& one) {
        auto name = one.param.fault + "_" + one.param.variant;
        std::ranges::replace(name, '-', '_');
        return name;
    });

}  // namespace
}  // namespace understudy::sandbox
