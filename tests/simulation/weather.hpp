/// Makes drawn faults happen to the world and to the bastions.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "faults.hpp"
#include "stage.hpp"

namespace understudy::simulation {

class Bastion;
struct Belongings;

class Weather {
public:
    Weather(Stage& its_stage, std::array<Bastion*, bastion_count> its_bastions)
        : stage(its_stage), bastions(its_bastions), random(its_stage.seed, "weather")
    {}

    void plan(std::vector<Fault> faults);
    void handle(const Event& event);
    const std::vector<Fault>& faults() const { return faults_; }

    Plane& plane(std::size_t index) { return stage.world.planes[index % plane_count]; }
    Network& network() { return stage.world.network; }
    Bastion& bastion() { return *bastions[0]; }

    Stage& stage;
    std::array<Bastion*, bastion_count> bastions;
    Random random;
    std::shared_ptr<const Belongings> snapshot;  ///< For a bastion that is restored later.

private:
    std::vector<Fault> faults_;
};

}  // namespace understudy::simulation
