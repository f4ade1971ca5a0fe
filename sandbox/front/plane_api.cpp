#include "sandbox/front/plane_api.hpp"

#include "sandbox/front/central.hpp"
#include "sandbox/tasks.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace understudy::sandbox {

namespace asio = boost::asio;

namespace {

Response text_response(unsigned status, std::string text)
{
    Response response(status, std::move(text));
    response.content_type = "text/plain";
    return response;
}

Response ok_json(const json::value& body) { return {200, json::serialize(body)}; }

/// As a gRPC gateway writes errors: the gRPC code and a message.
Response api_error(unsigned status, int grpc_code, std::string_view message)
{
    const json::object body{{"code", grpc_code}, {"message", message}, {"details", json::array()}};
    return {status, json::serialize(body)};
}

Response not_found() { return api_error(404, 5, "Not Found"); }

/// What envoy itself answers for an upstream without a ready endpoint.
Response no_healthy_upstream() { return text_response(503, "no healthy upstream"); }

Response unauthorized()
{
    auto response = api_error(401, 16, "authentication failed");
    response.headers.emplace_back("WWW-Authenticate", "Basic");
    return response;
}

Response wrong_page()
{
    Response page(200, "<html><body>Welcome</body></html>\n");
    page.content_type = "text/html";
    return page;
}

std::optional<std::int64_t> last_sync_ms(const Answer& syncs, const std::string& cluster)
{
    for (const auto& row : syncs.rows) {
        std::int64_t at = 0;
        if (row.size() == 2 && row[0] == cluster &&
            std::from_chars(row[1].data(), row[1].data() + row[1].size(), at).ec == std::errc())
            return at;
    }
    return std::nullopt;
}

std::string rfc3339(std::int64_t ms)
{
    const std::chrono::sys_time<std::chrono::seconds> seconds{std::chrono::seconds(ms / 1000)};
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms % 1000);
}

}  // namespace

PlaneApi::PlaneApi(
    const FrontSettings& settings,
    std::shared_ptr<const PlaneView> plane,
    std::shared_ptr<Database> database,
    FrontFaults& faults)
    : settings_(settings), plane_(std::move(plane)), database_(std::move(database)), faults_(faults)
{}

asio::awaitable<Response> PlaneApi::answer(Request request)
{
    ++requests_;
    const auto factor = faults_.on(FrontFault::slow) ? 10 : 1;
    co_await sleep_for(factor * settings_.latency);
    const bool api = request.path.starts_with("/v2/");
    if (api && faults_.next_request_fails(request.path))
        co_return no_healthy_upstream();
    if (faults_.on(FrontFault::wrong_body))
        co_return wrong_page();
    if (!plane_->ready("iam"))  // TSB-7: external authorisation fails closed
        co_return text_response(403, "");
    if (!authorized(request))
        co_return unauthorized();
    if (!api) {
        const bool promql = request.path.starts_with("/promql/");
        co_return promql ? answer_oap(request) : answer_web();
    }
    co_return co_await answer_tsb(std::move(request));
}

/// TSB-10: HTTP Basic, or a token in a header of its own, without `Bearer`. The token wins.
bool PlaneApi::authorized(const Request& request) const
{
    if (faults_.on(FrontFault::credentials_expired))
        return false;
    const auto token = request.header("x-tetrate-token");
    if (!token.empty())
        return settings_.tokens.contains(token);
    return basic_matches(request.header("authorization"));
}

bool PlaneApi::basic_matches(const std::string& header) const
{
    return std::ranges::any_of(settings_.passwords, [&](const auto& user) {
        return header == "Basic " + base64(fmt::format("{}:{}", user.first, user.second));
    });
}

asio::awaitable<Response> PlaneApi::answer_tsb(Request request)
{
    if (!plane_->ready("tsb"))
        co_return no_healthy_upstream();
    // TSB-21: tsb does not serve from a database in recovery; a read-only one can still be read.
    const auto role = co_await database_->query("select pg_is_in_recovery()");
    if (!role.ok() || role.rows.empty())
        co_return api_error(500, 13, "persistence: " + role.error);
    if (role.rows.front().front() == "t")
        co_return api_error(503, 14, "persistence: the database is in recovery");
    const auto syncs = co_await read_syncs(database_);
    if (!syncs.ok())
        co_return api_error(500, 13, "persistence: " + syncs.error);
    co_return object_at(request.path, syncs);
}

Response PlaneApi::object_at(const std::string& path, const Answer& syncs) const
{
    const auto organization = "/v2/organizations/" + settings_.organization;
    const auto clusters = organization + "/clusters";
    if (path == organization + "/status")  // TSB-11: organizations are always READY
        return ok_json({{"status", "READY"}, {"message", ""}});
    if (path == clusters) {
        json::array list;
        for (const auto& name : settings_.clusters)
            list.push_back(cluster_object(name, syncs));
        return ok_json({{"clusters", list}});
    }
    if (path.starts_with(clusters + "/"))
        return cluster_at(path.substr(clusters.size() + 1), syncs);
    return not_found();
}

/// `NAME` or `NAME/status`.
Response PlaneApi::cluster_at(const std::string& path, const Answer& syncs) const
{
    const auto slash = std::min(path.find('/'), path.size());
    const auto name = path.substr(0, slash);
    const auto rest = path.substr(slash);
    if (std::ranges::find(settings_.clusters, name) == settings_.clusters.end())
        return not_found();
    if (rest.empty())
        return ok_json(cluster_object(name, syncs));
    return rest == "/status" ? ok_json(cluster_status(name, syncs)) : not_found();
}

/// TSB-12: `state.lastSyncTime` is when edge last synced with Central.
json::object PlaneApi::cluster_object(const std::string& name, const Answer& syncs) const
{
    json::object state{{"provider", "standin"}, {"mode", "CONTROL"}};
    if (const auto at = last_sync_ms(syncs, name))
        state["lastSyncTime"] = rfc3339(*at);
    return {
        {"fqn", fmt::format("organizations/{}/clusters/{}", settings_.organization, name)},
        {"name", name},
        {"displayName", name},
        {"state", state}};
}

/// TSB-18: what staff scripts wait for.
json::object PlaneApi::cluster_status(const std::string& name, const Answer& syncs) const
{
    const auto at = last_sync_ms(syncs, name);
    if (!at)
        return {{"status", "ACCEPTED"}, {"message", "Waiting for the cluster to connect"}};
    const json::object event{{"type", "XCP_ACCEPTED"}, {"timestamp", rfc3339(*at)}};
    return {
        {"status", "READY"},
        {"message", "Cluster onboarded"},
        {"configEvents", {{"events", json::array{event}}}}};
}

Response PlaneApi::answer_oap(const Request& request) const
{
    if (!plane_->ready("oap"))
        return no_healthy_upstream();
    if (request.path != "/promql/api/v1/labels")
        return not_found();
    return ok_json({{"status", "success"}, {"data", {"layer", "service", "top_n"}}});
}

Response PlaneApi::answer_web() const
{
    return plane_->ready("web") ? wrong_page() : no_healthy_upstream();
}

}  // namespace understudy::sandbox
