#include "probes/http_probe.hpp"

#include "net/cluster_list.hpp"
#include "net/errors.hpp"
#include "net/jwt.hpp"
#include "net/phase_clock.hpp"
#include "net/printable.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <stdexcept>
#include <system_error>

namespace understudy::probes {

namespace {

using core::Outcome;
using core::Reason;

constexpr std::size_t shown_bytes_max = 120;

/// A file of ours that cannot be read: running out of descriptors is not the credential's fault.
Outcome unreadable(const std::runtime_error& failure, Reason otherwise)
{
    Reason reason = otherwise;
    if (const auto* system = dynamic_cast<const std::system_error*>(&failure)) {
        const boost::system::error_code code(
            system->code().value(), boost::system::system_category());
        if (net::reason_of(code) == Reason::local_limit)
            reason = Reason::local_limit;
    }
    return Outcome(reason, failure.what());
}

/// A token that has run out is refused by a healthy plane too.
bool has_expired(const net::Secret& credential)
{
    const auto expiry = net::expiry_of_token(credential.reveal());
    return expiry && *expiry <= std::chrono::system_clock::now();
}

Reason reason_of_status(unsigned status, const net::Secret& credential)
{
    switch (status) {
    case 401:
    case 403: return has_expired(credential) ? Reason::credentials_expired : Reason::credentials;
    case 429: return Reason::rate_limited;
    default: return Reason::status;
    }
}

/// `Basic dXNlcjo=` is secret in its second word only.
std::string_view secret_part(const net::Secret& credential)
{
    const std::string_view all = credential.reveal();
    return all.substr(all.starts_with("Basic ") ? 6 : 0);
}

std::string excerpt(std::string_view body, const net::Secret& credential)
{
    std::string text(body.substr(0, 4096));
    const std::string_view secret = secret_part(credential);
    for (auto at = text.find(secret); !secret.empty() && at != text.npos; at = text.find(secret))
        text.replace(at, secret.size(), "(credential)");
    return net::printable(text, shown_bytes_max);
}

/// What cannot be understood is not told: unknown, and not an empty list.
void add_clusters(core::Facts& facts, std::string_view body)
{
    if (auto names = net::cluster_names_text(body))
        facts["clusters/names"] = std::move(*names);
}

bool is_json(std::string_view content_type)
{
    std::string type(content_type.substr(0, content_type.find(';')));
    std::ranges::transform(
        type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type.empty() || type.find("json") != type.npos;
}

}  // namespace

HttpProbe::HttpProbe(net::HttpClient& client, Options options)
    : client_(client),
      options_(std::move(options)),
      json_check_(options_.json),
      tls_(options_.tls_options)
{}

net::HttpTarget HttpProbe::target()
{
    net::HttpTarget target;
    target.host = options_.host;
    target.port = options_.port;
    target.host_header = options_.host_header;
    if (options_.tls)
        target.tls = tls_.current();
    return target;
}

net::HttpRequest HttpProbe::request(const net::Secret& credential) const
{
    net::HttpRequest request;
    request.method = options_.method;
    request.path = options_.path;
    request.headers = options_.headers;
    net::add_credential(request, options_.credentials, credential);
    return request;
}

Outcome HttpProbe::judge(const net::HttpReply& reply, const net::Secret& credential) const
{
    if (reply.reason != Reason::none)
        return Outcome(reply.reason, reply.detail);
    const std::string answer = reply.detail + ": " + options_.method + " " + options_.path + ": " +
                               std::to_string(reply.status);
    if (std::ranges::find(options_.expected_status, reply.status) == options_.expected_status.end())
        return Outcome(
            reason_of_status(reply.status, credential),
            answer + " " + excerpt(reply.body, credential));
    if (options_.json.empty())
        return Outcome(Reason::none, answer);
    if (!is_json(reply.header("content-type")))
        return Outcome(
            Reason::body, answer + " with " + net::printable(reply.header("content-type"), 60) +
                              " in place of JSON: " + excerpt(reply.body, credential));
    const std::string problem = json_check_.problem_in(reply.body);
    if (!problem.empty())
        return Outcome(Reason::json, answer + ": " + problem);
    return Outcome(Reason::none, answer);
}

boost::asio::awaitable<Outcome> HttpProbe::run()
{
    net::HttpTarget where;
    net::Secret credential;
    try {
        where = target();
    } catch (const std::runtime_error& failure) {
        co_return unreadable(failure, Reason::internal);
    }
    try {
        credential = net::read_credential(options_.credentials);
    } catch (const std::runtime_error& failure) {
        co_return unreadable(failure, Reason::credentials);
    }
    net::HttpLimits limits;
    limits.timeout = options_.timeout;
    limits.body_bytes_max = options_.body_bytes_max;
    net::HttpRequest what = request(credential);
    const net::HttpReply reply =
        co_await client_.exchange(std::move(where), std::move(what), limits);

    Outcome outcome = judge(reply, credential);
    outcome.phases = reply.phases;
    outcome.took = net::total_of(reply.phases);
    outcome.facts = net::facts_of(reply.certificate);
    if (options_.lists_clusters && outcome.reason == Reason::none)
        add_clusters(outcome.facts, reply.body);
    co_return outcome;
}

}  // namespace understudy::probes
