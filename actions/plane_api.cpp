#include "actions/plane_api.hpp"

#include <boost/json/parse.hpp>

#include <stdexcept>
#include <utility>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

/// A page of something in between may well have status 200.
PlaneAnswer judged(const net::HttpReply& reply, const std::string& path)
{
    PlaneAnswer answer;
    answer.detail = reply.detail + ": GET " + path;
    if (reply.reason != core::Reason::none)
        return answer;
    answer.status = reply.status;
    answer.detail += ": " + std::to_string(reply.status);
    if (reply.status != 200)
        return answer;
    boost::system::error_code error;
    answer.body = json::parse(reply.body, error);
    if (error || !answer.body.is_object()) {
        answer.status = 0;
        answer.detail += ", but what came is not a JSON object";
    }
    return answer;
}

}  // namespace

net::HttpTarget PlaneApi::target(const std::string& through)
{
    net::HttpTarget target;
    target.host = through.empty() ? options_.host : through;
    target.port = options_.port;
    target.host_header = through.empty() ? options_.host_header : "";
    if (!options_.tls)
        return target;
    auto tls = options_.tls_options;
    if (!through.empty())
        tls.server_name = through;
    target.tls = tls_.try_emplace(through, std::move(tls)).first->second.current();
    return target;
}

asio::awaitable<PlaneAnswer> PlaneApi::get(std::string path, std::string through)
{
    net::HttpTarget where;
    net::HttpRequest request;
    request.path = "/v2/organizations/" + options_.organization + path;
    try {
        where = target(through);
        const auto credential = net::read_credential(options_.credentials);
        net::add_credential(request, options_.credentials, credential);
    } catch (const std::runtime_error& error) {
        PlaneAnswer answer;
        answer.detail = error.what();
        co_return answer;
    }
    const auto shown = request.path;
    net::HttpLimits limits;
    limits.timeout = options_.timeout;
    const auto reply = co_await client_.exchange(std::move(where), std::move(request), limits);
    co_return judged(reply, shown);
}

}  // namespace understudy::actions
