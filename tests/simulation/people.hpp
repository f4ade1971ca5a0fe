/// The operators: they look now and then, and do what runs ask them for; not always the right
/// thing, and not always in time.
#pragma once

#include <cstdint>
#include <string>

#include "event_queue.hpp"
#include "random.hpp"

namespace understudy::core {
struct Run;
}  // namespace understudy::core

namespace understudy::simulation {

struct Stage;
class Bastion;

class People {
public:
    People(Stage& stage, Bastion& bastion);

    /// From now on they look, every few minutes.
    void begin();
    void look();

private:
    void attend_to(const core::Run& run);
    void attend_to_parked(const core::Run& run);
    void after_runs();
    void ask(const std::string& verb, std::uint64_t run, const std::string& plan_hash = {});
    void waive(const core::Run& run);

    Stage& stage_;
    Bastion& bastion_;
    Random random_;
};

}  // namespace understudy::simulation
