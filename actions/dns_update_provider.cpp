#include "actions/dns_update_provider.hpp"

#include "net/dns_query.hpp"
#include "net/dns_update.hpp"

#include <stdexcept>
#include <utility>

namespace understudy::actions {

namespace {

namespace asio = boost::asio;

net::NameSwitch switch_for(NameChange change, const std::string& zone)
{
    net::NameSwitch wanted;
    wanted.zone = zone;
    wanted.name = std::move(change.name);
    wanted.from = std::move(change.from);
    wanted.to = std::move(change.to);
    wanted.ttl = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(change.ttl).count());
    wanted.token_name = std::move(change.token_record);
    wanted.token_from = std::move(change.token_from);
    wanted.token_to = std::move(change.token_to);
    return wanted;
}

Effect effect_of(net::DnsUpdateReply reply, const std::string& zone)
{
    Effect effect;
    effect.result = reply.result;
    effect.detail = "update of zone " + zone + ": " + reply.detail;
    return effect;
}

}  // namespace

DnsUpdateProvider::DnsUpdateProvider(net::Resolver& resolver, Options options)
    : resolver_(resolver),
      options_(std::move(options)),
      server_(net::dns_server_at(options_.server))
{}

asio::awaitable<Effect> DnsUpdateProvider::change(NameChange change)
{
    net::TsigKey key;
    net::DnsUpdateReply reply;
    try {
        key = net::read_tsig_key(options_.key_file, options_.key_name, options_.key_algorithm);
    } catch (const std::runtime_error& unusable) {
        reply.result = core::EffectResult::refused;
        reply.detail = std::string("not sent: ") + unusable.what();
    }
    if (!key.name.empty()) {
        const core::Instant deadline = change.deadline;
        net::NameSwitch wanted = switch_for(std::move(change), options_.zone);
        reply = co_await net::send_update(
            resolver_, server_, std::move(wanted), std::move(key), deadline);
    }
    Effect effect = effect_of(std::move(reply), options_.zone);
    co_return effect;
}

}  // namespace understudy::actions
