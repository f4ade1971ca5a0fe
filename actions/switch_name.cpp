#include "actions/switch_name.hpp"

#include "net/dns_query.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace understudy::actions {

namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using core::Observation;
using core::Operation;
using net::DnsAnswer;

struct Inquiry {
    udp::endpoint server;
    net::DnsQuestion question;

    Inquiry(udp::endpoint whom, const std::string& name, net::DnsType type)
        : server(std::move(whom))
    {
        question.name = name;
        question.type = type;
    }
};

/// Side by side, so that a silent server costs the others no time.
asio::awaitable<std::vector<DnsAnswer>> ask_all(
    std::vector<Inquiry> inquiries, core::Duration limit)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto start = [&](const Inquiry& one) {
        return asio::co_spawn(
            executor, net::ask_server(one.server, one.question, limit), asio::deferred);
    };
    std::vector<decltype(start(inquiries.front()))> running;
    running.reserve(inquiries.size());
    for (const auto& one : inquiries)
        running.push_back(start(one));

    auto group = asio::experimental::make_parallel_group(std::move(running));
    auto [order, errors, answers] =
        co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);

    const asio::cancellation_state stop = co_await asio::this_coro::cancellation_state;
    if (stop.cancelled() != asio::cancellation_type::none)
        throw boost::system::system_error(asio::error::operation_aborted);
    for (const auto& error : errors) {
        if (error)
            std::rethrow_exception(error);
    }
    co_return std::move(answers);
}

std::string name_in(const Operation& operation)
{
    const auto name = operation.parameter("name");
    return name.empty() ? operation.object : name;
}

bool is_heard(const DnsAnswer& answer)
{
    return answer.authoritative && (answer.reason == core::Reason::none || answer.absent);
}

bool says(const DnsAnswer& answer, const std::string& name)
{
    return answer.values == std::vector<std::string>{net::canonical_name(name)};
}

std::string value_of(const DnsAnswer& answer)
{
    std::string text;
    for (const auto& value : answer.values)
        text += (text.empty() ? "" : ",") + value;
    return text.empty() ? "-" : text;
}

/// What one server says, for people.
std::string account_of(const DnsAnswer& answer)
{
    if (answer.reason == core::Reason::none && !answer.authoritative)
        return "answers without authority";
    if (answer.reason != core::Reason::none)
        return answer.detail;
    return value_of(answer) + " for " + std::to_string(answer.ttl) + " s";
}

/// The token at the server that takes the changes: its text, empty text for none; or nothing known.
std::optional<std::string> token_in(const DnsAnswer& answer)
{
    if (!is_heard(answer) || answer.values.size() > 1)
        return std::nullopt;
    return answer.values.empty() ? std::string() : answer.values.front();
}

class Reading {
public:
    Reading(const Operation& operation, const std::vector<std::string>& servers)
        : operation_(operation), servers_(servers)
    {}

    /// One answer of each server, in their order.
    Observation of(std::vector<DnsAnswer> answers) const
    {
        Observation seen;
        std::int64_t unreachable = 0;
        std::int64_t ttl = 0;
        std::string listed;
        seen.detail = name_in(operation_) + ":";
        for (std::size_t i = 0; i < servers_.size(); ++i) {
            const bool heard = is_heard(answers[i]);
            unreachable += heard ? 0 : 1;
            ttl = std::max<std::int64_t>(ttl, heard ? answers[i].ttl : 0);
            listed +=
                (i == 0 ? "" : " ") + servers_[i] + "=" + (heard ? value_of(answers[i]) : "?");
            seen.detail += (i == 0 ? " " : "; ") + servers_[i] + ": " + account_of(answers[i]);
        }
        std::erase_if(answers, [](const DnsAnswer& answer) { return !is_heard(answer); });
        seen.readable = !answers.empty();
        seen.facts["answers"] = listed;
        seen.facts["unreachable"] = unreachable;
        seen.facts["ttl"] = ttl;
        seen.facts["all_new"] = unreachable == 0 && all_say(answers, "to");
        seen.facts["all_old"] = all_say(answers, "from");
        return seen;
    }

private:
    bool all_say(const std::vector<DnsAnswer>& answers, std::string_view parameter) const
    {
        const auto name = operation_.parameter(parameter);
        return !answers.empty() && !name.empty() &&
               std::ranges::all_of(answers, [&](const auto& answer) { return says(answer, name); });
    }

    const Operation& operation_;
    const std::vector<std::string>& servers_;
};

core::Duration ttl_for(const Operation& operation, core::Duration otherwise)
{
    const auto text = operation.parameter("ttl");
    std::uint32_t seconds = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, seconds);
    const bool usable = problem == std::errc{} && rest == end;
    return usable ? core::Duration(std::chrono::seconds(seconds)) : otherwise;
}

/// Why the change must not be sent; empty when it may.
std::string obstacle(const Order& order, const std::optional<std::string>& token)
{
    if (order.operation.parameter("from").empty() || order.operation.parameter("to").empty())
        return "the plan does not say from where to where";
    if (!token)
        return "the reading did not tell the token that the last change left";
    const auto writer = core::operation_id_in(*token);
    if (writer && *writer > order.id)
        return "the last change was made by operation " + *token + ", which is later than ours";
    return {};
}

Effect not_sent(const std::string& why)
{
    Effect effect;
    effect.result = core::EffectResult::refused;
    effect.detail = "not sent: " + why;
    return effect;
}

}  // namespace

SwitchName::SwitchName(NameProvider& provider, Options options)
    : provider_(provider), options_(std::move(options))
{
    if (options_.servers.empty())
        throw std::invalid_argument("switching a name needs at least one authoritative server");
    for (const auto& server : options_.servers)
        servers_.push_back(net::dns_server_at(server));
    update_server_ = options_.update_server.empty() ? servers_.front()
                                                    : net::dns_server_at(options_.update_server);
}

std::string SwitchName::token_record_for(const Operation& operation) const
{
    return options_.token_record.empty() ? "_understudy." + name_in(operation)
                                         : options_.token_record;
}

asio::awaitable<Observation> SwitchName::observe(Operation operation)
{
    std::vector<Inquiry> inquiries;
    for (const auto& server : servers_)
        inquiries.emplace_back(server, name_in(operation), net::DnsType::cname);
    inquiries.emplace_back(update_server_, token_record_for(operation), net::DnsType::txt);
    std::vector<DnsAnswer> answers = co_await ask_all(std::move(inquiries), options_.timeout);

    const DnsAnswer token_answer = std::move(answers.back());
    answers.pop_back();
    const Reading reading(operation, options_.servers);
    Observation seen = reading.of(std::move(answers));
    const auto token = token_in(token_answer);
    if (token)
        seen.facts["mark"] = *token;
    else
        seen.detail += "; the token could not be read: " + account_of(token_answer);
    co_return seen;
}

asio::awaitable<Effect> SwitchName::perform(Order order)
{
    const auto token = core::find_fact<std::string>(order.facts, "mark");
    const auto why_not = obstacle(order, token);
    if (!why_not.empty())
        co_return not_sent(why_not);

    NameChange change;
    change.name = name_in(order.operation);
    change.from = order.operation.parameter("from");
    change.to = order.operation.parameter("to");
    change.ttl = ttl_for(order.operation, options_.ttl);
    change.token_record = token_record_for(order.operation);
    if (!token->empty())
        change.token_from = *token;
    change.token_to = core::text_of(order.id);
    change.content_hash = order.operation.parameter("content_hash");
    change.deadline = order.deadline;
    Effect effect = co_await provider_.change(std::move(change));
    co_return effect;
}

}  // namespace understudy::actions
