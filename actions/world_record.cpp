#include "actions/world_record.hpp"

#include "actions/guarded_patch.hpp"
#include "actions/marks.hpp"
#include "net/json_fields.hpp"
#include "net/kubernetes_paths.hpp"
#include "net/timestamps.hpp"
#include "net/whole_number.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <utility>

namespace understudy::actions {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

const std::string name = "understudy";

std::string datum(const json::value& map, const std::string& key)
{
    return net::string_at(map, "/data/" + key);
}

core::Observation view(const json::value& map, const std::string& detail)
{
    const auto epoch_text = datum(map, "epoch");
    const auto epoch = net::whole_number(epoch_text.empty() ? "0" : epoch_text);
    if (!epoch)
        return unreadable(
            detail + ": the epoch in ConfigMap " + name +
            " is no number; look who wrote it, then repair or delete it");
    auto observation = readable(detail);
    auto& facts = observation.facts;
    facts["exists"] = true;
    facts["has_data"] = net::at(map, "/data") != nullptr;
    facts["instance"] = datum(map, "instance");
    facts["epoch"] = *epoch;
    facts["plan_hash"] = datum(map, "plan_hash");
    facts["process"] = datum(map, "process");
    facts["cursor"] = net::whole_number(datum(map, "cursor")).value_or(-1);
    facts["hold"] = datum(map, "hold");
    facts["version"] = net::string_at(map, "/metadata/resourceVersion");
    if (const auto mark = datum(map, "operation"); !mark.empty())
        facts["mark"] = mark;
    return observation;
}

net::KubernetesRequest creation(const Cluster& cluster, json::object data)
{
    json::object metadata;
    metadata["name"] = name;
    metadata["namespace"] = cluster.name_space;
    json::object map;
    map["apiVersion"] = "v1";
    map["kind"] = "ConfigMap";
    map["metadata"] = std::move(metadata);
    map["data"] = std::move(data);
    net::KubernetesRequest request;
    request.method = "POST";
    request.path = net::config_maps_path(cluster.name_space);
    request.body = json::serialize(map);
    request.content_type = "application/json";
    return request;
}

/// The record of a newer epoch is never overwritten.
std::string newer_in(const Order& order)
{
    const auto epoch = core::find_fact<std::int64_t>(order.facts, "epoch").value_or(0);
    if (epoch <= 0 || static_cast<std::uint64_t>(epoch) <= order.id.epoch)
        return {};
    return "not sent: the record is of epoch " + std::to_string(epoch) + ", ours is " +
           std::to_string(order.id.epoch);
}

}  // namespace

json::object WorldRecord::data_of(const Order& order) const
{
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    json::object data;
    data["instance"] = instance_;
    data["epoch"] = std::to_string(order.id.epoch);
    data["plan_hash"] = order.operation.parameter("plan_hash");
    data["process"] = order.operation.parameter("process");
    data["cursor"] = order.operation.parameter("cursor");
    data["operation"] = core::text_of(order.id);
    data["updated"] = net::rfc3339(now);
    return data;
}

asio::awaitable<core::Observation> WorldRecord::observe(core::Operation)
{
    auto path = net::config_map_path(cluster_.name_space, name);
    const auto reply = co_await read(cluster_, std::move(path));
    if (reply.reason == core::Reason::missing)
        co_return absent(reply.detail);
    if (reply.reason != core::Reason::none)
        co_return unreadable(reply.detail);
    co_return view(reply.object, reply.detail);
}

asio::awaitable<Effect> WorldRecord::perform(Order order)
{
    const auto exists = core::find_fact<bool>(order.facts, "exists");
    if (!exists)
        co_return refused("not sent: the record was not read before");
    if (!*exists) {
        auto request = creation(cluster_, data_of(order));
        co_return co_await send_change(cluster_, std::move(request), order.deadline);
    }
    const auto newer = newer_in(order);
    if (!newer.empty())
        co_return refused(newer);
    GuardedPatch patch(core::find_fact<std::string>(order.facts, "version").value_or(""));
    const bool has_data = core::find_fact<bool>(order.facts, "has_data").value_or(false);
    patch.set_members("/data", has_data, data_of(order));
    auto path = net::config_map_path(cluster_.name_space, name);
    auto text = patch.text();
    co_return co_await send_json_patch(cluster_, std::move(path), std::move(text), order.deadline);
}

asio::awaitable<HoldReading> read_hold(Cluster cluster)
{
    WorldRecord record(std::move(cluster), {});
    core::Operation any;
    const auto observation = co_await record.observe(std::move(any));
    HoldReading reading;
    reading.readable = observation.readable;
    reading.detail = observation.detail;
    reading.hold = core::find_fact<std::string>(observation.facts, "hold").value_or("");
    co_return reading;
}

}  // namespace understudy::actions
