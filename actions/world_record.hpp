/// Our record of a run in the world: the ConfigMap `understudy` in a plane's cluster.
#pragma once

#include "actions/cluster.hpp"

#include <string>

namespace understudy::actions {

/// What a cloned bastion, a restored journal or a second installation is told apart by. Goal, from
/// the operation's parameters: `instance`, `plan_hash` and `cursor`; the epoch is the operation's
/// own. With `take_from`, the record of that other instance may be replaced, which a human asked
/// for. The data of the ConfigMap is `instance`, `epoch`, `plan_hash`, `cursor`, `operation` and
/// `updated` (RFC 3339, for people); any other key is left alone, above all the operators' `hold`.
class WorldRecord final : public Action {
public:
    explicit WorldRecord(Cluster cluster) : cluster_(std::move(cluster)) {}

    /// A record that is there and whose epoch is no number is not readable: it must not look older
    /// than ours.
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    /// Creates the ConfigMap, or replaces what was read; `refused` when somebody was faster.
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    Cluster cluster_;
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
