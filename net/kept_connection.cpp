#include "net/kept_connection.hpp"

#include <utility>

namespace understudy::net {

OpenConnection KeptConnection::take(const std::shared_ptr<const TlsContext>& tls, core::Instant now)
{
    OpenConnection taken = std::exchange(idle_, OpenConnection{});
    const bool young = now - taken.opened < age_max && now - idle_since_ < idle_max;
    if (!young || tls != tls_)
        taken.dialed.connection.reset();
    return taken;
}

void KeptConnection::keep(
    OpenConnection open, std::shared_ptr<const TlsContext> tls, core::Instant now)
{
    idle_ = std::move(open);
    tls_ = std::move(tls);
    idle_since_ = now;
}

}  // namespace understudy::net
