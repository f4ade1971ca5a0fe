#include <gtest/gtest.h>

#include "world.hpp"

namespace understudy::simulation {
namespace {

using core::Variant;
using namespace std::chrono_literals;

constexpr core::Instant start{1000h};

TEST(World, HasOneActivePlaneInEveryVariant)
{
    for (const auto variant :
         {Variant::embedded_sync, Variant::restore, Variant::shared_postgres,
          Variant::external_postgres}) {
        const World world(variant, start);
        EXPECT_TRUE(world.is_active(0, start)) << name_of(variant);
        EXPECT_FALSE(world.is_active(1, start)) << name_of(variant);
        EXPECT_EQ(world.service_of(0, start), Service::good) << name_of(variant);
    }
}

TEST(World, PodsOfAScaledDeploymentRunOnForAWhile)
{
    World world(Variant::embedded_sync, start);
    world.scale(0, DeploymentName::tsb, 0, 5s, start);
    world.scale(0, DeploymentName::iam, 0, 5s, start);
    EXPECT_TRUE(world.is_active(0, start + 4s));
    EXPECT_FALSE(world.is_active(0, start + 5s));
}

TEST(World, PodsOutliveTheirDeploymentWhereKubeletsAreCutOff)
{
    World world(Variant::embedded_sync, start);
    world.planes[0].has_kubelets = false;
    world.scale(0, DeploymentName::tsb, 0, 5s, start);
    world.scale(0, DeploymentName::iam, 0, 5s, start);
    EXPECT_TRUE(world.is_active(0, start + 1h));
    world.reconnect_kubelets(0, start + 1h);
    EXPECT_FALSE(world.is_active(0, start + 1h + 1min));
}

TEST(World, APromotionMakesASecondActiveOnlyWhenItIsOver)
{
    World world(Variant::embedded_sync, start);
    world.promote(1, 10s, start);
    world.advance(start + 9s);
    EXPECT_FALSE(world.is_active(1, start + 9s));
    world.advance(start + 10s);
    EXPECT_TRUE(world.is_active(1, start + 10s));
}

TEST(World, AReplicaFollowsUntilItsStreamBreaks)
{
    World world(Variant::embedded_sync, start);
    world.advance(start + 1min);
    EXPECT_EQ(world.bytes_behind(1), world.planes[1].database.lag);
    world.planes[1].database.streams = false;
    world.advance(start + 10min);
    EXPECT_GT(world.bytes_behind(1), 20'000'000);
}

TEST(World, AControlPlaneStaysWhereItIsServed)
{
    World world(Variant::embedded_sync, start);
    world.names.point_to(1, std::nullopt, start);
    world.exchange(0, start + 1h);
    EXPECT_EQ(world.clusters[0].peer, 0U);
    world.planes[0].front.is_up = false;
    world.exchange(0, start + 2h);
    EXPECT_EQ(world.clusters[0].peer, 1U);
}

TEST(NameService, ASecondaryComesLaterAndNeverGoesBack)
{
    NameService names;
    names.point_to(1, std::nullopt, start);
    names.advance(start);
    EXPECT_EQ(names.answer_of(0), 1U);
    EXPECT_EQ(names.answer_of(1), 0U);
    names.advance(start + 2s);
    EXPECT_EQ(names.answer_of(1), 1U);
    names.secondary_lag = 1h;
    names.advance(start + 3s);
    EXPECT_EQ(names.answer_of(1), 1U);
}

}  // namespace
}  // namespace understudy::simulation
