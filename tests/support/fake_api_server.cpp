#include "support/fake_api_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace understudy::support {

namespace asio = boost::asio;
using asio::ip::tcp;

struct FakeApiServer::State {
    State(asio::io_context& io, Answer what)
        : acceptor(io, {asio::ip::address_v4::loopback(), 0}), answer(std::move(what))
    {}
    tcp::acceptor acceptor;
    Answer answer;
    std::vector<ApiRequest> requests;
};

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

ApiRequest request_in(std::string head)
{
    ApiRequest request;
    const auto begin = head.find(' ') + 1;
    request.path = head.substr(begin, head.find(' ', begin) - begin);
    request.head = std::move(head);
    return request;
}

template <class State>
asio::awaitable<void> converse(std::shared_ptr<State> state, tcp::socket peer)
{
    std::string head;
    auto buffer = asio::dynamic_buffer(head, 64 * 1024);
    const auto [failed, size] = co_await asio::async_read_until(peer, buffer, "\r\n\r\n", quietly);
    if (failed)
        co_return;
    state->requests.push_back(request_in(head));
    const auto answer = state->answer(state->requests.back());
    const auto bytes = asio::buffer(answer);
    co_await asio::async_write(peer, bytes, quietly);
}

template <class State>
asio::awaitable<void> serve(std::shared_ptr<State> state)
{
    while (state->acceptor.is_open()) {
        auto [failed, peer] = co_await state->acceptor.async_accept(quietly);
        if (failed)
            co_return;
        const auto executor = state->acceptor.get_executor();
        asio::co_spawn(executor, converse(state, std::move(peer)), [](std::exception_ptr) {});
    }
}

}  // namespace

std::string http_answer(unsigned status, const std::string& body, const std::string& headers)
{
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
           body;
}

FakeApiServer::FakeApiServer(asio::io_context& io, Answer answer)
    : state_(std::make_shared<State>(io, std::move(answer)))
{
    asio::co_spawn(io, serve(state_), [](std::exception_ptr) {});
}

FakeApiServer::~FakeApiServer() { state_->acceptor.close(); }

std::string FakeApiServer::url() const
{
    return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

const std::vector<ApiRequest>& FakeApiServer::requests() const noexcept { return state_->requests; }

}  // namespace understudy::support
