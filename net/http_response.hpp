/// Reads an HTTP/1.1 response from bytes as they come; knows no socket.
#pragma once

#include "net/http_client.hpp"

#include <memory>
#include <string_view>

namespace understudy::net {

class HttpResponseParser {
public:
    enum class State { more, complete, failed };

    /// `to_head`: the response to a HEAD request, which has no body.
    HttpResponseParser(const HttpLimits& limits, bool to_head);
    ~HttpResponseParser();

    State feed(std::string_view bytes);
    /// The peer closed. `truncated`: not in the orderly way, so that a body whose end is the end of
    /// the connection may be cut.
    State end(bool truncated);

    /// Complete, and the connection is good for another request: neither side means to close it,
    /// and nothing came that belongs to no answer.
    bool connection_persists() const;

    /// Status, headers and body as far as they came; reason and detail when complete or failed.
    void move_into(HttpReply& reply);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::net
