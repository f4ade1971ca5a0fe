#include "probes/tcp_probe.hpp"

#include "net/dial.hpp"

namespace understudy::probes {

TcpProbe::TcpProbe(net::Resolver& resolver, Options options)
    : resolver_(resolver), options_(std::move(options))
{}

boost::asio::awaitable<core::Outcome> TcpProbe::run()
{
    net::PhaseClock clock(core::Phase::resolve);
    const net::Budget budget(options_.timeout);
    net::Peer peer;
    peer.host = options_.host;
    peer.port = options_.port;
    const net::Dialed dialed = co_await net::dial(resolver_, std::move(peer), budget, clock);

    core::Outcome outcome(dialed.reason, dialed.detail);
    outcome.phases = clock.phases();
    outcome.took = net::total_of(outcome.phases);
    co_return outcome;
}

}  // namespace understudy::probes
