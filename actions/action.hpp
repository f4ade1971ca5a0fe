/// What the executor asks of the world: to read it, and to change it. One file for each kind of
/// step.
#pragma once

#include "core/operation.hpp"
#include "core/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace understudy::actions {

/// An effect as the executor wants it.
struct Order {
    core::OperationId id;
    std::uint32_t attempt = 0;
    core::Operation operation;
    core::Facts facts;         ///< Of the reading that the effect rests on: `version` and so on.
    core::Instant deadline{};  ///< CLOCK_BOOTTIME. No byte may leave after it.

    Order() = default;
};

struct Effect {
    core::EffectResult result = core::EffectResult::unknown;
    std::string detail;  ///< What was sent where, and what came back; never a secret.
    /// As the server asked, or a hook that has to be run again; zero: it did not.
    core::Duration retry_after{};

    Effect() = default;
};

/// Use from the executor's one thread; cancellable; must outlive its calls. Never throws for a sick
/// world; throws operation_aborted only when cancelled.
class Action {
public:
    virtual ~Action() = default;

    /// Reads, changes nothing. The facts are those of core/operation.hpp for the operation's kind.
    virtual boost::asio::awaitable<core::Observation> observe(core::Operation operation) = 0;
    /// `refused` only when it is certain that nothing was changed and nothing will be.
    virtual boost::asio::awaitable<Effect> perform(Order order) = 0;
};

}  // namespace understudy::actions
