/// Step `switch-name`: the floating name points to the new plane at every authoritative server.
#pragma once

#include "actions/action.hpp"
#include "actions/name_provider.hpp"

#include <boost/asio/ip/udp.hpp>

#include <string>
#include <vector>

namespace understudy::actions {

/// Parameters of its operation: `name` (else the operation's object), `from`, `to`, and `ttl` in
/// seconds, which outweighs the option.
///
/// A reading asks all servers side by side. Beside the facts of core/operation.hpp it gives `ttl`
/// (int, seconds: the longest that a server gave, so how long others may go on with the old
/// answer). `all_new`: every server answered, and says `to`. `all_old`: all that answered say
/// `from`; a secondary in the lost site must not stop the switch. A server that answers without
/// authority is counted as unreachable: it speaks from a cache. `mark` is the token's text, empty
/// when there is no token, and not there when it could not be read.
///
/// The change demands the old value and the token that was read, and leaves the operation's id as
/// the new token; it is refused, and nothing is sent, when the token is of a later operation.
class SwitchName final : public Action {
public:
    struct Options {
        std::vector<std::string> servers;  ///< Authoritative: `address` or `address:port`.
        /// Where the token is read: the server that takes the changes. Empty: the first of
        /// `servers`.
        std::string update_server;
        std::string token_record;  ///< Empty: `_understudy.` and the floating name.
        core::Duration ttl = std::chrono::seconds(30);
        core::Duration timeout = std::chrono::seconds(2);  ///< Of a reading.
    };

    /// Throws std::invalid_argument for no server, or one that is none. `provider` must outlive it.
    SwitchName(NameProvider& provider, Options options);

    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    std::string token_record_for(const core::Operation& operation) const;

    NameProvider& provider_;
    Options options_;
    std::vector<boost::asio::ip::udp::endpoint> servers_;
    boost::asio::ip::udp::endpoint update_server_;
};

}  // namespace understudy::actions
