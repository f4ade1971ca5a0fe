#include "actions/compare_content.hpp"

#include "actions/cluster.hpp"
#include "net/printable.hpp"

#include <array>

namespace understudy::actions {

namespace asio = boost::asio;

namespace {

constexpr std::array<const char*, 3> compared{"organization", "clusters", "schema_version"};
constexpr std::size_t shown_bytes_max = 80;

core::Observation told(const std::string& difference, bool equal)
{
    auto observation = readable(difference.empty() ? "the same" : difference);
    observation.facts["equal"] = equal;
    observation.facts["difference"] = difference;
    return observation;
}

core::Observation without_database(const core::Operation& operation)
{
    const std::string why =
        "nothing to compare with: no database connection of the standby is configured";
    if (operation.parameter("required") == "yes")
        return unreadable(why + ", and the comparison is required");
    return told(why, true);
}

std::string differences(const core::Operation& operation, const net::PostgresReply& reply)
{
    std::string text;
    for (std::size_t i = 0; i < compared.size(); ++i) {
        const auto expected = operation.parameter(std::string("expected_") + compared[i]);
        const auto& found = reply.row[i];
        if (expected.empty() || !found || *found == expected)
            continue;
        text += (text.empty() ? "" : "; ") + std::string(compared[i]) + " is " +
                net::printable(*found, shown_bytes_max) + ", expected " + expected;
    }
    return text;
}

}  // namespace

asio::awaitable<core::Observation> CompareContent::observe(core::Operation operation)
{
    if (!query_)
        co_return without_database(operation);
    auto database = query_->database;
    auto sql = query_->sql;
    const auto reply = co_await net::query_once(resolver_, std::move(database), std::move(sql));
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    if (reply.row.size() < compared.size())
        co_return unreadable(
            reply.detail + ": the content query gave no row of organization, number of clusters "
                           "and schema version");
    const auto difference = differences(operation, reply);
    co_return told(difference, difference.empty());
}

}  // namespace understudy::actions
