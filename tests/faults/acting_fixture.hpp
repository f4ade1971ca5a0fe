/// For tests that let the real daemon act: a pair of its own for each case, because a run changes
/// the pair for good, and what every run has to leave behind.
#pragma once

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "faults/acting_pair.hpp"

namespace understudy::sandbox {

class ActingTest : public testing::Test {
protected:
    static constexpr std::chrono::seconds patience{120};
    static constexpr int control_planes = 3;

    /// Shows the daemon's log when something failed.
    ~ActingTest() override;

    ActingPair& pair() { return *pair_; }
    void bring_up(const std::string& mode, const std::string& variant = "embedded-sync");
    void bring_up(std::unique_ptr<ActingPair> pair) { pair_ = std::move(pair); }
    void start(DaemonOptions options = {});
    int exit_code(std::vector<std::string> words);
    /// `failover` with the hash of the plan that would run now; its exit code, -1 without a plan.
    int ask_for_a_failover(const std::vector<std::string>& more = {});

    void expect_success(const boost::json::object& run);
    void expect_service_on_west(const boost::json::object& run);
    void expect_intact_journal();
    /// One event, and no second one; it may just have happened. A delivery that a killed process
    /// did not write down may come again, under the same id.
    void expect_told_once(const std::string& name);
    bool has_run();
    bool is_armed();

private:
    std::unique_ptr<ActingPair> pair_;
};

}  // namespace understudy::sandbox
