/// What is going to happen, in the order of time and, within one moment, of being planned.
#pragma once

#include "core/time.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace understudy::simulation {

enum class EventKind : std::uint8_t {
    watch_wakes,
    runs_wakes,
    probe_ends,     ///< subject: the slot of its outcome
    reading_ends,   ///< subject: the slot
    effect_leaves,  ///< A process that was stopped between check and send goes on. subject: the
                    ///< slot
    effect_lands,   ///< subject: the slot
    effect_ends,    ///< The sender hears of it, or its time is over. subject: the slot
    journal_synced,
    memory_synced,
    room_made,
    hold_is_asked,
    hold_is_told,
    process_starts,
    process_goes_on,
    clusters_exchange,  ///< subject: the control plane
    fault_begins,       ///< subject: the fault
    fault_ends,
    fault_stirs,  ///< A fault that does something again and again. subject: the fault
    people_look,
    world_settles,  ///< Pods are gone, a deployment is Available, a promotion is over.
    end,
};

struct Event {
    core::Instant at{};
    std::uint64_t number = 0;  ///< In the order of being planned.
    EventKind kind = EventKind::end;
    std::uint8_t bastion = 0;
    std::uint32_t subject = 0;
    std::uint32_t process = 0;  ///< Only for that process of the bastion; 0: whoever is there.
};

/// A binary heap. It never shrinks, so a scenario of whatever length allocates a few times.
class EventQueue {
public:
    void push(Event event)
    {
        event.number = ++planned_;
        heap_.push_back(event);
        std::ranges::push_heap(heap_, later);
    }
    Event pop()
    {
        std::ranges::pop_heap(heap_, later);
        const auto event = heap_.back();
        heap_.pop_back();
        return event;
    }
    bool empty() const noexcept { return heap_.empty(); }
    std::size_t size() const noexcept { return heap_.size(); }

private:
    static bool later(const Event& a, const Event& b) noexcept
    {
        return a.at != b.at ? a.at > b.at : a.number > b.number;
    }

    std::vector<Event> heap_;
    std::uint64_t planned_ = 0;
};

}  // namespace understudy::simulation
