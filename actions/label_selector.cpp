#include "actions/label_selector.hpp"

#include "net/json_fields.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

namespace understudy::actions {

namespace json = boost::json;

namespace {

std::string listed(const json::array& values)
{
    std::string text;
    for (const auto& value : values) {
        if (value.is_string())
            text += (text.empty() ? "" : ",") + std::string(value.get_string());
    }
    return "(" + text + ")";
}

std::optional<std::string> expression_text(const json::value& expression)
{
    const auto key = net::string_at(expression, "/key");
    const auto test = net::string_at(expression, "/operator");
    const auto values = listed(net::array_at(expression, "/values"));
    if (test == "In")
        return key + " in " + values;
    if (test == "NotIn")
        return key + " notin " + values;
    if (test == "Exists")
        return key;
    if (test == "DoesNotExist")
        return "!" + key;
    return std::nullopt;
}

void add_term(std::string& text, const std::string& term)
{
    text += (text.empty() ? "" : ",") + term;
}

}  // namespace

std::string label_selector_text(const json::value& selector)
{
    std::string text;
    const auto* labels = net::at(selector, "/matchLabels");
    if (labels != nullptr && labels->is_object()) {
        for (const auto& [key, value] : labels->get_object()) {
            if (value.is_string())
                add_term(text, std::string(key) + "=" + std::string(value.get_string()));
        }
    }
    for (const auto& expression : net::array_at(selector, "/matchExpressions")) {
        const auto term = expression_text(expression);
        if (!term)
            return {};
        add_term(text, *term);
    }
    return text;
}

}  // namespace understudy::actions
