#include "config/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace understudy::config {

namespace json = boost::json;

bool is_json(std::string_view text)
{
    boost::system::error_code error;
    json::parse(json::string_view(text.data(), text.size()), error);
    return !error;
}

bool is_json_object(std::string_view text)
{
    boost::system::error_code error;
    const auto value = json::parse(json::string_view(text.data(), text.size()), error);
    return !error && value.is_object() && !value.get_object().empty();
}

bool is_json_pointer(std::string_view text)
{
    if (!text.starts_with('/'))
        return false;
    for (auto tilde = text.find('~'); tilde != text.npos; tilde = text.find('~', tilde + 1)) {
        const auto escaped = text.substr(tilde + 1, 1);
        if (escaped != "0" && escaped != "1")
            return false;
    }
    return true;
}

}  // namespace understudy::config
