#include "daemon/json_values.hpp"

#include <algorithm>

namespace understudy {

namespace json = boost::json;

namespace {

core::Duration age_at(core::WallTime moment, core::WallTime then)
{
    return std::max(core::Duration::zero(), core::Duration(moment - then));
}

}  // namespace

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

json::value loss_json(const core::Loss& loss, core::WallTime suspected_at)
{
    if (loss.empty())
        return nullptr;
    json::value bytes = nullptr;
    json::value seconds = nullptr;
    if (loss.bytes)
        bytes = *loss.bytes;
    if (loss.data_until)
        seconds = seconds_in(age_at(suspected_at, *loss.data_until));
    return json::object{
        {"gates", array_of(loss.gates)},
        {"bytes_max", bytes},
        {"data_until", or_null(loss.data_until)},
        {"seconds", seconds},
        {"keys", or_null(loss.keys)},
        {"summary", in_words(loss)}};
}

json::object last_seen_json(const core::LastSeen& seen, core::WallTime suspected_at)
{
    json::value age = nullptr;
    if (seen.at)
        age = seconds_in(age_at(suspected_at, *seen.at));
    json::value names = nullptr;
    if (seen.cluster_names)
        names = array_of(*seen.cluster_names);
    return {
        {"at", or_null(seen.at)},
        {"age_s", age},
        {"cluster_names", names},
        {"organization", or_null(seen.organization)},
        {"clusters", or_null(seen.clusters)},
        {"schema_version", or_null(seen.schema_version)},
        {"summary", in_words(seen)}};
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
