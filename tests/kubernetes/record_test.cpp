// The record of a run in the world: compare and set on a real ConfigMap.
#include "actions/world_record.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"

#include "support/run_coroutine.hpp"

#include <string>

#include "fixture.hpp"

namespace understudy::kubernetes {
namespace {

using actions::WorldRecord;
using core::EffectResult;
using core::Finding;
using core::OperationKind;
using testing::HasSubstr;

class RealRecord : public ClusterTest {
protected:
    core::Operation at_step(const std::string& cursor)
    {
        return operation(
            OperationKind::record, "understudy",
            {{"plan_hash", "abc"}, {"process", "p1"}, {"cursor", cursor}});
    }

    WorldRecord record_{cluster_, "bastion-1"};
    WorldRecord rival_{cluster_, "bastion-2"};
    std::string path_ = net::config_map_path(name_space_, "understudy");
};

TEST_F(RealRecord, OfTwoThatCreateItOneIsFirst)
{
    const auto nothing = observe(record_, at_step("1"));
    EXPECT_EQ(perform(record_, at_step("1"), nothing.facts).result, EffectResult::applied);
    const auto late = perform(rival_, at_step("1"), nothing.facts);
    EXPECT_EQ(late.result, EffectResult::refused);
    EXPECT_THAT(late.detail, HasSubstr("409"));
    EXPECT_EQ(net::string_at(admin_.get(path_), "/data/instance"), "bastion-1");
}

TEST_F(RealRecord, OfTwoThatReplaceItOneIsFirst)
{
    EXPECT_EQ(carry_out(record_, at_step("1")), 1);
    const auto both_read = observe(record_, at_step("2"));
    EXPECT_EQ(perform(record_, at_step("2"), both_read.facts).result, EffectResult::applied);
    const auto late = perform(rival_, at_step("2"), both_read.facts);
    EXPECT_EQ(late.result, EffectResult::refused) << late.detail;
    EXPECT_EQ(net::string_at(admin_.get(path_), "/data/instance"), "bastion-1");
    EXPECT_EQ(net::string_at(admin_.get(path_), "/data/cursor"), "2");
}

TEST_F(RealRecord, MovesOnWithTheRunAndLeavesTheHoldAlone)
{
    EXPECT_EQ(carry_out(record_, at_step("1")), 1);
    EXPECT_EQ(carry_out(record_, at_step("1")), 0) << "done already";
    admin_.merge(path_, R"({"data":{"hold":"upgrade of east"}})");
    EXPECT_EQ(carry_out(record_, at_step("2")), 1);
    const auto reading = support::run_coroutine(io_, actions::read_hold(cluster_));
    EXPECT_TRUE(reading.readable) << reading.detail;
    EXPECT_EQ(reading.hold, "upgrade of east");
}

TEST_F(RealRecord, AMapThatHoldsNothingYetIsTaken)
{
    admin_.create(
        net::config_maps_path(name_space_),
        R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"understudy"}})");
    EXPECT_EQ(carry_out(record_, at_step("1")), 1);
}

TEST_F(RealRecord, AnothersAndANewerOneAreForeign)
{
    carry_out(record_, at_step("1"), 9);
    const auto seen = observe(record_, at_step("1"));
    EXPECT_EQ(assess(at_step("1"), seen, 8).finding, Finding::foreign);
    EXPECT_EQ(perform(record_, at_step("1"), seen.facts, 8).result, EffectResult::refused);
    admin_.merge(path_, R"({"data":{"instance":"bastion-2"}})");
    EXPECT_EQ(assess(at_step("1"), observe(record_, at_step("1")), 9).finding, Finding::foreign);
}

}  // namespace
}  // namespace understudy::kubernetes
