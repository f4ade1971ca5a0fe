/// For tests that start and end the real daemon themselves: one sandbox for all of them, and for
/// each a state directory and a configuration of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "faults/received.hpp"
#include "faults/watched_pair.hpp"

namespace understudy::sandbox {

inline constexpr std::chrono::seconds patience{60};

class DaemonTest : public testing::Test {
protected:
    void SetUp() override;
    /// Ends every fault and the daemon; what a test may have told the receiver is undone.
    void TearDown() override;

    static WatchedPair& pair();
    const std::filesystem::path& config() const { return config_; }
    /// The test's configuration with each `from` in it replaced; throws when there is none.
    void replace_in_config(const std::string& from, const std::string& to);
    void append_to_config(const std::string& text);
    /// Starts the daemon on the test's configuration.
    void start(std::vector<std::string> environment = {});
    /// Runs a daemon in the foreground, as the bastion's user, until it ends by itself.
    Finished run_daemon(const std::filesystem::path& config) const;

    void switch_fault(const std::string& name, const std::string& state);
    void tell_receiver(const std::string& command);
    /// Since this test began.
    std::vector<Received> received() const;
    /// Waits until the daemon's log holds it: lines are written behind what they tell of.
    bool logs(const std::string& text) const;
    /// A new folder that belongs to the daemon's user.
    std::filesystem::path make_folder(const std::string& name) const;

private:
    std::filesystem::path config_;
    std::vector<std::string> faults_;
    std::size_t received_before_ = 0;
};

/// Gives a file or folder to the daemon's user.
void give_to_daemon(const std::filesystem::path& path);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace understudy::sandbox
