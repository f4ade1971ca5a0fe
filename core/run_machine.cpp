#include "core/run_machine.hpp"

#include "core/names.hpp"

#include <array>

namespace understudy::core {

namespace {

using S = RunState;
using E = RunEvent;
using Row = RunTransition;
using Stays = Unmoved<RunState>;

constexpr std::array<std::string_view, run_state_count> state_names{
    "awaiting_approval", "running", "held",    "parked",  "done",
    "degraded",          "undone",  "aborted", "expired", "abandoned"};

constexpr std::array<std::string_view, run_event_count> event_names{
    "approved",     "approval_expired", "all_reached",       "ended_with_missing",
    "undo_reached", "abort_allowed",    "operation_stopped", "foreign_record",
    "hold_began",   "hold_ended",       "resumed",           "superseded"};

// clang-format off
constexpr std::array rows{
    Row{S::awaiting_approval, E::approved,           S::running,   "a human approved this very plan"},
    Row{S::awaiting_approval, E::approval_expired,   S::expired,   "nobody approved in time, and old evidence must not act"},
    Row{S::awaiting_approval, E::abort_allowed,      S::aborted,   "a human called it off before anything was intended"},
    Row{S::awaiting_approval, E::foreign_record,     S::abandoned, "the world's record is newer or somebody else's: what was asked for is out of date"},
    Row{S::awaiting_approval, E::superseded,         S::abandoned, "a human took it out of our hands before it began"},

    Row{S::running,           E::all_reached,        S::done,      "every goal was seen in the world"},
    Row{S::running,           E::ended_with_missing, S::degraded,  "the service was moved, but something is missing and is named"},
    Row{S::running,           E::undo_reached,       S::undone,    "what the undone run had changed is as it was"},
    Row{S::running,           E::operation_stopped,  S::parked,    "an operation cannot go on by itself"},
    Row{S::running,           E::foreign_record,     S::parked,    "the world's record is newer or somebody else's"},
    Row{S::running,           E::hold_began,         S::held,      "an operator's hold is on"},
    Row{S::running,           E::abort_allowed,      S::aborted,   "a human called it off before anything was intended"},
    Row{S::running,           E::superseded,         S::abandoned, "a human took it out of our hands"},

    Row{S::held,              E::hold_ended,         S::running,   "the hold is over"},
    Row{S::held,              E::foreign_record,     S::parked,    "the world's record is newer or somebody else's"},
    Row{S::held,              E::abort_allowed,      S::aborted,   "a human called it off before anything was intended"},
    Row{S::held,              E::superseded,         S::abandoned, "a human took it out of our hands"},

    Row{S::parked,            E::resumed,            S::running,   "a human says that it can go on"},
    Row{S::parked,            E::abort_allowed,      S::aborted,   "a human called it off before anything was intended"},
    Row{S::parked,            E::superseded,         S::abandoned, "a human took it out of our hands"},
};

constexpr auto ends = events(E::all_reached, E::ended_with_missing, E::undo_reached);
constexpr auto holds = events(E::hold_began, E::hold_ended);
constexpr auto everything = (EventSet{1} << run_event_count) - 1;

constexpr std::array unmoved{
    Stays{S::awaiting_approval, ends | events(E::operation_stopped), Ruling::impossible, "none of its operations has begun"},
    Stays{S::awaiting_approval, holds,                               Ruling::ignored,    "it acts on nothing, and expires when it would"},
    Stays{S::awaiting_approval, events(E::resumed),                  Ruling::ignored,    "it waits for an approval, not for a repair"},

    Stays{S::running,           events(E::approved),                 Ruling::ignored,    "it runs already"},
    Stays{S::running,           events(E::approval_expired),         Ruling::impossible, "an approved request does not expire"},
    Stays{S::running,           events(E::hold_ended),               Ruling::ignored,    "it is not held"},
    Stays{S::running,           events(E::resumed),                  Ruling::ignored,    "it is not parked"},

    Stays{S::held,              ends,                                Ruling::ignored,    "it ends when the hold is over"},
    Stays{S::held,              events(E::operation_stopped),        Ruling::ignored,    "it is judged again when the hold is over"},
    Stays{S::held,              events(E::approved),                 Ruling::ignored,    "it was approved already"},
    Stays{S::held,              events(E::approval_expired),         Ruling::impossible, "an approved request does not expire"},
    Stays{S::held,              events(E::hold_began),               Ruling::ignored,    "it is held already"},
    Stays{S::held,              events(E::resumed),                  Ruling::ignored,    "it goes on when the hold is released or ends"},

    Stays{S::parked,            ends,                                Ruling::ignored,    "a parked run goes on only when a human says so"},
    Stays{S::parked,            events(E::operation_stopped),        Ruling::ignored,    "it is parked already"},
    Stays{S::parked,            events(E::foreign_record),           Ruling::ignored,    "it is parked already"},
    Stays{S::parked,            holds,                               Ruling::ignored,    "it acts on nothing until a human resumes it"},
    Stays{S::parked,            events(E::approved),                 Ruling::ignored,    "it was approved already"},
    Stays{S::parked,            events(E::approval_expired),         Ruling::impossible, "an approved request does not expire"},

    Stays{S::done,              everything,                          Ruling::ignored,    "it has ended"},
    Stays{S::degraded,          everything,                          Ruling::ignored,    "it has ended"},
    Stays{S::undone,            everything,                          Ruling::ignored,    "it has ended"},
    Stays{S::aborted,           everything,                          Ruling::ignored,    "it has ended"},
    Stays{S::expired,           everything,                          Ruling::ignored,    "it has ended"},
    Stays{S::abandoned,         everything,                          Ruling::ignored,    "it has ended"},
};
// clang-format on

constexpr StateSet finals = bit_of(S::done) | bit_of(S::degraded) | bit_of(S::undone) |
                            bit_of(S::aborted) | bit_of(S::expired) | bit_of(S::abandoned);

constexpr std::span<const Row> table{rows};
constexpr std::span<const Stays> stays{unmoved};

static_assert(
    decides_each_pair_once(table, stays, run_state_count, run_event_count),
    "every event must be decided in every state, once");
static_assert(
    reaches_every_state(table, S::awaiting_approval, run_state_count),
    "a state that nothing leads to has no reason to be there");
static_assert(
    every_state_has_an_end<S>(table, finals, run_state_count),
    "every state leads to an end, and an end leads nowhere");

constexpr bool only_a_human_ends_a_parked_run()
{
    return std::ranges::all_of(table, [](const Row& row) {
        return row.from != S::parked || row.event == E::resumed || row.event == E::abort_allowed ||
               row.event == E::superseded;
    });
}
static_assert(only_a_human_ends_a_parked_run(), "a run that needs a human waits for one");

constexpr bool only_reached_goals_make_it_done()
{
    return std::ranges::all_of(table, [](const Row& row) {
        return row.to != S::done || (row.from == S::running && row.event == E::all_reached);
    });
}
static_assert(only_reached_goals_make_it_done(), "anything less than every goal is not done");

}  // namespace

std::string_view name_of(RunState state) noexcept { return name_in(state_names, state); }

std::string_view name_of(RunEvent event) noexcept { return name_in(event_names, event); }

std::optional<RunState> run_state_named(std::string_view name) noexcept
{
    return named_in<RunState>(state_names, name);
}

std::span<const RunTransition> run_table() noexcept { return table; }

std::span<const Unmoved<RunState>> run_unmoved() noexcept { return stays; }

std::optional<RunState> next(RunState state, RunEvent event) noexcept
{
    const auto row = row_for(table, state, event);
    return row ? std::optional(row->to) : std::nullopt;
}

Ruling ruling_on(RunState state, RunEvent event) noexcept
{
    const auto line = unmoved_for(stays, state, event);
    return line ? line->ruling : Ruling::moves;
}

std::string_view why_of(RunState state, RunEvent event) noexcept
{
    if (const auto row = row_for(table, state, event))
        return row->why;
    return unmoved_for(stays, state, event)->why;
}

bool is_final(RunState state) noexcept { return (finals & bit_of(state)) != 0; }

}  // namespace understudy::core
