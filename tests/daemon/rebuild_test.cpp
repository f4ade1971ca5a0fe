#include "daemon/rebuild.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string steps_for(core::Variant variant)
{
    core::Plan plan;
    plan.variant = variant;
    plan.old_plane = "east";
    plan.new_plane = "west";
    std::string all;
    for (const auto& step : rebuild_steps(plan))
        all += step + "\n";
    return all;
}

/// What destroys data is done to the old plane, and to no other.
TEST(Rebuild, EmbeddedSyncWipesTheOldPlanesVolumesFirst)
{
    const auto steps = steps_for(core::Variant::embedded_sync);
    EXPECT_THAT(
        steps, HasSubstr("--context east -n tsb delete statefulset,pvc -l app=tsb-postgres"));
    EXPECT_THAT(steps, Not(HasSubstr("--context west")));
    EXPECT_THAT(steps, HasSubstr("On west, make a new service account"));
    EXPECT_LT(steps.find("delete statefulset"), steps.find("as a standby that pulls from west"));
    EXPECT_LT(steps.find("as a standby"), steps.find("--replicas 1"));
}

TEST(Rebuild, RestoreReversesTheBackups)
{
    const auto steps = steps_for(core::Variant::restore);
    EXPECT_THAT(steps, HasSubstr("west makes them from now on, and east restores them"));
    EXPECT_THAT(
        steps,
        HasSubstr(
            R"(--context east -n tsb patch cronjob tsb-restore -p '{"spec":{"suspend":false}}')"));
    EXPECT_THAT(steps, Not(HasSubstr("delete")));
}

TEST(Rebuild, EveryVariantEndsWithTheGatesAndRearm)
{
    for (const auto variant :
         {core::Variant::embedded_sync, core::Variant::restore, core::Variant::shared_postgres,
          core::Variant::external_postgres})
        EXPECT_THAT(steps_for(variant), HasSubstr("understudy rearm --reason TEXT\n"));
}

}  // namespace
}  // namespace understudy
