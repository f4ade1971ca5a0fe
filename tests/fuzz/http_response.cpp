// An HTTP response: what is read does not depend on how the bytes were cut into packets.
#include "net/http_response.hpp"

#include <algorithm>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

using State = net::HttpResponseParser::State;

/// Small, so that the fuzzer meets them.
net::HttpLimits small_limits()
{
    net::HttpLimits limits;
    limits.body_bytes_max = 512;
    limits.header_bytes_max = 256;
    return limits;
}

struct Reading {
    State state;
    net::HttpReply reply;
};

/// The bytes in pieces of at most `piece`, and then the peer closes.
Reading read(std::string_view bytes, std::size_t piece, bool to_head)
{
    net::HttpResponseParser parser(small_limits(), to_head);
    auto state = State::more;
    while (state == State::more && !bytes.empty()) {
        const auto now = bytes.substr(0, piece);
        state = parser.feed(now);
        bytes.remove_prefix(now.size());
    }
    if (state == State::more)
        state = parser.end(false);
    Reading reading{state, {}};
    parser.move_into(reading.reply);
    return reading;
}

void require_sound(const Reading& reading)
{
    const auto& reply = reading.reply;
    require(reading.state != State::more, "after its end a response is complete or has failed");
    require(
        (reading.state == State::complete) == (reply.reason == core::Reason::none),
        "a response that failed says why");
    require(reply.body.size() <= small_limits().body_bytes_max, "the body is bounded");
    require(reply.detail.size() <= 256, "what is said of it is bounded");
}

}  // namespace

void try_input(std::string_view input)
{
    const auto choice = take_byte(input);
    const bool to_head = (choice & 1U) != 0;
    const auto whole = read(input, std::max<std::size_t>(input.size(), 1), to_head);
    const auto pieces = read(input, 1 + choice / 2, to_head);
    require_sound(whole);
    require_sound(pieces);
    require(whole.state == pieces.state, "cut differently, it ends the same");
    if (whole.state != State::complete)
        return;
    require(whole.reply.status == pieces.reply.status, "cut differently, it has the same status");
    require(
        whole.reply.headers == pieces.reply.headers, "cut differently, it has the same headers");
    require(whole.reply.body == pieces.reply.body, "cut differently, it has the same body");
}

}  // namespace understudy::fuzz
