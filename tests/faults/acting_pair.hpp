/// A pair on which the daemon may act, looked at from outside of the daemon as well: with kubectl,
/// psql, dig and what the webhook's receiver wrote down.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "faults/received.hpp"
#include "faults/watched_pair.hpp"

namespace understudy::sandbox {

class ActingPair : public WatchedPair {
public:
    explicit ActingPair(const std::string& mode, const std::string& variant = "embedded-sync");

    /// In understudy.toml, before the daemon starts. Throws std::runtime_error unless `from` stands
    /// there exactly once.
    void replace_in_config(const std::string& from, const std::string& to);
    /// Effects have 3 s and the servers 1 s more: who was interrupted in the middle of one must
    /// wait until it can no longer land.
    void shorten_effects();
    /// The fence has to hold for 4 s before it counts: time to disturb a run in its middle.
    void lengthen_fence();
    /// At rest, and every probe has spoken since the daemon started. Not those of west: a standby
    /// whose writers are at 0 has not much to say.
    bool is_watched_by(std::chrono::milliseconds deadline);
    /// Throws std::runtime_error when it cannot be switched.
    void switch_fault(
        const std::string& name, const std::string& state, const std::string& plane = "east");
    /// One line to a stand-in's control socket (sandbox/README.md). Throws std::runtime_error when
    /// it refuses.
    void tell_standin(const std::string& name, const std::string& command);
    /// The daemon's own program, asking the daemon.
    Finished understudy(std::vector<std::string> words) const;
    /// What was received of the alert `name`, all of it or only of one status.
    std::vector<Received> told(std::string_view name, std::string_view status) const;

    /// Waits until there is a run in `state`; false when there is none by then.
    bool run_is(std::string_view state, std::chrono::milliseconds deadline);
    /// Waits until the latest run has an attempt in that step.
    bool has_attempt_in(const std::string& step, std::chrono::milliseconds deadline);
    /// Ends the daemon with SIGKILL as soon as it tells of an attempt in the run's step.
    bool kill_at_attempt_of(const std::string& step, std::chrono::milliseconds deadline);

    // From outside.
    Finished kubectl(const std::string& cluster, const std::vector<std::string>& words) const;
    /// `1 1` for one replica each of `tsb` and `iam`; empty when the cluster does not answer.
    std::string writers_of(const std::string& plane) const;
    bool is_fenced(const std::string& plane) const;
    Finished sql(
        const std::string& instance,
        const std::string& database,
        const std::string& statement) const;
    /// Commits a row in the active plane's database, and waits for the standbys to have it.
    void commit_witness();
    /// The number of rows that are there now; -1 when there is no such table.
    std::int64_t witnesses_on(const std::string& instance) const;
    bool is_writable(const std::string& instance) const;
    /// Where the floating name leads, by the zone's own server.
    std::string floating_target() const;
    /// How many control planes exchanged configuration with west after that moment, by what west
    /// wrote into its database.
    std::int64_t synced_since(const std::string& rfc3339) const;
};

/// The run's step of that name; throws std::runtime_error when it has none.
const boost::json::object& step_of(const boost::json::object& run, std::string_view name);
/// Every attempt of every operation of that step.
std::vector<boost::json::object> attempts_of(const boost::json::object& run, std::string_view step);
/// The text of a field; empty when it is null.
std::string text_of(const boost::json::object& object, std::string_view key);
/// Owed by the runs so far: `KIND TARGET`, one each.
std::vector<std::string> owed(const ActingPair& pair);

}  // namespace understudy::sandbox
