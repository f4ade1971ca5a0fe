/// The subcommand `front`: envoy's two ports of one plane.
#pragma once

#include "sandbox/front/central.hpp"
#include "sandbox/front/plane_api.hpp"
#include "sandbox/server.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <memory>

namespace understudy::sandbox {

/// Both ports are open while `envoy` has pods. A stream to Central lives no longer than the pods of
/// `envoy` and `central` that carry it. Make it with std::make_shared; `start()` once.
class Front : public std::enable_shared_from_this<Front> {
public:
    Front(boost::asio::any_io_executor executor, FrontSettings settings);
    void start();

private:
    json::object command(const json::value& command);
    json::object state() const;
    void set_fault(FrontFault fault, bool on);
    void follow_plane();
    void open_or_shut();
    boost::asio::awaitable<void> serve_api(std::shared_ptr<Stream> stream);
    boost::asio::awaitable<void> serve_agent(std::shared_ptr<Stream> stream);

    boost::asio::any_io_executor executor_;
    FrontSettings settings_;
    FrontFaults faults_;
    std::shared_ptr<PlaneView> plane_;
    std::shared_ptr<Database> database_;
    std::shared_ptr<Central> central_;
    PlaneApi api_;
    std::shared_ptr<Server> api_server_;
    std::shared_ptr<Server> agents_server_;
    std::string central_pods_;
};

void start_front(boost::asio::io_context& io, const std::filesystem::path& config);

}  // namespace understudy::sandbox
