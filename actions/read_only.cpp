#include "actions/read_only.hpp"

#include "actions/cluster.hpp"

namespace understudy::actions {

boost::asio::awaitable<Effect> ReadOnlyAction::perform(Order order)
{
    co_return refused(
        "nothing was sent: " + std::string(core::name_of(order.operation.kind)) + " only reads");
}

}  // namespace understudy::actions
