#include "store/alert.hpp"

#include <gtest/gtest.h>

namespace understudy::store {
namespace {

// The reference values were computed with prometheus/common's algorithm written out in Python.
TEST(AlertFingerprint, IsFnvOverSortedNamesAndValues)
{
    EXPECT_EQ(fingerprint_of({}), "cbf29ce484222325");
    EXPECT_EQ(fingerprint_of({{"alertname", "A"}}), "d2c6efc389df0927");
    EXPECT_EQ(fingerprint_of({{"alertname", "A"}, {"plane", "east"}}), "b80d91a3acb7a896");
}

TEST(AlertFingerprint, DoesNotMistakeAShiftedBorderForTheSameLabels)
{
    EXPECT_NE(fingerprint_of({{"ab", "c"}}), fingerprint_of({{"a", "bc"}}));
}

TEST(AlertIdentity, HoldsTheNameAndNoAnnotation)
{
    AlertEvent event;
    event.name = "A";
    event.labels = {{"plane", "east"}};
    event.annotations = {{"summary", "changes"}};
    EXPECT_EQ(identity_of(event), (Labels{{"alertname", "A"}, {"plane", "east"}}));
}

}  // namespace
}  // namespace understudy::store
