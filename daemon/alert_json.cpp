#include "daemon/alert_json.hpp"

namespace understudy {

boost::json::object json_of(const store::Labels& labels)
{
    boost::json::object object;
    for (const auto& [name, value] : labels)
        object.emplace(name, value);
    return object;
}

}  // namespace understudy
