#include "net/kept_connection.hpp"

#include <utility>

namespace understudy::net {

OpenConnection KeptConnection::take(const std::shared_ptr<const TlsContext>& tls, core::Instant now)
{
    OpenConnection taken = std::exchange(idle_, OpenConnection{});
    if (now - taken.opened >= age_max || tls != tls_)
        taken.dialed.connection.reset();
    return taken;
}

void KeptConnection::keep(OpenConnection open, std::shared_ptr<const TlsContext> tls)
{
    idle_ = std::move(open);
    tls_ = std::move(tls);
}

}  // namespace understudy::net
