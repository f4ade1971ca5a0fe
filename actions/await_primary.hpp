/// The promoted standby's database: one primary that takes writes, and nothing in motion.
#pragma once

#include "actions/cluster.hpp"
#include "actions/read_only.hpp"
#include "net/postgres_query.hpp"

#include <utility>
#include <vector>

namespace understudy::actions {

/// From the Kubegres object: `operation`, `replicas`; from its pods: `ready` and, ready ones with
/// the label `replicationRole=primary`, `primaries`.
///
/// With connections to the plane's servers, `primaries` counts only what also takes a write (a
/// temporary table in a transaction that is rolled back): 0 when label and server do not agree, and
/// more than one when more than one takes it. `followers_astray` counts the servers in recovery
/// whose WAL receiver follows, or would follow if it answered, a sender that is none of the
/// primary's names: its host and address, its pod's name and address, its Service. It is 0 where
/// that cannot be known: without connections, when a server does not answer, or when whom it
/// follows is hidden from our user (role pg_monitor shows it).
class AwaitPrimary final : public ReadOnlyAction {
public:
    /// `resolver` must outlive it.
    AwaitPrimary(
        Cluster cluster, net::Resolver& resolver, std::vector<net::PostgresAccess> databases)
        : cluster_(std::move(cluster)), resolver_(resolver), databases_(std::move(databases))
    {}
    boost::asio::awaitable<core::Observation> observe(core::Operation operation) override;

private:
    Cluster cluster_;
    net::Resolver& resolver_;
    std::vector<net::PostgresAccess> databases_;
};

}  // namespace understudy::actions
