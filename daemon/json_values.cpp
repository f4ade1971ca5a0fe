#include "daemon/json_values.hpp"

#include <boost/json/object.hpp>

namespace understudy {

namespace json = boost::json;

json::value or_null(const std::string& text)
{
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value or_null(std::optional<core::WallTime> time)
{
    return time ? json::value(rfc3339(*time)) : json::value(nullptr);
}

json::value waiver_json(const core::Waiver& waiver)
{
    if (waiver.by.empty())
        return nullptr;
    return json::object{{"by", waiver.by}, {"why", waiver.why}, {"when", waiver.when}};
}

json::array array_of(const std::vector<std::string>& texts)
{
    json::array result;
    for (const auto& each : texts)
        result.push_back(json::value(each));
    return result;
}

double seconds_in(core::Duration duration)
{
    return std::chrono::duration<double>(duration).count();
}

}  // namespace understudy
