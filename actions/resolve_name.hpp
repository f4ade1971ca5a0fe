/// Step `resolve-name`: this machine's own resolver answers the new plane for the floating name.
#pragma once

#include "actions/action.hpp"
#include "net/resolver.hpp"

namespace understudy::actions {

/// Parameters of its operation: `name` (else the operation's object), `to`, and `from`. A reading
/// resolves the three as every client on this machine does, `/etc/hosts` included. `answer` holds
/// the addresses of `name`, separated by spaces; `is_new` when all of them are addresses of `to`,
/// and not all of them addresses of `from`. There is nothing to do but to wait for caches.
class ResolveName final : public Action {
public:
    struct Options {
        core::Duration timeout = std::chrono::seconds(2);  ///< For each name.
    };

    ResolveName(net::Resolver& resolver, Options options) : resolver_(resolver), options_(options)
    {}

    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;
    /// Always refused: this step has no effect.
    boost::asio::awaitable<Effect> perform(Order order) override;

private:
    net::Resolver& resolver_;
    Options options_;
};

}  // namespace understudy::actions
