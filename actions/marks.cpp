#include "actions/marks.hpp"

#include "net/json_fields.hpp"
#include "net/whole_number.hpp"

namespace understudy::actions {

namespace json = boost::json;

namespace {

std::string text_in(const json::value* annotations, std::string_view name)
{
    if (annotations == nullptr || !annotations->is_object())
        return {};
    const auto* found = annotations->get_object().if_contains({name.data(), name.size()});
    return found != nullptr && found->is_string() ? std::string(found->get_string())
                                                  : std::string();
}

}  // namespace

std::string annotation_of(const json::value& object, std::string_view name)
{
    return text_in(net::at(object, "/metadata/annotations"), name);
}

void add_marks(core::Facts& facts, const json::value& object)
{
    facts["version"] = net::string_at(object, "/metadata/resourceVersion");
    facts["annotated"] = net::at(object, "/metadata/annotations") != nullptr;
    const auto mark = annotation_of(object, annotation::operation);
    if (mark.empty())
        return;
    facts["mark"] = mark;
    if (const auto epoch = net::whole_number(mark.substr(0, mark.find('.'))))
        facts["marked_epoch"] = *epoch;
}

json::object marks_of(const core::OperationId& id)
{
    json::object marks;
    marks[annotation::operation] = core::text_of(id);
    marks[annotation::epoch] = std::to_string(id.epoch);
    return marks;
}

std::string obstacle_in(const core::Facts& facts, const core::OperationId& id)
{
    if (core::find_fact<std::string>(facts, "version").value_or("").empty())
        return "not sent: the object was not read before, so there is no version to hold it "
               "against";
    const auto epoch = core::find_fact<std::int64_t>(facts, "marked_epoch").value_or(0);
    if (epoch > 0 && static_cast<std::uint64_t>(epoch) > id.epoch)
        return "not sent: epoch " + std::to_string(epoch) +
               " has written the object already, and ours is " + std::to_string(id.epoch);
    return {};
}

bool is_recorded(const Order& order, std::string_view name)
{
    const auto epoch = core::find_fact<std::int64_t>(order.facts, "marked_epoch").value_or(0);
    return static_cast<std::uint64_t>(epoch) == order.id.epoch &&
           !core::find_fact<std::string>(order.facts, name).value_or("").empty();
}

}  // namespace understudy::actions
