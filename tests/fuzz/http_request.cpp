// A request to the read-only endpoints: what is taken does not depend on how the bytes came, and
// what was sent ahead stays.
#include "daemon/http_request.hpp"

#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

using State = HttpParse::State;

constexpr HttpRequestLimits limits{256, 8};

struct Reading {
    HttpParse parse;
    std::size_t taken = 0;  ///< Bytes of the input that the request was.
};

Reading read(std::string_view bytes, std::size_t piece)
{
    Reading reading;
    std::string pending;
    std::size_t fed = 0;
    while (reading.parse.state == State::more && fed < bytes.size()) {
        const auto now = bytes.substr(fed, piece);
        pending += now;
        fed += now.size();
        reading.parse = take_request(pending, limits);
    }
    require(bytes.substr(0, fed).ends_with(pending), "what was not taken stays as it came");
    reading.taken = fed - pending.size();
    return reading;
}

void require_sound(const HttpParse& parse)
{
    require(
        parse.state != State::refused || (parse.status >= 400 && parse.status < 600),
        "a refusal has the status of an error");
    require(parse.state != State::refused || !parse.why.empty(), "a refusal says why");
    require(is_printable(parse.why) && parse.why.size() <= 256, "the reason is fit to be sent");
    if (parse.state != State::complete)
        return;
    require(parse.request.path.starts_with('/'), "a path begins with a slash");
    require(parse.request.path.find('?') == std::string::npos, "a path has no query");
}

}  // namespace

void try_input(std::string_view input)
{
    const auto piece = 1 + take_byte(input);
    const auto whole = read(input, input.size() + 1);
    const auto pieces = read(input, piece);
    require_sound(whole.parse);
    require_sound(pieces.parse);
    // Too large is known before the rest has come, so only what is complete in both is compared.
    if (whole.parse.state != State::complete)
        return;
    require(pieces.parse.state == State::complete, "cut differently, it is complete as well");
    require(whole.taken == pieces.taken, "cut differently, it ends at the same byte");
    require(whole.parse.request.path == pieces.parse.request.path, "and asks for the same");
    require(whole.parse.request.keep_alive == pieces.parse.request.keep_alive, "and stays as long");
}

}  // namespace understudy::fuzz
