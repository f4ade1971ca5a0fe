#include "sandbox/front/front.hpp"

#include "sandbox/control.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace understudy::sandbox {

namespace asio = boost::asio;
using asio::ip::tcp;

Front::Front(asio::any_io_executor executor, FrontSettings settings)
    : executor_(executor),
      settings_(std::move(settings)),
      plane_(std::make_shared<PlaneView>(executor, settings_.kube_control, settings_.kube_cluster)),
      database_(std::make_shared<Database>(executor, settings_.database)),
      central_(std::make_shared<Central>(executor, database_, settings_.sync_record)),
      api_(settings_, plane_, database_, faults_)
{
    const auto address = asio::ip::make_address(settings_.address);
    api_server_ = std::make_shared<Server>(
        executor, tcp::endpoint(address, settings_.api_port),
        [this](std::shared_ptr<Stream> stream) { return serve_api(std::move(stream)); });
    agents_server_ = std::make_shared<Server>(
        executor, tcp::endpoint(address, settings_.agents_port),
        [this](std::shared_ptr<Stream> stream) { return serve_agent(std::move(stream)); });
    api_server_->show(settings_.api_identity);
    agents_server_->show(settings_.agents_identity);
}

void Front::start()
{
    api_server_->open();
    agents_server_->open();
    central_->start();
    plane_->start([weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->follow_plane();
    });
    serve_control(
        executor_, settings_.control,
        [self = shared_from_this()](const json::value& line) { return self->command(line); });
}

asio::awaitable<void> Front::serve_api(std::shared_ptr<Stream> stream)
{
    const auto self = shared_from_this();
    HttpHandler handler = [this](Request request) { return api_.answer(std::move(request)); };
    co_await serve_http(std::move(stream), std::move(handler));
}

/// TSB-8: envoy passes the port through to Central; with nobody behind it the connection is cut.
asio::awaitable<void> Front::serve_agent(std::shared_ptr<Stream> stream)
{
    const auto self = shared_from_this();
    if (plane_->ready("central"))
        co_await central_->serve(stream);
    else
        stream->reset();
}

void Front::follow_plane()
{
    const auto pods = plane_->pods("central");
    if (pods != std::exchange(central_pods_, pods))
        agents_server_->reset_connections();
    open_or_shut();
}

void Front::open_or_shut()
{
    const bool envoy = !plane_->pods("envoy").empty();
    if (envoy)
        api_server_->open();
    else
        api_server_->shut();
    if (envoy && !faults_.on(FrontFault::agents_down))
        agents_server_->open();
    else
        agents_server_->shut();
}

void Front::set_fault(FrontFault fault, bool on)
{
    faults_.set(fault, on);
    api_server_->show(
        faults_.on(FrontFault::cert_expired) ? settings_.expired_identity : settings_.api_identity);
    open_or_shut();
}

json::object Front::command(const json::value& command)
{
    const auto cmd = text_at(command, "/cmd");
    if (cmd == "state")
        return state();
    if (cmd != "fault")
        throw std::runtime_error(fmt::format("unknown command \"{}\"; see sandbox/README.md", cmd));
    set_fault(front_fault_named(text_at(command, "/name")), boolean_at(command, "/on", true));
    return {};
}

json::object Front::state() const
{
    json::object connected;
    for (const auto& [cluster, at] : central_->connected())
        connected[cluster] = at;
    return {
        {"plane", settings_.plane},
        {"faults", faults_.names()},
        {"requests", api_.requests()},
        {"clusters", connected}};
}

void start_front(asio::io_context& io, const std::filesystem::path& config)
{
    std::make_shared<Front>(io.get_executor(), load_front_settings(config))->start();
}

}  // namespace understudy::sandbox
