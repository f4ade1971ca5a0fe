#include "config/section.hpp"

#include "config/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace understudy::config {

namespace {

const Table empty_table;

}  // namespace

Section::Section(Loading& loading, const Table& table, Position at, std::string path)
    : loading_(&loading), table_(&table), at_(at), path_(std::move(path))
{}

Position Section::at(std::string_view key) const noexcept
{
    const auto* entry = table_->find(key);
    return entry == nullptr ? at_ : entry->value.at;
}

std::string Section::path_of(std::string_view key) const
{
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const Value* Section::find(std::string_view key)
{
    if (std::ranges::find(known_, key) == known_.end())
        known_.emplace_back(key);
    loading_->report.accept(path_of(key));
    const auto* entry = table_->find(key);
    return entry == nullptr ? nullptr : &entry->value;
}

std::string Section::read_name()
{
    std::string name;
    if (!require("name", "give it a name of a-z, 0-9 and -"))
        return name;
    read("name", name);
    if (!name.empty() && !is_name(name))
        complain("name", fmt::format("is {}: write 1 to 63 of a-z, 0-9 and -", shown(name)));
    return name;
}

std::string Section::read_target_name()
{
    auto name = read_name();
    if (name.empty())
        return name;
    if (name == "canary" || name == "floating")
        complain("name", fmt::format("is {}, which is reserved: choose another", shown(name)));
    const auto [taken, fresh] = loading_->names.emplace(name, at("name"));
    if (!fresh)
        complain(
            "name", fmt::format(
                        "is {}, which line {} has taken: planes, control planes and canaries need "
                        "names of their own",
                        shown(name), taken->second.line));
    return name;
}

std::optional<Section> Section::table(std::string_view key)
{
    const auto* value = find(key);
    if (const auto* table = typed<Table>(key, value, "a table"))
        return Section(*loading_, *table, value->at, path_of(key));
    return std::nullopt;
}

Section Section::table_or_empty(std::string_view key)
{
    if (auto section = table(key))
        return *section;
    return {*loading_, empty_table, at_, path_of(key)};
}

std::vector<Section> Section::tables(std::string_view key)
{
    std::vector<Section> sections;
    const auto* array =
        typed<Array>(key, find(key), "an array of tables ([[" + path_of(key) + "]])");
    if (array == nullptr)
        return sections;
    for (const auto& element : *array) {
        if (const auto* table = typed<Table>(key, &element, "an array of tables"))
            sections.emplace_back(*loading_, *table, element.at, path_of(key));
    }
    return sections;
}

void Section::report_type(std::string_view key, const Value& value, std::string_view expected)
{
    loading_->report.add(
        value.at, fmt::format("{} must be {}, but is {}", path_of(key), expected, type_of(value)));
}

bool Section::require(std::string_view key, std::string_view advice)
{
    if (find(key) != nullptr)
        return true;
    loading_->report.add(at_, fmt::format("{} is missing: {}", path_of(key), advice));
    return false;
}

void Section::complain(std::string_view key, std::string_view message)
{
    loading_->report.add(at(key), fmt::format("{} {}", path_of(key), message));
}

void Section::complain(std::string_view message)
{
    loading_->report.add(
        at_, path_.empty() ? std::string(message) : fmt::format("{}: {}", path_, message));
}

void Section::reject_unknown()
{
    const std::vector<std::string_view> known(known_.begin(), known_.end());
    for (const auto& entry : table_->entries) {
        if (std::ranges::find(known, entry.key) != known.end())
            continue;
        const auto meant = nearest(entry.key, known);
        loading_->report.add(
            entry.at, fmt::format(
                          "unknown key {} {}{}", shown(entry.key),
                          path_.empty() ? "at the top level" : fmt::format("in {}", path_),
                          meant.empty() ? fmt::format("; known are {}", fmt::join(known, ", "))
                                        : fmt::format(": did you mean \"{}\"?", meant)));
    }
}

}  // namespace understudy::config
