#include "sandbox/kube/deployments.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace {

using namespace understudy::sandbox;
using namespace std::chrono_literals;

/// One deployment, and a clock that the test owns.
class Controller : public testing::Test {
protected:
    Controller()
    {
        auto object = json::parse(R"({"metadata":{"name":"tsb","namespace":"tsb"},
            "spec":{"replicas":1,"template":{"metadata":{"labels":{"app":"tsb"}},
            "spec":{"containers":[{"name":"tsb","image":"1"}]}}},"status":{}})");
        store_->create(type_of_kind("Deployment"), object);
    }

    void pass(std::chrono::milliseconds time)
    {
        now_ += time;
        next_ = controller_.reconcile(now_);
    }

    void set(std::string_view pointer, json::value value)
    {
        auto object = deployment();
        set_at(object, pointer, std::move(value));
        store_->replace(type_of_kind("Deployment"), object, Part::main);
    }

    json::value deployment() const { return *store_->find({"deployments.apps", "tsb", "tsb"}); }
    std::size_t pods() const { return store_->list("pods", "tsb").size(); }

    /// `Available`, and the counts of the status.
    std::string status() const
    {
        const auto object = deployment();
        std::string text;
        for (const auto& condition : find_at(object, "/status/conditions")->get_array()) {
            if (text_at(condition, "/type") == "Available")
                text = text_at(condition, "/status");
        }
        for (const auto* count : {"replicas", "updatedReplicas", "readyReplicas"})
            text += " " + std::to_string(integer_at(object, std::string("/status/") + count));
        return text;
    }

    std::shared_ptr<ObjectStore> store_ = std::make_shared<ObjectStore>();
    Deployments controller_{store_, {1000ms, 500ms}};
    Deployments::TimePoint now_{};
    std::optional<Deployments::TimePoint> next_;
};

TEST_F(Controller, PodsBecomeReadyAfterAWhile)
{
    pass(0ms);
    EXPECT_EQ(status(), "False 1 1 0");
    EXPECT_EQ(next_, now_ + 1000ms);
    pass(999ms);
    EXPECT_EQ(controller_.ready("tsb"), 0);
    pass(1ms);
    EXPECT_EQ(status(), "True 1 1 1");
    EXPECT_EQ(next_, std::nullopt);
}

TEST_F(Controller, CountsOfZeroAreLeftOut)
{
    pass(0ms);
    EXPECT_EQ(find_at(deployment(), "/status/readyReplicas"), nullptr);
}

TEST_F(Controller, ScaledToZeroIsAvailable)
{
    pass(0ms);
    pass(1000ms);
    set("/spec/replicas", 0);
    pass(0ms);
    EXPECT_EQ(status(), "True 0 0 0");
    EXPECT_EQ(pods(), 1U) << "terminating";
    pass(500ms);
    EXPECT_EQ(pods(), 0U);
}

TEST_F(Controller, ARollingUpdateKeepsServing)
{
    pass(0ms);
    pass(1000ms);
    set("/spec/template/metadata/annotations/x", "1");
    pass(0ms);
    EXPECT_EQ(status(), "True 2 1 1");
    pass(1000ms);
    EXPECT_EQ(status(), "True 1 1 1");
    pass(500ms);
    EXPECT_EQ(pods(), 1U);
    EXPECT_EQ(integer_at(deployment(), "/status/observedGeneration"), 2);
}

TEST_F(Controller, ACrashIsNotAvailableAndRecovers)
{
    pass(0ms);
    pass(1000ms);
    controller_.set_fault("tsb", DeploymentFault::crash);
    pass(0ms);
    EXPECT_EQ(status(), "False 1 1 0");
    controller_.set_fault("tsb", DeploymentFault::none);
    pass(0ms);
    EXPECT_EQ(status(), "True 1 1 1");
}

TEST_F(Controller, AStuckRolloutLagsAndIsNotAvailable)
{
    pass(0ms);
    pass(1000ms);
    controller_.set_fault("tsb", DeploymentFault::rollout);
    pass(60s);
    EXPECT_EQ(status(), "False 1 0 0");
    EXPECT_EQ(integer_at(deployment(), "/metadata/generation"), 2);
    controller_.set_fault("tsb", DeploymentFault::none);
    pass(0ms);
    pass(1000ms);
    pass(500ms);
    EXPECT_EQ(status(), "True 1 1 1");
}

TEST_F(Controller, ADeletedPodIsReplaced)
{
    pass(0ms);
    pass(1000ms);
    const auto name = controller_.running("tsb").front();
    store_->remove({"pods", "tsb", name});
    pass(0ms);
    EXPECT_EQ(pods(), 1U);
    EXPECT_NE(controller_.running("tsb").front(), name);
    EXPECT_EQ(controller_.ready("tsb"), 0);
}

TEST_F(Controller, ADeletedDeploymentTakesItsPodsAlong)
{
    pass(0ms);
    store_->remove({"deployments.apps", "tsb", "tsb"});
    pass(0ms);
    EXPECT_EQ(pods(), 0U);
    EXPECT_TRUE(store_->list("replicasets.apps", "tsb").empty());
}

TEST_F(Controller, AnUnfitProcessMakesItsPodsUnready)
{
    pass(0ms);
    pass(1000ms);
    controller_.set_fit("tsb", false);
    pass(0ms);
    EXPECT_EQ(status(), "False 1 1 0");
}

TEST_F(Controller, SettledMeansNoMoreChanges)
{
    pass(0ms);
    pass(1000ms);
    pass(0ms);
    const auto revision = store_->revision();
    pass(1h);
    EXPECT_EQ(store_->revision(), revision);
}

TEST(DeploymentFaults, UnknownNamesAndDeploymentsAreErrors)
{
    EXPECT_THROW(deployment_fault_named("frob"), std::runtime_error);
    Deployments controller(std::make_shared<ObjectStore>(), {});
    EXPECT_THROW(controller.set_fault("nope", DeploymentFault::crash), std::runtime_error);
}

}  // namespace
