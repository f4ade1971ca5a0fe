// The answer to a DNS update: nobody who has not the key can make us believe that it was done.
#include "net/dns_update_message.hpp"

#include "target.hpp"

namespace understudy::fuzz {

namespace {

net::TsigKey key()
{
    net::TsigKey made;
    made.name = "understudy";
    made.algorithm = "hmac-sha256";
    made.secret = net::Secret("c2VjcmV0IG9mIHRoZSBmdXp6ZXI=");
    return made;
}

net::NameSwitch change()
{
    net::NameSwitch wanted;
    wanted.zone = "tsb.test";
    wanted.name = "active.tsb.test";
    wanted.from = "east.tsb.test";
    wanted.to = "west.tsb.test";
    wanted.ttl = 30;
    wanted.token_name = "_understudy.active.tsb.test";
    wanted.token_to = "4.6.0";
    return wanted;
}

}  // namespace

void try_input(std::string_view input)
{
    static const auto update = net::signed_update(change(), key());
    net::DnsBytes message(input.begin(), input.end());
    // The id was drawn at random, so no input can have it.
    if (message.size() >= 2) {
        message[0] = static_cast<std::uint8_t>(update.id >> 8U);
        message[1] = static_cast<std::uint8_t>(update.id & 0xffU);
    }
    const auto reply = net::update_reply_in(message, update, key());
    require(
        reply.result != core::EffectResult::applied, "only the key's owner says that it is done");
    require(
        reply.result != core::EffectResult::refused || reply.detail.starts_with("BAD"),
        "unsigned, a server can only say that it does not know our signature");
    require(!reply.detail.empty() && reply.detail.size() <= 256, "it says why, in few words");
}

}  // namespace understudy::fuzz
