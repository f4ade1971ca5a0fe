#include "core/assess.hpp"
#include "core/operation_machine.hpp"
#include "core/plan.hpp"
#include "core/report.hpp"
#include "core/run_machine.hpp"
#include "core/settings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace understudy::core {
namespace {

/// Names are label values: every one distinct, none of them empty.
template <class Enum>
void expect_distinct_names(int count)
{
    std::set<std::string_view> names;
    for (int i = 0; i < count; ++i) {
        const auto name = name_of(static_cast<Enum>(i));
        EXPECT_FALSE(name.empty());
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-"),
            std::string_view::npos);
    }
}

TEST(Names, AreDistinctLabels)
{
    expect_distinct_names<Reason>(static_cast<int>(reason_count));
    expect_distinct_names<Phase>(8);
    expect_distinct_names<Mode>(3);
    expect_distinct_names<Variant>(4);
    expect_distinct_names<EvidenceClass>(evidence_class_count);
    expect_distinct_names<Purpose>(7);
    expect_distinct_names<SignalState>(4);
    expect_distinct_names<Verdict>(5);
    expect_distinct_names<FailureKind>(3);
    expect_distinct_names<ClientsSay>(3);
    expect_distinct_names<Role>(3);
    expect_distinct_names<Severity>(3);
    expect_distinct_names<OperationState>(operation_state_count);
    expect_distinct_names<OperationEvent>(operation_event_count);
    expect_distinct_names<RunState>(run_state_count);
    expect_distinct_names<RunEvent>(run_event_count);
    expect_distinct_names<RunKind>(2);
    expect_distinct_names<OnFailure>(4);
    expect_distinct_names<WhenUnfenceable>(4);
    expect_distinct_names<OperationKind>(static_cast<int>(operation_kind_count));
    expect_distinct_names<EffectResult>(3);
    expect_distinct_names<Finding>(6);
}

/// A value from nowhere still has a name, because it is going to be printed.
TEST(Names, OfImpossibleValuesAreSafe)
{
    EXPECT_EQ(name_of(static_cast<Phase>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Mode>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Variant>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<EvidenceClass>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Purpose>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<SignalState>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Verdict>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<FailureKind>(99)), "none");
    EXPECT_EQ(name_of(static_cast<ClientsSay>(99)), "nothing");
    EXPECT_EQ(name_of(static_cast<Role>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Severity>(99)), "warning");
    EXPECT_EQ(name_of(static_cast<RunKind>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<OnFailure>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<WhenUnfenceable>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<OperationKind>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<EffectResult>(99)), "unknown");
    EXPECT_EQ(name_of(static_cast<Finding>(99)), "unknown");
}

TEST(Reasons, AreFoundByName)
{
    for (std::size_t i = 0; i < reason_count; ++i) {
        const auto reason = static_cast<Reason>(i);
        EXPECT_EQ(reason_named(name_of(reason)), reason);
    }
    EXPECT_EQ(reason_named("nonsense"), std::nullopt);
}

struct KindCase {
    Reason reason;
    OutcomeKind kind;
};

/// What speaks about ourselves never counts against the plane.
TEST(Reasons, ThatSpeakAboutOurselvesAreInconclusive)
{
    using K = OutcomeKind;
    using R = Reason;
    for (const auto& row : std::vector<KindCase>{
             {R::none, K::ok},
             {R::status, K::failed},
             {R::json, K::failed},
             {R::connect_refused, K::failed},
             {R::connect_timeout, K::failed},
             {R::timeout, K::failed},
             {R::host_unreachable, K::failed},
             {R::no_primary, K::failed},
             {R::credentials, K::inconclusive},
             {R::rate_limited, K::inconclusive},
             {R::tls_verify, K::inconclusive},
             {R::tls_expired, K::inconclusive},
             {R::resolver, K::inconclusive},
             {R::no_route, K::inconclusive},
             {R::local_limit, K::inconclusive},
             {R::unreachable_witness, K::inconclusive},
             {R::check_unknown, K::inconclusive},
             {R::stalled, K::inconclusive},
             {R::cancelled, K::inconclusive},
             {R::internal, K::inconclusive}}) {
        EXPECT_EQ(kind_of(row.reason), row.kind) << name_of(row.reason);
        EXPECT_EQ(Outcome(row.reason).kind(), row.kind);
    }
}

}  // namespace
}  // namespace understudy::core
