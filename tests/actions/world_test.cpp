#include "actions/world.hpp"
#include "net/boot_clock.hpp"

#include "support/cluster_fixture.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace understudy::actions {
namespace {

using core::OperationKind;
using testing::HasSubstr;

class Labelled final : public Action {
public:
    explicit Labelled(std::string label) : label_(std::move(label)) {}

    boost::asio::awaitable<core::Observation> observe(core::Operation) override
    {
        core::Observation seen;
        seen.readable = true;
        seen.detail = label_;
        co_return seen;
    }

    boost::asio::awaitable<Effect> perform(Order) override
    {
        Effect effect;
        effect.detail = label_;
        co_return effect;
    }

private:
    std::string label_;
};

class WorldTest : public support::ClusterTest {
protected:
    std::string seen(World& world, OperationKind kind, const std::string& target)
    {
        core::Operation operation;
        operation.kind = kind;
        operation.target = target;
        return support::run_coroutine(io_, world.observe(operation)).detail;
    }

    net::KubernetesOptions kubeconfig() const
    {
        net::KubernetesOptions options;
        options.kubeconfig = file_.path();
        return options;
    }

    WorldTools tools() { return {http_, resolver_, io_.get_executor()}; }

    support::TempFile file_{support::kubeconfig_text("http://127.0.0.1:1", "{token: t}")};
};

TEST_F(WorldTest, HandsEachOperationToItsAction)
{
    World world;
    world.add(OperationKind::scale, "east", std::make_unique<Labelled>("scale east"));
    world.add(OperationKind::scale, "west", std::make_unique<Labelled>("scale west"));
    world.add(OperationKind::hook, "", std::make_unique<Labelled>("any hook"));
    EXPECT_EQ(seen(world, OperationKind::scale, "east"), "scale east");
    EXPECT_EQ(seen(world, OperationKind::scale, "west"), "scale west");
    EXPECT_EQ(seen(world, OperationKind::hook, "-"), "any hook");
    EXPECT_THAT(seen(world, OperationKind::scale, "north"), HasSubstr("no access"));
    EXPECT_THAT(seen(world, OperationKind::promote, "east"), HasSubstr("no access"));

    Order order;
    order.operation.kind = OperationKind::scale;
    order.operation.target = "west";
    EXPECT_EQ(support::run_coroutine(io_, world.perform(order)).detail, "scale west");
    order.operation.target = "north";
    EXPECT_EQ(
        support::run_coroutine(io_, world.perform(order)).result, core::EffectResult::refused);
}

TEST_F(WorldTest, IsMadeForEveryKindButTheNames)
{
    WorldOptions options;
    options.planes["east"].kubernetes = kubeconfig();
    options.control_planes["c1"].kubernetes = kubeconfig();
    options.hooks["page"] = {"/bin/true"};
    const auto world = make_world(options, tools());
    for (std::size_t i = 0; i < core::operation_kind_count; ++i) {
        const auto kind = static_cast<OperationKind>(i);
        const bool is_name =
            kind == OperationKind::switch_name || kind == OperationKind::resolve_name;
        const auto target = is_name ? "floating" : kind == OperationKind::rejoin ? "c1" : "east";
        const auto detail = seen(*world, kind, target);
        EXPECT_EQ(detail.find("no access") != std::string::npos, is_name)
            << core::name_of(kind) << ": " << detail;
    }
}

TEST_F(WorldTest, AKubeconfigThatCannotBeReadIsSaidAtOnce)
{
    WorldOptions options;
    options.planes["east"].kubernetes.kubeconfig = "/nonexistent/config";
    EXPECT_THROW(make_world(options, tools()), std::runtime_error);
}

}  // namespace
}  // namespace understudy::actions
