/// What does the standby hold, to be compared with what the active was last seen to hold?
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

/// Reads what the plane's database holds; what it is compared with, and what a difference means, is
/// the core's. Without a query nothing is asked.
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
