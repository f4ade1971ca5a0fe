/// What the two machines' tables share: how a pair (state, event) is looked up, and the proofs that
/// a table is whole. The proofs run in the compiler, beside the rows.
///
/// A table decides each pair exactly once. A *row* moves the machine. The other pairs stay where
/// they are, and each says why: *ignored* may happen (an answer that came late, a command that
/// means nothing now), *impossible* may not, so that a machine which sees it has a bug.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace understudy::core {

/// What a table says to an event in a state.
enum class Ruling : std::uint8_t { moves, ignored, impossible };

/// A set of events, a bit each.
using EventSet = std::uint32_t;

template <class Event>
constexpr EventSet bit_of(Event event) noexcept
{
    return EventSet{1} << static_cast<unsigned>(event);
}

template <class... Events>
constexpr EventSet events(Events... each) noexcept
{
    return (bit_of(each) | ...);
}

/// Events that leave a state as it is.
template <class State>
struct Unmoved {
    State state;
    EventSet events;
    Ruling ruling;
    std::string_view why;
};

template <class Row, class State, class Event>
constexpr std::optional<Row> row_for(std::span<const Row> rows, State state, Event event) noexcept
{
    for (const auto& row : rows) {
        if (row.from == state && row.event == event)
            return row;
    }
    return std::nullopt;
}

template <class State, class Event>
constexpr std::optional<Unmoved<State>> unmoved_for(
    std::span<const Unmoved<State>> unmoved, State state, Event event) noexcept
{
    for (const auto& line : unmoved) {
        if (line.state == state && (line.events & bit_of(event)) != 0)
            return line;
    }
    return std::nullopt;
}

/// Is each pair named once, by a row or by a line of `unmoved`, and given a reason?
template <class Row, class State>
constexpr bool decides_each_pair_once(
    std::span<const Row> rows,
    std::span<const Unmoved<State>> unmoved,
    std::size_t states,
    std::size_t event_count) noexcept
{
    std::array<EventSet, 32> seen{};
    const auto mark = [&seen](State state, EventSet set) {
        auto& known = seen[static_cast<std::size_t>(state)];
        const bool is_new = (known & set) == 0;
        known |= set;
        return is_new;
    };
    for (const auto& row : rows) {
        if (row.why.empty() || !mark(row.from, bit_of(row.event)))
            return false;
    }
    for (const auto& line : unmoved) {
        if (line.why.empty() || line.ruling == Ruling::moves || !mark(line.state, line.events))
            return false;
    }
    const EventSet all = (EventSet{1} << event_count) - 1;
    return std::all_of(
        seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(states),
        [all](EventSet set) { return set == all; });
}

/// A set of states, a bit each.
using StateSet = std::uint32_t;

template <class Row>
constexpr StateSet reachable_from(std::span<const Row> rows, StateSet states) noexcept
{
    for (StateSet before = 0; before != states;) {
        before = states;
        for (const auto& row : rows) {
            if ((states & bit_of(row.from)) != 0)
                states |= bit_of(row.to);
        }
    }
    return states;
}

template <class Row, class State>
constexpr bool reaches_every_state(
    std::span<const Row> rows, State first, std::size_t states) noexcept
{
    return static_cast<std::size_t>(std::popcount(reachable_from(rows, bit_of(first)))) == states;
}

/// Does no final state have a way out, and every other one a way to a final state?
template <class State, class Row>
constexpr bool every_state_has_an_end(
    std::span<const Row> rows, StateSet finals, std::size_t states) noexcept
{
    for (std::size_t i = 0; i < states; ++i) {
        const auto self = bit_of(static_cast<State>(i));
        const auto reached = reachable_from(rows, self);
        const bool is_final = (finals & self) != 0;
        if (is_final ? reached != self : (reached & finals) == 0)
            return false;
    }
    return true;
}

}  // namespace understudy::core
