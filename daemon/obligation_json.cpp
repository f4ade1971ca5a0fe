#include "daemon/obligation_json.hpp"

#include "daemon/json_values.hpp"
#include "daemon/operation_text.hpp"
#include "daemon/run_timeline.hpp"

namespace understudy {

namespace json = boost::json;

namespace {

json::value last_try(const core::Obligation& obligation)
{
    return obligation.attempts.empty() ? json::value(nullptr)
                                       : json::value(obligation.attempts.back().detail);
}

json::object obligation_json(const core::RunsReport& report, const core::Obligation& obligation)
{
    const auto& owed = obligation.owed;
    return {
        {"id", text_of(owed.id)},
        {"run", owed.id.epoch},
        {"kind", name_text(owed.operation.kind)},
        {"target", owed.operation.target},
        {"goal", goal_of(owed.operation)},
        {"fence", is_owed_fence(report, obligation)},
        {"why", owed.why},
        {"since", rfc3339(obligation.since)},
        {"tries", obligation.attempts.size()},
        {"last", last_try(obligation)},
        {"command", or_null(owed.operation.command)}};
}

}  // namespace

json::array obligations_json(const core::RunsReport& report, std::optional<std::uint64_t> run)
{
    json::array result;
    for (const auto& obligation : report.obligations) {
        if (!run || *run == obligation.owed.id.epoch)
            result.push_back(obligation_json(report, obligation));
    }
    return result;
}

}  // namespace understudy
