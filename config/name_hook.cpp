#include "config/name_hook.hpp"

#include "config/hooks.hpp"
#include "config/order.hpp"

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

constexpr Duration usual_timeout = 30s;

}  // namespace

void read_name_hook(Section& floating, ActingDefinition& acting)
{
    auto section = floating.table_or_empty("hook");
    if (!floating.has("hook")) {
        for (const auto* key : {"argv", "timeout", "deadline"})
            section.find(key);  // all keys are asked for, whatever the file holds
        return;
    }
    if (floating.has("update"))
        section.complain("cannot stand beside [floating.update]: one of them switches the name");
    core::HookSettings place;
    HookDefinition hook;
    place.name = hook.name = "floating";
    place.step = "switch-name";
    read_program(section, place, hook);
    hook.timeout = usual_timeout;
    section.read("timeout", hook.timeout, Range<Duration>{100ms, 1h});
    place.timeout = hook.timeout;
    section.read("deadline", acting.settings.name_deadline, Range<Duration>{1s, 24h});
    check_order(
        section, {"deadline", acting.settings.name_deadline, "timeout", hook.timeout, false,
                  "the servers have to be asked after the program has ended"});
    section.reject_unknown();
    acting.settings.name_hook = std::move(place);
    acting.name_hook = std::move(hook);
}

}  // namespace understudy::config
