#include "daemon/json_values.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace understudy {

namespace json = boost::json;

std::string rfc3339(core::WallTime time)
{
    const auto milliseconds = time.time_since_epoch().count();
    const std::time_t seconds = static_cast<std::time_t>(milliseconds / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(
        fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(milliseconds % 1000));
    return std::string(text.data(), length) + fraction.data();
}

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
