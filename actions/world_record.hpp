/// Our record of a run in the world: the ConfigMap `understudy` in a plane's cluster.
#pragma once

#include "actions/cluster.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <utility>

namespace understudy::actions {

/// What a cloned bastion, a restored journal or a second installation is told apart by. Goal: our
/// `instance`, the operation's epoch, and the parameters `plan_hash`, `process` and `cursor`. The
/// data of the ConfigMap is these and `operation` and `updated` (RFC 3339, for people); any other
/// key is left alone, above all the operators' `hold`. Whose record may be replaced is core's
/// judgement; that it is the one which was judged is what the effect makes sure of.
class WorldRecord final : public Action {
public:
    WorldRecord(Cluster cluster, std::string instance)
        : cluster_(std::move(cluster)), instance_(std::move(instance))
    {}

    /// A record that is there and whose epoch is no number is not readable: it must not look older
    /// than ours.
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    /// Creates the ConfigMap, or replaces what was read; `refused` when somebody was faster.
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    boost::json::object data_of(const Order& order) const;

    Cluster cluster_;
    std::string instance_;
};

/// The operators' hold in a plane's cluster. Not readable counts as held; that is the caller's.
struct HoldReading {
    bool readable = false;
    std::string hold;    ///< Empty: none.
    std::string detail;  ///< Why it could not be read.

    HoldReading() = default;
};
boost::asio::awaitable<HoldReading> read_hold(Cluster cluster);

}  // namespace understudy::actions
