#include "actions/hook.hpp"

#include "actions/cluster.hpp"
#include "net/boot_clock.hpp"
#include "net/kill_points.hpp"
#include "net/printable.hpp"
#include "net/process.hpp"

#include <algorithm>
#include <string_view>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

constexpr std::size_t line_bytes_max = 200;
constexpr std::size_t output_bytes_max = 64 * 1024;
constexpr int try_again_later = 75;  // EX_TEMPFAIL of sysexits.h

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

std::string last_line(std::string_view output)
{
    const auto end = output.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos)
        return {};
    output = output.substr(0, end + 1);
    const auto begin = output.find_last_of("\r\n");
    const auto line = begin == std::string_view::npos ? output : output.substr(begin + 1);
    return net::printable(line, line_bytes_max);
}

core::EffectResult result_of(const net::ProcessResult& ended)
{
    switch (ended.end) {
    case net::ProcessEnd::exited:
        return ended.code == 0 ? core::EffectResult::applied : core::EffectResult::refused;
    case net::ProcessEnd::not_started: return core::EffectResult::refused;
    case net::ProcessEnd::signalled:
    case net::ProcessEnd::timed_out: break;
    }
    return core::EffectResult::unknown;
}

std::string detail_of(const std::string& name, const net::ProcessResult& ended)
{
    auto text = "hook " + name + " " + describe(ended);
    if (ended.end == net::ProcessEnd::exited && ended.code == try_again_later)
        text += " (try again)";
    // What went wrong programs say on their error output.
    const auto said = last_line(ended.error_output.empty() ? ended.output : ended.error_output);
    return said.empty() ? text : text + ": " + said;
}

}  // namespace

asio::awaitable<core::Observation> RunHook::observe(core::Operation operation)
{
    core::Observation observation;
    observation.readable = hooks_.contains(operation.object);
    observation.detail = observation.readable ? "what a hook did cannot be read"
                                              : "no hook " + operation.object + " is configured";
    co_return observation;
}

asio::awaitable<Effect> RunHook::perform(Order order)
{
    const auto found = hooks_.find(order.operation.object);
    if (found == hooks_.end())
        co_return refused("not run: no hook " + order.operation.object + " is configured");
    const auto left = order.deadline - net::boot_now();
    if (left <= core::Duration::zero())
        co_return refused("not run: its deadline has passed");
    net::ProcessOptions what;
    what.argv = found->second;
    what.environment = environment_of(order);
    what.timeout = left;
    what.output_bytes_max = output_bytes_max;
    net::kill_point("effect-before-send", order.operation.object);
    const auto ended = co_await net::run_process(executor_, std::move(what));
    net::kill_point("effect-answered", order.operation.object);
    Effect effect;
    effect.result = result_of(ended);
    effect.detail = detail_of(order.operation.object, ended);
    co_return effect;
}

}  // namespace understudy::actions
