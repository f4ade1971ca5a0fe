/// Reads the requests that the read-only endpoints take, from bytes as they come; knows no socket.
///
/// Beast parses the header; what it lets through and a proxy in front may read differently (the
/// seed of request smuggling) is refused here: any transfer encoding, any body, more or less than
/// one Host, folded fields, another version than HTTP/1.1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy {

struct HttpRequest {
    std::string path;  ///< Without the query, not decoded.
    bool head = false;
    bool keep_alive = true;
};

/// What the bytes so far amount to.
struct HttpParse {
    enum class State { more, complete, refused };

    State state = State::more;
    HttpRequest request;  ///< When complete.
    unsigned status = 0;  ///< When refused: what to answer before the connection is closed.
    std::string why;      ///< When refused: for the client; never repeats its bytes.
};

struct HttpRequestLimits {
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t fields_max = 64;
};

/// Takes the first request out of `pending`; what a client sent ahead stays for the next call.
HttpParse take_request(std::string& pending, const HttpRequestLimits& limits);

/// `OK` for 200, and so on.
std::string_view reason_phrase(unsigned status);

}  // namespace understudy
