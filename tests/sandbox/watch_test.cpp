#include "sandbox/kube/watch.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

WatchRequest primaries()
{
    WatchRequest request;
    request.resource = "pods";
    request.name_space = "tsb";
    request.api_version = "v1";
    request.selector = Selector("role=primary", "");
    return request;
}

json::value pod(const std::string& role)
{
    auto object = json::parse(R"({"metadata":{"name":"p","namespace":"tsb"}})");
    set_at(object, "/metadata/labels/role", json::value(role));
    return object;
}

std::string type_of(const std::string& event)
{
    return event.empty() ? "" : text_at(json::parse(event), "/type");
}

std::string event_of(json::value before, json::value after)
{
    return type_of(
        watch_event(primaries(), {7, "pods", "tsb", std::move(before), std::move(after)}));
}

TEST(WatchEvent, FollowsWhatTheSelectorSees)
{
    EXPECT_EQ(event_of(nullptr, pod("primary")), "ADDED");
    EXPECT_EQ(event_of(pod("primary"), pod("primary")), "MODIFIED");
    EXPECT_EQ(event_of(pod("primary"), nullptr), "DELETED");
    EXPECT_EQ(event_of(pod("replica"), pod("primary")), "ADDED");
    EXPECT_EQ(event_of(pod("primary"), pod("replica")), "DELETED");
    EXPECT_EQ(event_of(nullptr, pod("replica")), "");
}

TEST(WatchEvent, IgnoresOtherTypesAndNamespaces)
{
    EXPECT_EQ(watch_event(primaries(), {7, "secrets", "tsb", nullptr, pod("primary")}), "");
    EXPECT_EQ(watch_event(primaries(), {7, "pods", "other", nullptr, pod("primary")}), "");
}

}  // namespace
