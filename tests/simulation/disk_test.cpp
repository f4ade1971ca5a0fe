#include <gtest/gtest.h>

#include "disk.hpp"

namespace understudy::simulation {
namespace {

core::Record opened(const std::string& instance)
{
    return {core::WallTime{}, core::Opened{instance}};
}

TEST(Disk, KeepsWhatWasSynced)
{
    Disk disk;
    disk.write({opened("a"), opened("b")});
    disk.sync();
    disk.crash(false);
    const auto journal = disk.load();
    EXPECT_EQ(journal.problem, "");
    EXPECT_EQ(journal.records.size(), 2U);
    EXPECT_EQ(disk.records().size(), 2U);
}

TEST(Disk, LosesOrKeepsWhatWasBeingWrittenAsAWhole)
{
    for (const bool is_there : {false, true}) {
        Disk disk;
        disk.write({opened("a")});
        disk.sync();
        disk.write({opened("b"), opened("c")});
        disk.crash(is_there);
        EXPECT_EQ(disk.load().records.size(), is_there ? 3U : 1U);
        EXPECT_FALSE(disk.is_writing());
    }
}

TEST(Disk, ShowsEachBitThatWasFlipped)
{
    for (std::uint64_t where = 0; where < 2000; where += 13) {
        Disk disk;
        disk.write({opened("a"), opened("b")});
        disk.sync();
        ASSERT_TRUE(disk.flip_a_bit(where));
        EXPECT_NE(disk.load().problem, "") << where;
    }
    Disk empty;
    EXPECT_FALSE(empty.flip_a_bit(7));
}

TEST(Disk, GoesOnWhereItsSnapshotWas)
{
    Disk disk;
    disk.write({opened("a")});
    disk.sync();
    const auto snapshot = disk;
    disk.write({opened("b")});
    disk.sync();
    disk.restore(snapshot);
    EXPECT_EQ(disk.records().size(), 1U);
    disk.write({opened("c")});
    disk.sync();
    EXPECT_EQ(disk.load().problem, "");
}

}  // namespace
}  // namespace understudy::simulation
