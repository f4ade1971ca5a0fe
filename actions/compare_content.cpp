#include "actions/compare_content.hpp"

#include "actions/cluster.hpp"
#include "net/printable.hpp"

#include <array>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

constexpr std::array<const char*, 3> told{"organization", "clusters", "schema_version"};
constexpr std::size_t shown_bytes_max = 80;

core::Observation observation_of(const std::string& detail, bool asked)
{
    auto observation = readable(detail);
    observation.facts["asked"] = asked;
    return observation;
}

}  // namespace

asio::awaitable<core::Observation> CompareContent::observe(core::Operation)
{
    if (!query_)
        co_return observation_of("no database is asked", false);
    auto database = query_->database;
    auto sql = query_->sql;
    const auto reply = co_await net::query_once(resolver_, std::move(database), std::move(sql));
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    if (reply.row.size() < told.size())
        co_return unreadable(
            reply.detail + ": the content query gave no row of organization, number of clusters "
                           "and schema version");
    auto observation = observation_of(reply.detail, true);
    for (std::size_t i = 0; i < told.size(); ++i) {
        if (reply.row[i])
            observation.facts[told[i]] = net::printable(*reply.row[i], shown_bytes_max);
    }
    co_return observation;
}

}  // namespace understudy::actions
