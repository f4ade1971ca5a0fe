#include "probes/dns_probe.hpp"

#include "net/dns_query.hpp"
#include "net/errors.hpp"
#include "net/phase_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace understudy::probes {

namespace {

namespace asio = boost::asio;
using core::Outcome;
using core::Reason;
using Answers = std::vector<net::DnsAnswer>;

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> canonical(std::vector<std::string> names)
{
    for (auto& name : names)
        name = net::canonical_name(name);
    return names;
}

/// The servers are asked side by side, so that a silent one costs the others no time.
asio::awaitable<Answers> ask_all(
    std::vector<asio::ip::udp::endpoint> servers, net::DnsQuestion question, core::Duration limit)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto start = [&](const asio::ip::udp::endpoint& server) {
        return asio::co_spawn(executor, net::ask_server(server, question, limit), asio::deferred);
    };
    std::vector<decltype(start(servers.front()))> running;
    running.reserve(servers.size());
    for (const auto& server : servers)
        running.push_back(start(server));

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

std::string account_of(const DnsProbe::Options& options, const Answers& answers)
{
    std::string text = options.name + " " + options.type + ":";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        text += (i == 0 ? " " : "; ") + options.servers[i] + ": ";
        text += answers[i].reason == Reason::none ? joined(answers[i].values) : answers[i].detail;
    }
    return text;
}

bool is_statement(const net::DnsAnswer& answer)
{
    return core::testimony_of(answer.reason) == core::Testimony::statement;
}

Outcome all_silent(Outcome outcome, const Answers& answers)
{
    const auto most = std::ranges::min_element(answers, [](const auto& left, const auto& right) {
        return net::tells_more(left.reason, right.reason);
    });
    outcome.reason = most->reason;
    return outcome;
}

bool all_expected(const std::vector<std::string>& values, const std::vector<std::string>& expected)
{
    return expected.empty() || std::ranges::all_of(values, [&](const auto& value) {
               return std::ranges::find(expected, value) != expected.end();
           });
}

Outcome judge(const DnsProbe::Options& options, const Answers& answers)
{
    Outcome outcome(Reason::none, account_of(options, answers));
    if (std::ranges::none_of(answers, is_statement))
        return all_silent(std::move(outcome), answers);

    const std::vector<std::string>* agreed = nullptr;
    bool disagree = false;
    for (const auto& answer : answers) {
        if (answer.reason == Reason::none) {
            disagree = disagree || (agreed != nullptr && *agreed != answer.values);
            agreed = &answer.values;
        } else if (is_statement(answer)) {
            outcome.reason = answer.reason;
        }
    }
    if (agreed != nullptr && !disagree)
        outcome.facts["dns/answer"] = joined(*agreed);
    if (disagree || (agreed != nullptr && !all_expected(*agreed, options.expected)))
        outcome.reason = Reason::wrong_answer;
    return outcome;
}

}  // namespace

DnsProbe::DnsProbe(asio::any_io_executor executor, Options options)
    : executor_(std::move(executor)), options_(std::move(options))
{
    const auto type = net::dns_type_named(options_.type);
    if (!type)
        throw std::invalid_argument(
            "DNS type '" + options_.type + "' is none of CNAME, A, AAAA, TXT");
    if (options_.servers.empty())
        throw std::invalid_argument("a DNS probe needs at least one server");
    question_.name = options_.name;
    question_.type = *type;
    net::wire_form(question_);  // throws for what is not a name
    for (const auto& server : options_.servers)
        servers_.push_back(net::dns_server_at(server));
    if (*type != net::DnsType::txt)
        options_.expected = canonical(std::move(options_.expected));
}

asio::awaitable<Outcome> DnsProbe::run()
{
    net::PhaseClock clock(core::Phase::request);
    const Answers answers = co_await ask_all(servers_, question_, options_.timeout);
    Outcome outcome = judge(options_, answers);
    outcome.phases = clock.phases();
    outcome.took = net::total_of(outcome.phases);
    co_return outcome;
}

}  // namespace understudy::probes
