#include "core/operation_machine.hpp"

#include "core/names.hpp"

#include <array>

namespace understudy::core {

namespace {

using S = OperationState;
using E = OperationEvent;
using Row = OperationTransition;
using Stays = Unmoved<OperationState>;

constexpr std::array<std::string_view, operation_state_count> state_names{
    "queued", "reading", "pausing", "intending", "acting", "reached", "stopped", "passed_over"};

constexpr std::array<std::string_view, operation_event_count> event_names{
    "began",    "woke",      "satisfied",   "needed",  "not_yet", "forbidden",
    "recorded", "performed", "out_of_time", "resumed", "given_up"};

// clang-format off
constexpr std::array rows{
    Row{S::queued,    E::began,       S::reading,     "its turn came, and the world is read first"},
    Row{S::queued,    E::out_of_time, S::stopped,     "the step's time passed before its turn came"},
    Row{S::queued,    E::given_up,    S::passed_over, "the plan goes on without it"},

    Row{S::reading,   E::began,       S::reading,     "a restart lost the reading, so it is read again"},
    Row{S::reading,   E::satisfied,   S::reached,     "the goal was seen, and nothing of ours is open"},
    Row{S::reading,   E::needed,      S::intending,   "the goal is not there: what will be done is written down first"},
    Row{S::reading,   E::not_yet,     S::pausing,     "the goal is not there, and there is nothing to do but to look again"},
    Row{S::reading,   E::forbidden,   S::stopped,     "it must not be done: a human has to look"},
    Row{S::reading,   E::out_of_time, S::stopped,     "the step's time passed before the goal was seen"},
    Row{S::reading,   E::given_up,    S::passed_over, "the plan goes on without it"},

    Row{S::pausing,   E::began,       S::reading,     "a restart does not wait for a pause that it cannot know"},
    Row{S::pausing,   E::woke,        S::reading,     "the pause is over"},
    Row{S::pausing,   E::out_of_time, S::stopped,     "the step's time passed before the goal was seen"},
    Row{S::pausing,   E::given_up,    S::passed_over, "the plan goes on without it"},

    Row{S::intending, E::began,       S::reading,     "a restart: nothing was sent yet, and the world is read before anything is"},
    Row{S::intending, E::recorded,    S::acting,      "the intent is durable, so the effect may leave"},

    Row{S::acting,    E::began,       S::reading,     "a restart: only the world can tell how the effect ended"},
    Row{S::acting,    E::performed,   S::reading,     "whatever the effect's end was said to be, the world is read"},

    Row{S::stopped,   E::resumed,     S::reading,     "a human says that it can go on, and the world is read first"},
    Row{S::stopped,   E::given_up,    S::passed_over, "the plan goes on without it"},
};

constexpr auto readings = events(E::satisfied, E::needed, E::not_yet, E::forbidden);
constexpr auto ends_of_effects = events(E::recorded, E::performed);
constexpr auto everything = (EventSet{1} << operation_event_count) - 1;

constexpr std::array unmoved{
    Stays{S::queued,      events(E::woke) | readings | ends_of_effects, Ruling::impossible, "nothing was asked of it yet"},
    Stays{S::queued,      events(E::resumed),                           Ruling::ignored,    "it was not stopped"},

    Stays{S::reading,     events(E::woke),                              Ruling::ignored,    "it is being read already"},
    Stays{S::reading,     events(E::resumed),                           Ruling::ignored,    "it was not stopped"},
    Stays{S::reading,     ends_of_effects,                              Ruling::impossible, "no effect of it is under way"},

    Stays{S::pausing,     readings | ends_of_effects,                   Ruling::impossible, "neither a reading nor an effect of it is under way"},
    Stays{S::pausing,     events(E::resumed),                           Ruling::ignored,    "it was not stopped"},

    Stays{S::intending,   events(E::out_of_time, E::given_up),          Ruling::ignored,    "an effect that was begun is seen to its end first"},
    Stays{S::intending,   events(E::woke, E::resumed),                  Ruling::ignored,    "it goes on when its intent is durable"},
    Stays{S::intending,   readings | events(E::performed),              Ruling::impossible, "neither a reading nor an effect of it is under way"},

    Stays{S::acting,      events(E::out_of_time, E::given_up),          Ruling::ignored,    "an effect that was begun is seen to its end first"},
    Stays{S::acting,      events(E::woke, E::resumed),                  Ruling::ignored,    "it goes on when its effect has ended"},
    Stays{S::acting,      readings | events(E::recorded),               Ruling::impossible, "neither a reading nor an intent of it is under way"},

    Stays{S::reached,     everything & ~ends_of_effects,                Ruling::ignored,    "its goal was seen: it has ended"},
    Stays{S::reached,     ends_of_effects,                              Ruling::impossible, "it does not end while an effect of it is under way"},

    Stays{S::stopped,     events(E::began, E::woke),                    Ruling::ignored,    "it waits for a human"},
    Stays{S::stopped,     readings,                                     Ruling::ignored,    "a reading that came late: it is read again when it is resumed"},
    Stays{S::stopped,     events(E::out_of_time),                       Ruling::ignored,    "it has stopped already"},
    Stays{S::stopped,     ends_of_effects,                              Ruling::impossible, "it does not stop while an effect of it is under way"},

    Stays{S::passed_over, everything & ~ends_of_effects,                Ruling::ignored,    "the plan went on without it: it has ended"},
    Stays{S::passed_over, ends_of_effects,                              Ruling::impossible, "it is not passed over while an effect of it is under way"},
};
// clang-format on

constexpr StateSet finals = bit_of(S::reached) | bit_of(S::passed_over);

constexpr std::span<const Row> table{rows};
constexpr std::span<const Stays> stays{unmoved};

static_assert(
    decides_each_pair_once(table, stays, operation_state_count, operation_event_count),
    "every event must be decided in every state, once");
static_assert(
    reaches_every_state(table, S::queued, operation_state_count),
    "a state that nothing leads to has no reason to be there");
static_assert(
    every_state_has_an_end<S>(table, finals, operation_state_count),
    "every state leads to an end, and an end leads nowhere");

constexpr bool only_a_durable_intent_leads_to_acting()
{
    return std::ranges::all_of(table, [](const Row& row) {
        return row.to != S::acting || (row.from == S::intending && row.event == E::recorded);
    });
}
static_assert(
    only_a_durable_intent_leads_to_acting(), "no effect leaves before its intent is durable");

constexpr bool only_a_reading_leads_to_the_goal()
{
    return std::ranges::all_of(table, [](const Row& row) {
        return row.to != S::reached || (row.from == S::reading && row.event == E::satisfied);
    });
}
static_assert(
    only_a_reading_leads_to_the_goal(), "a goal counts when it was seen, not when it was ordered");

}  // namespace

std::string_view name_of(OperationState state) noexcept { return name_in(state_names, state); }

std::string_view name_of(OperationEvent event) noexcept { return name_in(event_names, event); }

std::span<const OperationTransition> operation_table() noexcept { return table; }

std::span<const Unmoved<OperationState>> operation_unmoved() noexcept { return stays; }

std::optional<OperationState> next(OperationState state, OperationEvent event) noexcept
{
    const auto row = row_for(table, state, event);
    return row ? std::optional(row->to) : std::nullopt;
}

Ruling ruling_on(OperationState state, OperationEvent event) noexcept
{
    const auto line = unmoved_for(stays, state, event);
    return line ? line->ruling : Ruling::moves;
}

std::string_view why_of(OperationState state, OperationEvent event) noexcept
{
    if (const auto row = row_for(table, state, event))
        return row->why;
    return unmoved_for(stays, state, event)->why;
}

bool is_final(OperationState state) noexcept { return (finals & bit_of(state)) != 0; }

}  // namespace understudy::core
