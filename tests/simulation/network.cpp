#include "network.hpp"

namespace understudy::simulation {

namespace {

constexpr std::uint64_t spikes_per_mille = 100;

core::Duration half_of_a_round(const Link& link, Random& random)
{
    auto took = random.between(link.latency / 4, link.latency);
    if (link.spike > core::Duration::zero() && random.chance(spikes_per_mille))
        took += random.between(core::Duration::zero(), link.spike);
    return took;
}

}  // namespace

Passage pass(const Link& link, Random& random)
{
    Passage passage;
    passage.there = half_of_a_round(link, random);
    passage.back = half_of_a_round(link, random);
    const bool is_lost = link.loss_per_mille > 0 && random.chance(link.loss_per_mille);
    const bool is_answer_lost = is_lost && random.chance(500);
    passage.is_reset = link.way == Way::refusing;
    passage.arrives =
        (link.way == Way::open || link.way == Way::one_way) && (!is_lost || is_answer_lost);
    passage.is_answered = passage.arrives && link.way == Way::open && !is_lost;
    return passage;
}

}  // namespace understudy::simulation
