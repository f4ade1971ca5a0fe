/// Steps that only wait until the world is as it must be.
#pragma once

#include "actions/action.hpp"

namespace understudy::actions {

class ReadOnlyAction : public Action {
public:
    /// Refused: there is nothing to send.
    boost::asio::awaitable<Effect> perform(Order order) final;
};

}  // namespace understudy::actions
