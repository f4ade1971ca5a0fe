/// Names to addresses without blocking and without a thread (c-ares).
#pragma once

#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <memory>
#include <string>
#include <vector>

namespace understudy::net {

struct Resolution {
    std::vector<boost::asio::ip::address> addresses;  ///< Empty when it failed.
    std::string error;                                ///< What was asked of whom, and what came.

    Resolution() = default;
};

/// Resolves through `/etc/hosts` and the servers of `/etc/resolv.conf`, which is read again when it
/// changes. Use from the executor's one thread; must outlive the calls it serves. Cancellable.
class Resolver {
public:
    explicit Resolver(boost::asio::any_io_executor executor);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// All addresses of `host`, IPv4 and IPv6; a numeric address is answered at once. Gives up after
    /// `budget`. Never throws for a name that does not resolve.
    boost::asio::awaitable<Resolution> resolve(std::string host, core::Duration budget);

private:
    class Channel;
    std::unique_ptr<Channel> channel_;
};

}  // namespace understudy::net
