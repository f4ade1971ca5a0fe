// What happens to the daemon's own process and machine in the middle of a run: signals, a clock
// that is set, a disk that fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "faults/acting_fixture.hpp"
#include "faults/world_state.hpp"

namespace understudy::sandbox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* faketime_library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

class DaemonDisturbed : public ActingTest {
protected:
    void bring_up_slow()
    {
        bring_up("automatic");
        pair().shorten_effects();
        pair().lengthen_fence();
    }
    /// The old plane's writers were told to stop, and the run waits to see that they stay so.
    void start_and_reach_the_fence(DaemonOptions options = {})
    {
        start(std::move(options));
        pair().commit_witness();
        pair().switch_fault("crash", "on");
        ASSERT_TRUE(pair().has_attempt_in("fence", patience)) << pair().last_seen();
    }
    void expect_a_clean_end()
    {
        const auto run = pair().run_ends(patience);
        ASSERT_TRUE(run) << pair().last_seen();
        EXPECT_THAT(*pair().runs(), SizeIs(1));
        expect_success(*run);
        EXPECT_EQ(world_of(pair()), world_after_a_clean_run());
        expect_service_on_west(*run);
        expect_intact_journal();
    }
    std::string time_of_last_reload()
    {
        const auto metrics = pair().get("/metrics");
        const auto at = metrics.find("\nunderstudy_config_last_reload_success_timestamp_seconds");
        return at == std::string::npos ? "" : metrics.substr(at, metrics.find('\n', at + 1) - at);
    }
    std::string state() { return (pair().dir() / "state").string(); }
};

TEST_F(DaemonDisturbed, StoppedInMidRunItGoesOnWhenItIsStartedAgain)
{
    bring_up_slow();
    start_and_reach_the_fence();
    pair().end_daemon(SIGTERM);
    pair().start_daemon();
    expect_a_clean_end();
}

TEST_F(DaemonDisturbed, AReloadInMidRunChangesNothingOfTheRun)
{
    bring_up_slow();
    start_and_reach_the_fence();
    const auto hash = text_of(*pair().latest_run(), "plan_hash");
    pair().replace_in_config("laggards_after = \"2s\"", "laggards_after = \"3s\"");
    const auto before = time_of_last_reload();
    pair().signal_daemon(SIGHUP);
    ASSERT_TRUE(eventually([&] { return time_of_last_reload() != before; }, patience));
    expect_a_clean_end();
    EXPECT_EQ(text_of(*pair().latest_run(), "plan_hash"), hash);
}

TEST_F(DaemonDisturbed, AReloadThatIsRefusedInMidRunDoesNoHarm)
{
    bring_up_slow();
    start_and_reach_the_fence();
    pair().replace_in_config("mode = \"automatic\"", "mode = \"autocratic\"");
    pair().signal_daemon(SIGHUP);
    ASSERT_TRUE(eventually(
        [&] { return pair().log().find("reload refused") != std::string::npos; }, patience));
    expect_a_clean_end();
}

TEST_F(DaemonDisturbed, AClockThatIsSetInMidRunDoesNoHarm)
{
    bring_up_slow();
    const auto offset = pair().dir() / "clock";
    std::ofstream(offset) << "+0\n";
    DaemonOptions options;
    options.environment = {
        std::string("LD_PRELOAD=") + faketime_library, "FAKETIME_TIMESTAMP_FILE=" + offset.string(),
        "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"};
    start_and_reach_the_fence(std::move(options));
    std::ofstream(offset) << "+7200\n";
    ASSERT_TRUE(eventually(
        [&] { return pair().log().find("wall clock jumped") != std::string::npos; }, patience))
        << pair().log();
    ASSERT_TRUE(pair().has_attempt_in("promote", patience)) << pair().last_seen();
    std::ofstream(offset) << "-3600\n";
    ASSERT_TRUE(pair().run_is("held", patience))
        << "no certificate is valid yet, so no hold is read";
    std::ofstream(offset) << "+0\n";
    expect_a_clean_end();
}

class DaemonOnAFullDisk : public DaemonDisturbed {
protected:
    void mount_small_disk()
    {
        const auto made = pair().pair().run_inside(
            {"sh", "-c",
             "mount -t tmpfs -o size=256m,mode=0700 tmpfs " + state() +
                 " && chown daemon: " + state()});
        ASSERT_EQ(made.status, 0) << made.output;
    }
    void fill_disk()
    {
        const auto filled =
            pair().pair().run_inside({"dd", "if=/dev/zero", "of=" + state() + "/filler", "bs=64k"});
        ASSERT_THAT(filled.output, HasSubstr("No space left"));
    }
};

TEST_F(DaemonOnAFullDisk, ARunHasMadeItsRoomBefore)
{
    bring_up_slow();
    mount_small_disk();
    start_and_reach_the_fence();
    fill_disk();
    expect_a_clean_end();
}

/// What the disk answers to whom.
struct DiskError {
    std::string name;
    std::string calls;
    std::string error;
};

class DaemonOnABadDisk : public DaemonDisturbed, public testing::WithParamInterface<DiskError> {};

TEST_P(DaemonOnABadDisk, EndsActingAndNotWatching)
{
    const auto& [name, calls, error] = GetParam();
    bring_up_slow();
    start_and_reach_the_fence();
    const auto log = state() + "/journal.db-wal";
    Child failing(
        {"strace", "-f", "-p", std::to_string(pair().daemon_pid()), "-P", log, "-e",
         "trace=" + calls, "-e", "inject=" + calls + ":error=" + error});
    expect_told_once("UnderstudyActingImpossible");
    // What the fence stopped reads as stopped by people.
    const auto is_stopped = [](const Picture& seen) {
        return seen.verdict == "suspect" && seen.reason == "maintenance";
    };
    EXPECT_TRUE(pair().sees(is_stopped, patience))
        << "it no longer watches: " << pair().last_seen();
    EXPECT_EQ(pair().floating_target(), "east.tsb.test.");
    EXPECT_FALSE(pair().is_writable("west-1"));
    EXPECT_THAT(failing.output(), HasSubstr("INJECTED"));
    failing.signal(SIGINT);
    failing.wait(patience);
    EXPECT_FALSE(pair().is_writable("west-1")) << "a disk that works again is not believed";
    pair().end_daemon(SIGTERM);
    pair().start_daemon();
    expect_a_clean_end();
}

INSTANTIATE_TEST_SUITE_P(
    In,
    DaemonOnABadDisk,
    testing::Values(
        DiskError{"AnFsyncThatFails", "fdatasync,fsync", "EIO"},
        DiskError{"AFileSystemThatTurnedReadOnly", "pwrite64", "EROFS"}),
    [](const testing::TestParamInfo<DiskError>& disk) { return disk.param.name; });

}  // namespace
}  // namespace understudy::sandbox
