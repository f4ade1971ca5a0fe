#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/object_store.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;

const ResourceType& deployment() { return type_of_kind("Deployment"); }
const ObjectKey tsb{"deployments.apps", "tsb", "tsb"};

json::value wanted(std::int64_t replicas)
{
    auto object = json::parse(R"({"metadata":{"name":"tsb","namespace":"tsb"},"spec":{}})");
    set_at(object, "/spec/replicas", replicas);
    return object;
}

std::pair<unsigned, std::string> refusal(const std::function<void()>& attempt)
{
    try {
        attempt();
    } catch (const ApiError& error) {
        return {error.code, error.reason};
    }
    return {0, ""};
}

using Refusal = std::pair<unsigned, std::string>;

TEST(ObjectStore, GivesIdentityAndVersion)
{
    ObjectStore store;
    const auto& object = store.create(deployment(), wanted(1));
    EXPECT_EQ(text_at(object, "/apiVersion"), "apps/v1");
    EXPECT_EQ(text_at(object, "/kind"), "Deployment");
    EXPECT_FALSE(text_at(object, "/metadata/uid").empty());
    EXPECT_EQ(text_at(object, "/metadata/resourceVersion"), std::to_string(store.revision()));
    EXPECT_EQ(integer_at(object, "/metadata/generation"), 1);
}

TEST(ObjectStore, RefusesASecondOfAName)
{
    ObjectStore store;
    store.create(deployment(), wanted(1));
    EXPECT_EQ(
        refusal([&] { store.create(deployment(), wanted(1)); }), Refusal(409, "AlreadyExists"));
}

TEST(ObjectStore, CountsGenerationsOfTheSpecOnly)
{
    ObjectStore store;
    auto object = store.create(deployment(), wanted(1));
    set_at(object, "/metadata/labels/a", "b");
    EXPECT_EQ(
        integer_at(store.replace(deployment(), object, Part::main), "/metadata/generation"), 1);
    object = *store.find(tsb);
    set_at(object, "/spec/replicas", 0);
    EXPECT_EQ(
        integer_at(store.replace(deployment(), object, Part::main), "/metadata/generation"), 2);
}

TEST(ObjectStore, RefusesAnOldVersion)
{
    ObjectStore store;
    const auto old = store.create(deployment(), wanted(1));
    store.replace(deployment(), wanted(2), Part::main);
    EXPECT_EQ(
        refusal([&] { store.replace(deployment(), old, Part::main); }), Refusal(409, "Conflict"));
    EXPECT_EQ(integer_at(*store.find(tsb), "/spec/replicas"), 2);
}

TEST(ObjectStore, KeepsStatusFromClientsAndSpecFromStatusWriters)
{
    ObjectStore store;
    auto object = store.create(deployment(), wanted(1));
    set_at(object, "/status/replicas", 7);
    store.replace(deployment(), object, Part::main);
    EXPECT_EQ(find_at(*store.find(tsb), "/status"), nullptr);

    object = *store.find(tsb);
    set_at(object, "/status/replicas", 7);
    set_at(object, "/spec/replicas", 9);
    store.replace(deployment(), object, Part::status);
    EXPECT_EQ(integer_at(*store.find(tsb), "/status/replicas"), 7);
    EXPECT_EQ(integer_at(*store.find(tsb), "/spec/replicas"), 1);
}

TEST(ObjectStore, KeepsIdentityFromClients)
{
    ObjectStore store;
    const auto uid = text_at(store.create(deployment(), wanted(1)), "/metadata/uid");
    auto object = wanted(2);
    set_at(object, "/metadata/uid", "mine");
    store.replace(deployment(), object, Part::main);
    EXPECT_EQ(text_at(*store.find(tsb), "/metadata/uid"), uid);
}

TEST(ObjectStore, AWriteThatChangesNothingIsNone)
{
    ObjectStore store;
    const auto object = store.create(deployment(), wanted(1));
    const auto revision = store.revision();
    store.replace(deployment(), object, Part::main);
    EXPECT_EQ(store.revision(), revision);
}

TEST(ObjectStore, APreviewStoresNothing)
{
    ObjectStore store;
    store.create(deployment(), wanted(1));
    const auto revision = store.revision();
    const auto shown = store.preview(deployment(), wanted(0), Part::main);
    EXPECT_EQ(integer_at(shown, "/spec/replicas", -1), 0);
    EXPECT_EQ(integer_at(*store.find(tsb), "/spec/replicas"), 1);
    EXPECT_EQ(store.revision(), revision);
}

TEST(ObjectStore, RemovesUnderPreconditions)
{
    ObjectStore store;
    const auto object = store.create(deployment(), wanted(1));
    EXPECT_EQ(refusal([&] { store.remove(tsb, {"other", ""}); }), Refusal(409, "Conflict"));
    EXPECT_EQ(refusal([&] { store.remove(tsb, {"", "1"}); }), Refusal(409, "Conflict"));
    store.remove(tsb, {text_at(object, "/metadata/uid"), ""});
    EXPECT_EQ(refusal([&] { store.remove(tsb); }), Refusal(404, "NotFound"));
}

TEST(ObjectStore, RemembersChangesUpToALimit)
{
    ObjectStore store(2);
    const auto before = store.revision();
    store.create(deployment(), wanted(1));
    store.replace(deployment(), wanted(2), Part::main);
    ASSERT_TRUE(store.changes_since(before).has_value());
    EXPECT_EQ(store.changes_since(before)->size(), 2U);
    EXPECT_EQ(store.changes_since(before + 1)->size(), 1U);
    store.replace(deployment(), wanted(3), Part::main);
    EXPECT_FALSE(store.changes_since(before).has_value());
    EXPECT_TRUE(store.changes_since(store.revision())->empty());
}

TEST(ObjectStore, ListsByNamespace)
{
    ObjectStore store;
    store.create(deployment(), wanted(1));
    auto other = wanted(1);
    set_at(other, "/metadata/namespace", "other");
    store.create(deployment(), other);
    EXPECT_EQ(store.list("deployments.apps", "").size(), 2U);
    EXPECT_EQ(store.list("deployments.apps", "tsb").size(), 1U);
    EXPECT_TRUE(store.list("pods", "").empty());
}

}  // namespace
