/// From validated options to probes that can run.
#pragma once

#include "config/settings.hpp"
#include "daemon/engine.hpp"
#include "net/http_client.hpp"
#include "net/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace understudy {

/// What probes share. Must outlive every probe made from it.
struct ProbeTools {
    boost::asio::any_io_executor executor;
    net::Resolver& resolver;
    net::HttpClient& http;
};

/// Probes of one cluster share one client. Throws std::runtime_error when a file that a probe needs
/// (kubeconfig, CA, client certificate) cannot be used; then nothing of the set is kept.
ProbeSet make_probes(const config::Settings& settings, const ProbeTools& tools);

/// One for each probe that shakes hands with the agents' port of a plane. Throws as make_probes
/// does.
std::vector<Held> make_held(const config::Settings& settings, const ProbeTools& tools);

}  // namespace understudy
