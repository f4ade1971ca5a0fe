/// A DNS server that answers what a test tells it, well or badly. Its messages are put together
/// byte by byte, not by the library that the code under test reads them with.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace understudy::support {

using Message = std::vector<std::uint8_t>;

struct DnsRecord {
    std::string owner;  ///< Empty: the name asked for.
    std::uint16_t type = 5;
    Message data;
};

/// What to answer to `query`: its id and question with these flags and records.
struct DnsReply {
    std::uint8_t code = 0;
    bool truncated = false;
    std::vector<DnsRecord> records;

    Message to(const Message& query) const;
};

DnsRecord cname(const std::string& target);
DnsRecord address(std::uint8_t last_byte);  ///< 192.0.2.x
DnsRecord text(const std::string& value);

class DnsPeer {
public:
    /// The bytes to send back; an empty message is silence.
    using Answer = std::function<Message(const Message& query, bool over_tcp)>;

    DnsPeer(boost::asio::io_context& io, Answer answer);
    DnsPeer(boost::asio::io_context& io, DnsReply reply);
    ~DnsPeer();

    /// `127.0.0.1:PORT`
    std::string address() const;
    int questions() const noexcept;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace understudy::support
