/// Stands between a client and a DNS server, over TCP, and deals with the answers as a test says.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

/// The question always reaches the server, so what it asks for is done.
class DnsRelay {
public:
    /// Changes the answer; one that it makes empty is never sent: the connection closes.
    using Mangle = std::function<void(std::vector<std::uint8_t>& answer)>;

    DnsRelay(boost::asio::io_context& io, std::uint16_t server_port, Mangle mangle);
    ~DnsRelay();
    DnsRelay(const DnsRelay&) = delete;
    DnsRelay& operator=(const DnsRelay&) = delete;

    /// `127.0.0.1:PORT`
    std::string address() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::support
