/// A pair of planes with the real daemon watching it.
#pragma once

#include "core/settings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faults/pair.hpp"

namespace understudy::sandbox {

/// What the daemon says of the active plane, `east`.
struct Picture {
    std::string verdict;
    std::string reason;
    std::string detail;
    std::array<std::string, core::evidence_class_count>
        classes;               ///< In the order of EvidenceClass.
    bool has_failed = false;   ///< It is `failed`, since a time that it tells.
    bool is_bursting = false;  ///< A suspicion is still being settled.
    bool standby_is_ready = false;
    boost::json::object status;  ///< All of it.
};

/// For the message of a failed expectation.
std::string in_words(const Picture& picture);

/// How a test starts the daemon.
struct DaemonOptions {
    std::filesystem::path config;          ///< Empty: the sandbox's own understudy.toml.
    std::vector<std::string> environment;  ///< NAME=VALUE
    std::string name = "understudy";       ///< Its log is log/NAME.log.
    std::string program;                   ///< Empty: daemon_program().
};

class WatchedPair {
public:
    explicit WatchedPair(const std::vector<std::string>& options = {}) : pair_(options) {}
    /// Throws std::runtime_error when it cannot be started. It may still end by itself soon.
    void start_daemon(DaemonOptions options = {});
    /// Sends the signal and waits until the process is gone; throws std::runtime_error when it
    /// stays.
    void end_daemon(int signal);
    void signal_daemon(int signal) const;
    bool daemon_runs() const;
    pid_t daemon_pid() const noexcept { return daemon_; }

    /// Empty when no daemon answers on the admin socket.
    std::optional<Picture> look() const;
    /// Waits until the last look satisfies `condition`.
    template <class Condition>
    bool sees(Condition condition, std::chrono::milliseconds deadline);
    /// Waits until nothing is wrong, and nothing is being found out any more.
    bool settles(std::chrono::milliseconds deadline);
    /// Every run of the daemon's, the latest first. Empty when no daemon answers.
    std::optional<boost::json::array> runs() const;
    /// All that is known of the latest run. Empty when no daemon answers, or there was none.
    std::optional<boost::json::object> latest_run() const;
    /// Waits until there is a run and the latest has ended; empty when it has not by then. A run
    /// that waits for a human has not ended.
    std::optional<boost::json::object> run_ends(std::chrono::milliseconds deadline) const;

    /// What was seen last, for the message of a failed expectation.
    std::string last_seen() const;

    const Pair& pair() const noexcept { return pair_; }
    const std::filesystem::path& dir() const noexcept { return pair_.dir(); }
    std::filesystem::path config_file() const { return dir() / "understudy.toml"; }
    std::filesystem::path admin_socket() const { return dir() / "bastion/admin.sock"; }
    std::filesystem::path log_file() const { return dir() / "log" / (options_.name + ".log"); }
    std::string log() const;
    /// What GET on the monitoring port yields.
    std::string get(const std::string& path) const;

private:
    Pair pair_;
    DaemonOptions options_;
    pid_t daemon_ = -1;  ///< As the test's own process namespace numbers it.
    std::optional<Picture> last_;
};

/// The path of the daemon's program under test.
std::string daemon_program();
/// The longest time to a verdict on `east` that the settings allow, as `check-config` tells.
std::chrono::milliseconds worst_case_of(const std::filesystem::path& config);
std::string read_text(const std::filesystem::path& file);

template <class Condition>
bool WatchedPair::sees(Condition condition, std::chrono::milliseconds deadline)
{
    return eventually(
        [&] {
            last_ = look();
            return last_ && condition(*last_);
        },
        deadline);
}

}  // namespace understudy::sandbox
