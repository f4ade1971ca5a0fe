#include "probes/tls_probe.hpp"

#include "net/dial.hpp"

#include <stdexcept>

namespace understudy::probes {

namespace {

/// What is wrong with a certificate that verified; empty when nothing is.
std::string problem_in(const net::PeerCertificate& certificate, const TlsProbe::Options& options)
{
    for (const auto& name : options.expected_names) {
        if (!certificate.covers(name))
            return "the certificate does not cover " + name;
    }
    if (!options.expected_issuer.empty() && certificate.issuer != options.expected_issuer)
        return "the certificate was issued by " + certificate.issuer + ", not by " +
               options.expected_issuer;
    return {};
}

}  // namespace

TlsProbe::TlsProbe(net::Resolver& resolver, Options options)
    : resolver_(resolver), options_(std::move(options)), tls_(options_.tls_options)
{}

boost::asio::awaitable<core::Outcome> TlsProbe::run()
{
    net::PhaseClock clock(core::Phase::resolve);
    const net::Budget budget(options_.timeout);
    net::Peer peer;
    peer.host = options_.host;
    peer.port = options_.port;
    try {
        peer.tls = tls_.current();
    } catch (const std::runtime_error& failure) {
        co_return core::Outcome(core::Reason::internal, failure.what());
    }
    const net::Dialed dialed = co_await net::dial(resolver_, std::move(peer), budget, clock);

    core::Outcome outcome(dialed.reason, dialed.detail);
    outcome.facts = net::facts_of(dialed.certificate);
    outcome.phases = clock.phases();
    outcome.took = net::total_of(outcome.phases);
    if (outcome.reason != core::Reason::none)
        co_return outcome;
    const std::string problem = problem_in(dialed.certificate, options_);
    if (!problem.empty()) {
        outcome.reason = core::Reason::tls_verify;
        outcome.detail += ": " + problem;
    }
    co_return outcome;
}

}  // namespace understudy::probes
