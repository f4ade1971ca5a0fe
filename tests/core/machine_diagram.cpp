#include "machine_diagram.hpp"

#include "core/operation_machine.hpp"
#include "core/run_machine.hpp"

#include <vector>

namespace understudy::core {

namespace {

template <class Enum>
std::string label(Enum value)
{
    return std::string(name_of(value));
}

template <class State>
std::vector<State> states_of(std::size_t count)
{
    std::vector<State> states;
    for (std::size_t i = 0; i < count; ++i)
        states.push_back(static_cast<State>(i));
    return states;
}

template <class Row, class State>
std::string diagram(std::span<const Row> rows, const std::vector<State>& states)
{
    std::string text = "```mermaid\nstateDiagram-v2\n    [*] --> " + label(states.front()) + "\n";
    for (const auto& row : rows)
        text += "    " + label(row.from) + " --> " + label(row.to) + ": " + label(row.event) + "\n";
    for (const auto state : states) {
        if (is_final(state))
            text += "    " + label(state) + " --> [*]\n";
    }
    return text + "```\n";
}

template <class Row>
std::string table_of_moves(std::span<const Row> rows)
{
    std::string text = "| from | event | to | why |\n| --- | --- | --- | --- |\n";
    for (const auto& row : rows)
        text += "| `" + label(row.from) + "` | `" + label(row.event) + "` | `" + label(row.to) +
                "` | " + std::string(row.why) + " |\n";
    return text;
}

template <class Event>
std::string names_in(EventSet set, std::size_t count)
{
    std::string text;
    for (const auto event : states_of<Event>(count)) {
        if ((set & bit_of(event)) != 0)
            text += (text.empty() ? "`" : ", `") + label(event) + "`";
    }
    return text;
}

template <class Event, class Line>
std::string table_of_stays(std::span<const Line> lines, std::size_t count)
{
    std::string text = "| in | event | is | why |\n| --- | --- | --- | --- |\n";
    for (const auto& line : lines)
        text += "| `" + label(line.state) + "` | " + names_in<Event>(line.events, count) + " | " +
                (line.ruling == Ruling::ignored ? "ignored" : "impossible") + " | " +
                std::string(line.why) + " |\n";
    return text;
}

std::string run_section()
{
    return "## A run\n\n" + diagram(run_table(), states_of<RunState>(run_state_count)) + "\n" +
           table_of_moves(run_table()) + "\nWhat leaves a run where it is:\n\n" +
           table_of_stays<RunEvent>(run_unmoved(), run_event_count);
}

std::string operation_section()
{
    return "## An operation of a run\n\n" +
           diagram(operation_table(), states_of<OperationState>(operation_state_count)) + "\n" +
           table_of_moves(operation_table()) + "\nWhat leaves an operation where it is:\n\n" +
           table_of_stays<OperationEvent>(operation_unmoved(), operation_event_count);
}

}  // namespace

std::string machine_page()
{
    return "# The machines of a run\n\n"
           "<!-- Drawn from core/run_machine.cpp and core/operation_machine.cpp. After a change "
           "there:\n     build/dev/tests/core/draw_machines > docs/run-machine.md -->\n\n"
           "Each pair of state and event is decided in these tables, and the compiler refuses a "
           "table that leaves\none out, has a state that nothing leads to, or one that leads to no "
           "end. *Ignored* may come and means\nnothing then; *impossible* must not come.\n\n" +
           run_section() + "\n" + operation_section();
}

}  // namespace understudy::core
