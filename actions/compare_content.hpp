/// Does the standby hold what the active was last seen to hold?
#pragma once

#include "actions/read_only.hpp"
#include "net/postgres_query.hpp"

#include <optional>
#include <string>
#include <utility>

namespace understudy::actions {

/// How to ask a plane's database what it holds. TSB publishes no schema, so the statement is the
/// operator's: its first row is the organization, the number of clusters and the version of the
/// schema, each null where it is not told.
struct ContentQuery {
    net::PostgresAccess database;
    std::string sql;

    ContentQuery() = default;
};

/// Compares with the parameters `expected_organization`, `expected_clusters` and
/// `expected_schema_version`; an empty one, and a null in the answer, are not compared. Without a
/// database there is nothing to compare with: equal, unless the parameter `required` is `yes`,
/// which makes it not readable.
class CompareContent final : public ReadOnlyAction {
public:
    /// `resolver` must outlive it.
    CompareContent(net::Resolver& resolver, std::optional<ContentQuery> query)
        : resolver_(resolver), query_(std::move(query))
    {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;

private:
    net::Resolver& resolver_;
    std::optional<ContentQuery> query_;
};

}  // namespace understudy::actions
