/// What lies between the machines: one link for each direction that is used.
#pragma once

#include "core/time.hpp"

#include <array>

#include "places.hpp"
#include "random.hpp"

namespace understudy::simulation {

/// What becomes of what is sent.
enum class Way : std::uint8_t {
    open,
    blackhole,  ///< Nothing arrives, nobody says so.
    one_way,    ///< What is sent arrives; the answers do not.
    refusing,   ///< Somebody between resets every connection.
};

struct Link {
    Way way = Way::open;
    std::uint64_t loss_per_mille = 0;  ///< Of whole exchanges, after all repeats of the transport.
    core::Duration latency = std::chrono::milliseconds(8);
    core::Duration spike = {};  ///< One exchange in ten takes up to so much longer.
};

/// What one request and its answer met.
struct Passage {
    bool arrives = true;
    bool is_answered = true;
    bool is_reset = false;
    core::Duration there{};
    core::Duration back{};
};

Passage pass(const Link& link, Random& random);

/// As the bastions (who share a site) and the clusters see the others.
struct Network {
    std::array<Link, plane_count> to_plane;       ///< The bastion, to a plane's front and agents.
    std::array<Link, plane_count> to_kubernetes;  ///< The bastion, to a plane's API server.
    std::array<Link, plane_count> to_database;    ///< The bastion, to a plane's PostgreSQL.
    std::array<Link, cluster_count> to_cluster;   ///< The bastion, to a cluster's API server.
    std::array<Link, canary_count> to_canary;
    std::array<Link, server_count> to_server;  ///< The bastion, to a name server.
    std::array<std::array<Link, plane_count>, cluster_count> from_cluster;
    Link replication;  ///< Between the planes' databases.
    bool own_resolver_answers = true;
};

}  // namespace understudy::simulation
