/// Names to addresses without blocking and without a thread (c-ares).
#pragma once

#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace understudy::net {

struct Resolution {
    std::vector<boost::asio::ip::address> addresses;  ///< Empty when it failed.
    std::string error;                                ///< What was asked of whom, and what came.

    Resolution() = default;
};

struct ResolverOptions {
    /// Answered at once, before anything is asked: a private `/etc/hosts`.
    std::map<std::string, std::vector<boost::asio::ip::address>, std::less<>> hosts;
    /// In place of those of `/etc/resolv.conf`: `address[:port]`, separated by commas.
    std::string servers;
};

/// Resolves through `/etc/hosts` and the servers of `/etc/resolv.conf`. Both are read for every
/// question, so a change counts at once, and one question never waits for another. Use from the
/// executor's one thread; must outlive the calls it serves. Cancellable.
class Resolver {
public:
    explicit Resolver(boost::asio::any_io_executor executor, ResolverOptions options = {});
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// All addresses of `host`, IPv4 and IPv6; a numeric address is answered at once. Gives up
    /// after `budget`, having asked each server more than once. Never throws for a name that does
    /// not resolve.
    boost::asio::awaitable<Resolution> resolve(std::string host, core::Duration budget);

private:
    boost::asio::any_io_executor executor_;
    ResolverOptions options_;
};

}  // namespace understudy::net
