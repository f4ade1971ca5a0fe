#include <gtest/gtest.h>

#include <cstdio>

#include "progress.hpp"
#include "statistics.hpp"

namespace understudy::simulation {
namespace {

using namespace std::chrono_literals;

TEST(DetectionTimes, GiveTheTimeWithinWhichAShareLies)
{
    DetectionTimes times;
    EXPECT_EQ(times.percentile(500), 0s);
    for (int second = 1; second <= 100; ++second)
        times.add(std::chrono::seconds(second) - 1ms);
    EXPECT_EQ(times.count(), 100U);
    EXPECT_EQ(times.percentile(500), 50s);
    EXPECT_EQ(times.percentile(990), 99s);
    EXPECT_EQ(times.percentile(1000), 100s);
}

TEST(DetectionTimes, TakeWhatIsLongerThanTheyReachForTheLongest)
{
    DetectionTimes times;
    times.add(24h);
    EXPECT_EQ(times.percentile(1000), DetectionTimes::resolution * DetectionTimes::slots);
}

TEST(Progress, IsReadAsItWasWritten)
{
    const auto file = ::testing::TempDir() + "understudy_progress";
    Progress written{17, 2, {}};
    written.statistics.scenarios = 16;
    written.statistics.watched = 16h;
    written.statistics.reach(Sometimes::run_done);
    written.statistics.detected.add(20s);
    write_progress(file, written);
    const auto read = read_progress(file);
    std::remove(file.c_str());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->next, 17U);
    EXPECT_EQ(read->violated, 2U);
    EXPECT_EQ(read->statistics.watched, 16h);
    EXPECT_EQ(read->statistics.reached, written.statistics.reached);
    EXPECT_EQ(read->statistics.detected.counts, written.statistics.detected.counts);
    EXPECT_FALSE(read_progress(file));
}

}  // namespace
}  // namespace understudy::simulation
