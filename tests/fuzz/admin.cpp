// A line on the admin socket: a request with a verb, or a refusal that can be sent back as JSON.
#include "daemon/admin_protocol.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

namespace {

namespace json = boost::json;

/// The answer is one line of JSON that says the same.
json::object answer_in(const std::string& line)
{
    require(line.find('\n') == line.size() - 1, "an answer is one line");
    boost::system::error_code error;
    auto answer = json::parse(line, error);
    require(!error && answer.is_object(), "an answer is JSON");
    return answer.as_object();
}

}  // namespace

void try_input(std::string_view input)
{
    try {
        const auto request = parse_admin_request(input);
        require(
            request.arguments.at("verb") == json::value(request.verb), "its verb is a part of it");
        const auto again = parse_admin_request(json::serialize(request.arguments));
        require(again.arguments == request.arguments, "what was written is read");
        require(
            answer_in(render_error(request.verb)).at("error") == json::value(request.verb),
            "any text can be told");
        require(
            answer_in(render_result(request.arguments)).at("result") == request.arguments,
            "any result can be told");
    } catch (const std::runtime_error& error) {
        const std::string message = error.what();
        require(!message.empty() && message.size() <= 256, "a refusal says why, in few words");
        require(is_printable(message), "a refusal is fit to be shown");
    }
}

}  // namespace understudy::fuzz
