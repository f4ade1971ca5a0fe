#include "actions/resolve_name.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace understudy::actions {

namespace {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

std::string name_in(const core::Operation& operation)
{
    const auto name = operation.parameter("name");
    return name.empty() ? operation.object : name;
}

bool all_among(const Addresses& some, const Addresses& those)
{
    return std::ranges::all_of(
        some, [&](const auto& one) { return std::ranges::find(those, one) != those.end(); });
}

std::string text_of(const Addresses& addresses)
{
    std::string text;
    for (const auto& address : addresses)
        text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

core::Observation unreadable(const net::Resolution& resolution)
{
    core::Observation seen;
    seen.detail = resolution.error;
    return seen;
}

}  // namespace

asio::awaitable<core::Observation> ResolveName::observe(core::Operation operation)
{
    const std::string name = name_in(operation);
    const net::Resolution floating = co_await resolver_.resolve(name, options_.timeout);
    if (floating.addresses.empty())
        co_return unreadable(floating);
    const std::string to = operation.parameter("to");
    const net::Resolution wanted = co_await resolver_.resolve(to, options_.timeout);
    if (wanted.addresses.empty())
        co_return unreadable(wanted);
    const std::string from = operation.parameter("from");
    net::Resolution old;  // may be gone from DNS together with its site
    if (!from.empty())
        old = co_await resolver_.resolve(from, options_.timeout);

    core::Observation seen;
    seen.readable = true;
    seen.facts["answer"] = text_of(floating.addresses);
    seen.facts["is_new"] = all_among(floating.addresses, wanted.addresses) &&
                           !all_among(floating.addresses, old.addresses);
    seen.detail = name + " is " + text_of(floating.addresses) + ", " + to + " is " +
                  text_of(wanted.addresses);
    co_return seen;
}

asio::awaitable<Effect> ResolveName::perform(Order order)
{
    Effect effect;
    effect.result = core::EffectResult::refused;
    effect.detail = "nothing can be done for " + name_in(order.operation) + " but to wait";
    co_return effect;
}

}  // namespace understudy::actions
