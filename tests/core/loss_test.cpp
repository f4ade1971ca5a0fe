#include "core/loss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::core {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr WallTime ten{std::chrono::seconds(1'796'032'800)};  // 2026-11-30 10:00:00 UTC

Loss behind()
{
    Loss loss;
    loss.gates = {"standby_streaming", "standby_fresh"};
    loss.bytes = 4096;
    loss.data_until = ten;
    return loss;
}

Loss unknown()
{
    Loss loss;
    loss.gates = {"standby_fresh"};
    return loss;
}

Loss other_keys(const std::string& keys = "iam-signing-key differs")
{
    Loss loss;
    loss.gates = {"standby_keys_equal"};
    loss.keys = keys;
    return loss;
}

TEST(Loss, OnlyTheGuardsOfDataAndKeysMayBePassedOver)
{
    for (const auto* gate : {"standby_fresh", "standby_streaming", "standby_keys_equal"})
        EXPECT_TRUE(may_be_accepted(gate)) << gate;
    for (const auto* gate :
         {"standby_reachable", "standby_replicas_ready", "standby_enforced_replicas",
          "standby_no_operation", "standby_failover_enabled", "standby_same_system",
          "standby_certificates", "standby_version_equal", "roles_known", "one_active",
          "observer_sighted", "able_to_act", "not_held", "no_run", "record_durable", "fresh", ""})
        EXPECT_FALSE(may_be_accepted(gate)) << gate;
}

TEST(Loss, WhatWasAcceptedCoversItselfAndLess)
{
    for (const auto& loss : {behind(), unknown(), other_keys(), Loss{}}) {
        EXPECT_TRUE(covers(loss, loss)) << in_words(loss);
        EXPECT_TRUE(covers(loss, Loss{})) << in_words(loss);
    }
    auto less = behind();
    less.bytes = 1024;
    *less.data_until += 1s;
    EXPECT_TRUE(covers(behind(), less));
    less.gates.erase(less.gates.begin());
    EXPECT_TRUE(covers(behind(), less));
}

TEST(Loss, NothingMoreAndNothingElseIsCovered)
{
    const auto is_covered = [](auto change) {
        auto present = behind();
        change(present);
        return covers(behind(), present);
    };
    EXPECT_FALSE(is_covered([](Loss& loss) { ++*loss.bytes; }));
    EXPECT_FALSE(is_covered([](Loss& loss) { loss.bytes.reset(); }));
    EXPECT_FALSE(is_covered([](Loss& loss) { *loss.data_until -= 1s; }));
    EXPECT_FALSE(is_covered([](Loss& loss) { loss.data_until.reset(); }));
    EXPECT_FALSE(is_covered([](Loss& loss) { loss.keys = "a differs"; }));
    EXPECT_FALSE(is_covered([](Loss& loss) { loss.gates.emplace_back("standby_keys_equal"); }));
    EXPECT_FALSE(covers(Loss{}, behind()));
    EXPECT_FALSE(covers(other_keys(), other_keys("tsb-iam-jwks differs")));
    EXPECT_FALSE(covers(other_keys(), behind()));
}

/// Whoever accepted the unknown did not accept what is known now.
TEST(Loss, TheUnknownCoversOnlyTheUnknown)
{
    auto known = unknown();
    known.bytes = 1;
    EXPECT_FALSE(covers(unknown(), known));
    EXPECT_FALSE(covers(known, unknown()));
}

TEST(Loss, IsRoundedUpSoThatAPlanOutlivesTheNextByte)
{
    EXPECT_EQ(rounded_up(0), 0U);
    EXPECT_EQ(rounded_up(1), 1U);
    EXPECT_EQ(rounded_up(17'000'000), 32U << 20U);
    EXPECT_EQ(rounded_up(32U << 20U), 32U << 20U);
    EXPECT_EQ(rounded_up(UINT64_MAX), UINT64_MAX);
}

TEST(Loss, SaysWhatIsKnownAndWhatIsNot)
{
    EXPECT_THAT(in_words(Loss{}), IsEmpty());
    EXPECT_EQ(
        in_words(behind()),
        "standby_streaming, standby_fresh: what was committed since 2026-11-30 10:00:00 UTC, up to "
        "4096 bytes by what was last seen");
    EXPECT_THAT(in_words(unknown()), HasSubstr("neither the bytes nor the time are known"));
    auto half = behind();
    half.bytes.reset();
    EXPECT_THAT(in_words(half), HasSubstr("how many bytes is not known"));
    half = behind();
    half.data_until.reset();
    EXPECT_THAT(in_words(half), HasSubstr("since when is not known, up to 4096 bytes"));
    EXPECT_THAT(in_words(other_keys()), Not(HasSubstr("committed")));
    EXPECT_THAT(in_words(other_keys()), HasSubstr("(iam-signing-key differs)"));
}

}  // namespace
}  // namespace understudy::core
