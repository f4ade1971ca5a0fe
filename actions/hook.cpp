#include "actions/hook.hpp"

#include "actions/cluster.hpp"
#include "actions/program.hpp"

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

std::vector<std::pair<std::string, std::string>> environment_of(const Order& order)
{
    const auto& operation = order.operation;
    const auto epoch = std::to_string(order.id.epoch);
    const auto step = operation.parameter("step");
    std::vector<std::pair<std::string, std::string>> environment;
    environment.emplace_back("UNDERSTUDY_RUN", epoch);
    environment.emplace_back("UNDERSTUDY_EPOCH", epoch);
    environment.emplace_back(
        "UNDERSTUDY_STEP", step.empty() ? std::to_string(order.id.step) : step);
    environment.emplace_back("UNDERSTUDY_OPERATION", core::text_of(order.id));
    environment.emplace_back("UNDERSTUDY_ATTEMPT", std::to_string(order.attempt));
    environment.emplace_back("UNDERSTUDY_OLD_PLANE", operation.parameter("old_plane"));
    environment.emplace_back("UNDERSTUDY_NEW_PLANE", operation.parameter("new_plane"));
    return environment;
}

}  // namespace

asio::awaitable<core::Observation> RunHook::observe(core::Operation operation)
{
    const auto found = hooks_.find(operation.object);
    if (found == hooks_.end())
        co_return unreadable("no hook " + operation.object + " is configured");
    auto hash = content_hash_of(found->second.front());
    if (!hash)
        co_return unreadable(found->second.front() + " cannot be read");
    auto observation = readable("what a hook did cannot be read, only what it is");
    observation.facts["content_hash"] = std::move(*hash);
    co_return observation;
}

asio::awaitable<Effect> RunHook::perform(Order order)
{
    const auto found = hooks_.find(order.operation.object);
    if (found == hooks_.end())
        co_return refused("not run: no hook " + order.operation.object + " is configured");
    Program program;
    program.name = order.operation.object;
    program.argv = found->second;
    program.content_hash = order.operation.parameter("content_hash");
    program.environment = environment_of(order);
    program.deadline = order.deadline;
    Effect effect = co_await run_program(executor_, std::move(program));
    co_return effect;
}

}  // namespace understudy::actions
