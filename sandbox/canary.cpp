#include "sandbox/canary.hpp"

#include "sandbox/http.hpp"
#include "sandbox/server.hpp"

namespace understudy::sandbox {

namespace asio = boost::asio;

namespace {

asio::awaitable<Response> no_content(Request)
{
    Response response(204, "");
    response.content_type.clear();
    co_return response;
}

}  // namespace

void start_canary(asio::io_context& io, const CanarySettings& settings)
{
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(settings.address), settings.port);
    const auto server = std::make_shared<Server>(
        io.get_executor(), endpoint,
        [](std::shared_ptr<Stream> stream) { return serve_http(std::move(stream), no_content); });
    if (!settings.certificate.empty())
        server->show(load_identity(settings.certificate, settings.key));
    server->open();
}

}  // namespace understudy::sandbox
