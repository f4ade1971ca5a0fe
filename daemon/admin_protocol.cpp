#include "daemon/admin_protocol.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <stdexcept>

namespace understudy {

namespace json = boost::json;

AdminRequest parse_admin_request(std::string_view line)
{
    json::parse_options options;
    options.max_depth = 16;
    boost::system::error_code error;
    const auto value = json::parse({line.data(), line.size()}, error, {}, options);
    if (error)
        throw std::runtime_error("the request is not JSON: " + error.message());
    const auto* object = value.if_object();
    const auto* verb = object != nullptr ? object->if_contains("verb") : nullptr;
    if (verb == nullptr || !verb->is_string())
        throw std::runtime_error("the request is not a JSON object with a string \"verb\"");
    AdminRequest request;
    request.verb = std::string(verb->get_string());
    request.arguments = *object;
    return request;
}

std::string render_result(const json::object& result)
{
    const json::object answer{{"ok", true}, {"result", result}};
    return json::serialize(answer) + "\n";
}

std::string render_error(std::string_view message)
{
    const json::object answer{
        {"ok", false}, {"error", json::string(message.data(), message.size())}};
    return json::serialize(answer) + "\n";
}

}  // namespace understudy
