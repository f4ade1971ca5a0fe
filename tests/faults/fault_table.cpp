#include "faults/fault_table.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

namespace understudy::sandbox {

namespace {

constexpr std::size_t column_count = 5 + core::evidence_class_count;

// Spaces are layout, and backquotes are the document's.
std::string strip(std::string_view text)
{
    const auto is_padding = [](char c) { return c == ' ' || c == '`'; };
    while (!text.empty() && is_padding(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_padding(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

std::vector<std::string> split_cells(std::string_view line)
{
    std::vector<std::string> cells;
    for (;;) {
        const auto bar = line.find('|');
        cells.push_back(strip(line.substr(0, bar)));
        if (bar == std::string_view::npos)
            return cells;
        line.remove_prefix(bar + 1);
    }
}

FaultRow to_row(const std::vector<std::string>& cells)
{
    FaultRow row;
    row.name = cells[0];
    row.breaks = cells[1];
    row.verdict = cells[column_count - 3];
    row.reason = cells[column_count - 2];
    row.acting = cells[column_count - 1];
    for (std::size_t i = 0; i < row.classes.size(); ++i)
        row.classes[i] = cells[2 + i];
    return row;
}

std::ifstream open(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("cannot read " + file.string());
    return in;
}

}  // namespace

std::vector<FaultRow> read_fault_table(const std::filesystem::path& file)
{
    auto in = open(file);
    std::vector<FaultRow> rows;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty() || line.starts_with('#'))
            continue;
        const auto cells = split_cells(line);
        if (cells.size() != column_count)
            throw std::runtime_error(
                file.string() + ":" + std::to_string(number) + ": " + std::to_string(cells.size()) +
                " columns, not " + std::to_string(column_count));
        rows.push_back(to_row(cells));
    }
    return rows;
}

std::vector<FaultRow> read_fault_document(const std::filesystem::path& file)
{
    auto in = open(file);
    std::vector<FaultRow> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `"))
            continue;
        auto cells = split_cells(line);
        // A Markdown row has an empty cell at either end; the page's other tables have fewer cells.
        if (cells.size() != column_count + 2)
            continue;
        cells.erase(cells.begin());
        rows.push_back(to_row(cells));
    }
    return rows;
}

}  // namespace understudy::sandbox
