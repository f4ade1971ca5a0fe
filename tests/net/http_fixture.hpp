/// An HTTP client on a loop of its own, and peers to talk to.
#pragma once

#include "net/http_client.hpp"

#include "support/run_coroutine.hpp"
#include "support/scripted_peer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace understudy::net {

class HttpTest : public testing::Test {
protected:
    static HttpTarget target_at(std::uint16_t port, std::string host = "127.0.0.1")
    {
        HttpTarget target;
        target.host = std::move(host);
        target.port = port;
        return target;
    }

    HttpReply exchange(HttpTarget target, HttpRequest request = {})
    {
        auto operation = client.exchange(std::move(target), std::move(request), limits);
        return support::run_coroutine(io, std::move(operation));
    }

    /// What the client makes of a peer that plays this script.
    HttpReply exchange_with(std::vector<support::Act> script, HttpRequest request = {})
    {
        const support::ScriptedPeer peer(io, std::move(script));
        return exchange(target_at(peer.port()), std::move(request));
    }

    void SetUp() override { limits.timeout = std::chrono::seconds(10); }

    static ResolverOptions names()
    {
        using boost::asio::ip::make_address;
        ResolverOptions options;
        options.hosts["plane.test"] = {make_address("127.0.0.1")};
        options.hosts["two.test"] = {make_address("127.0.0.2"), make_address("127.0.0.1")};
        options.hosts["nowhere.test"] = {make_address("127.0.0.2"), make_address("127.0.0.3")};
        return options;
    }

    boost::asio::io_context io{1};
    Resolver resolver{io.get_executor(), names()};
    HttpClient client{resolver};
    HttpLimits limits;
};

inline const std::string ok_response =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

}  // namespace understudy::net
