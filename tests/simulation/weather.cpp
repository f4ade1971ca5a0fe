#include "weather.hpp"

#include "bastion.hpp"

namespace understudy::simulation {

void Weather::plan(std::vector<Fault> faults)
{
    faults_ = std::move(faults);
    for (std::uint32_t i = 0; i < faults_.size(); ++i)
        stage.plan(faults_[i].begins - stage.now, EventKind::fault_begins, i);
}

void Weather::handle(const Event& event)
{
    const auto& fault = faults_[event.subject];
    const auto& kind = fault_kinds()[fault.kind];
    stage.world.advance(stage.now);
    if (event.kind == EventKind::fault_begins) {
        stage.trace.say(
            stage.now, "begins", std::string(kind.name) + " " + std::to_string(fault.where));
        ++stage.statistics.faults[fault.kind];
        kind.begins(*this, fault);
        if (kind.ends != nullptr)
            stage.plan(fault.ends - stage.now, EventKind::fault_ends, event.subject);
    } else if (event.kind == EventKind::fault_ends) {
        stage.trace.say(stage.now, "ends", std::string(kind.name));
        return kind.ends(*this, fault);
    } else {
        kind.stirs(*this, fault);
    }
    if (kind.stirs != nullptr && stage.now + kind.stirs_every < fault.ends)
        stage.plan(kind.stirs_every, EventKind::fault_stirs, event.subject);
}

}  // namespace understudy::simulation
