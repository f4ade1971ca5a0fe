/// XCP Central: keeps a stream to each control plane and remembers when each last exchanged.
#pragma once

#include "sandbox/database.hpp"
#include "sandbox/server.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace understudy::sandbox {

/// Behind the agents' port. Last syncs are written to the plane's PostgreSQL in one statement every
/// `record`; a database that is away or read-only loses them, and the exchange goes on: Central
/// keeps its own copy of the configuration (TSB-5). Make it with std::make_shared.
class Central : public std::enable_shared_from_this<Central> {
public:
    Central(
        boost::asio::any_io_executor executor,
        std::shared_ptr<Database> database,
        std::chrono::milliseconds record);
    void start();

    /// One stream: `{"cluster":NAME,"token":JWT}`, then `{"push":N}` again and again, each answered
    /// by `{"ok":N}`. A token that has expired is answered by `{"refused":WHY}`, and the stream
    /// ends; one that expires later does no harm to its stream (TSB-33).
    boost::asio::awaitable<void> serve(std::shared_ptr<Stream> stream);

    /// Last exchange of each cluster that is connected, in ms since the epoch.
    const std::map<std::string, std::int64_t>& connected() const { return connected_; }

private:
    boost::asio::awaitable<void> record_syncs();
    boost::asio::awaitable<void> write_syncs();
    boost::asio::awaitable<void> exchange(Stream& stream);
    static boost::asio::awaitable<void> refuse(Stream& stream, std::string& pending);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Database> database_;
    std::chrono::milliseconds record_;
    std::map<std::string, std::int64_t> connected_;
    std::map<std::string, std::int64_t> unwritten_;
    bool table_exists_ = false;
};

/// When each cluster last exchanged, as the plane's database tells it (ms since the epoch).
boost::asio::awaitable<Answer> read_syncs(std::shared_ptr<Database> database);

}  // namespace understudy::sandbox
