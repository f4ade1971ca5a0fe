#include "sandbox/settings.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace understudy::sandbox {

namespace {

std::string read_file(const std::filesystem::path& file)
{
    std::ifstream input(file, std::ios::binary);
    if (!input)
        throw SettingsError(fmt::format("{}: cannot be read; does it exist?", file.string()));
    return {std::istreambuf_iterator<char>(input), {}};
}

}  // namespace

Settings::Settings(std::filesystem::path file, std::string where, json::value value)
    : file_(std::move(file)), where_(std::move(where)), value_(std::move(value))
{
    if (!value_.is_object())
        throw SettingsError(fmt::format("{}: {}: must be an object", file_.string(), where_));
}

Settings Settings::load(const std::filesystem::path& file)
{
    boost::system::error_code error;
    auto value = json::parse(read_file(file), error);
    if (error)
        throw SettingsError(fmt::format("{}: is not JSON: {}", file.string(), error.message()));
    return {file, "", std::move(value)};
}

void Settings::fail(std::string_view field, std::string_view problem) const
{
    throw SettingsError(fmt::format("{}: {}{}: {}", file_.string(), where_, field, problem));
}

const json::value* Settings::find(std::string_view field)
{
    known_.emplace(field);
    return value_.get_object().if_contains(field);
}

const json::value& Settings::need(std::string_view field)
{
    const auto* value = find(field);
    if (value == nullptr)
        fail(field, "is missing");
    return *value;
}

std::string Settings::text_of(std::string_view field, const json::value& value) const
{
    if (!value.is_string())
        fail(field, "must be a string");
    return std::string(value.get_string());
}

std::int64_t Settings::integer_of(std::string_view field, const json::value& value) const
{
    boost::system::error_code error;
    const auto number = value.to_number<std::int64_t>(error);
    if (error || number < 0)
        fail(field, "must be a whole number, 0 or more");
    return number;
}

std::filesystem::path Settings::below_file(const std::string& text) const
{
    if (text.empty())
        return {};
    return std::filesystem::absolute(file_).parent_path() / text;
}

std::string Settings::text(std::string_view field)
{
    const auto text = text_of(field, need(field));
    if (text.empty())
        fail(field, "must not be empty");
    return text;
}

std::string Settings::text(std::string_view field, std::string_view otherwise)
{
    const auto* value = find(field);
    return value == nullptr ? std::string(otherwise) : text_of(field, *value);
}

std::int64_t Settings::integer(std::string_view field) { return integer_of(field, need(field)); }

std::int64_t Settings::integer(std::string_view field, std::int64_t otherwise)
{
    const auto* value = find(field);
    return value == nullptr ? otherwise : integer_of(field, *value);
}

std::uint16_t Settings::port(std::string_view field, std::uint16_t otherwise)
{
    const auto number = integer(field, otherwise);
    if (number > 65535)
        fail(field, "must be a port, at most 65535");
    return static_cast<std::uint16_t>(number);
}

std::chrono::milliseconds Settings::milliseconds(
    std::string_view field, std::chrono::milliseconds otherwise)
{
    return std::chrono::milliseconds(integer(field, otherwise.count()));
}

bool Settings::boolean(std::string_view field, bool otherwise)
{
    const auto* value = find(field);
    if (value != nullptr && !value->is_bool())
        fail(field, "must be true or false");
    return value == nullptr ? otherwise : value->get_bool();
}

std::filesystem::path Settings::path(std::string_view field) { return below_file(text(field)); }

std::filesystem::path Settings::path(std::string_view field, std::string_view otherwise)
{
    return below_file(text(field, otherwise));
}

std::vector<std::string> Settings::texts(std::string_view field)
{
    const auto* value = find(field);
    if (value == nullptr)
        return {};
    if (!value->is_array())
        fail(field, "must be a list of strings");
    std::vector<std::string> texts;
    for (const auto& item : value->get_array())
        texts.push_back(text_of(field, item));
    return texts;
}

bool Settings::has(std::string_view field) const { return value_.get_object().contains(field); }

Settings Settings::section(std::string_view field)
{
    const auto* value = find(field);
    return {
        file_, fmt::format("{}{}.", where_, field),
        value == nullptr ? json::value(json::object()) : *value};
}

std::vector<Settings> Settings::sections(std::string_view field)
{
    const auto* value = find(field);
    if (value == nullptr)
        return {};
    if (!value->is_array())
        fail(field, "must be a list of objects");
    std::vector<Settings> sections;
    for (const auto& item : value->get_array())
        sections.push_back({file_, fmt::format("{}{}[{}].", where_, field, sections.size()), item});
    return sections;
}

std::vector<std::string> Settings::members()
{
    std::vector<std::string> names;
    for (const auto& member : value_.get_object())
        names.emplace_back(member.key());
    known_.insert(names.begin(), names.end());
    return names;
}

void Settings::finish() const
{
    for (const auto& member : value_.get_object()) {
        if (!known_.contains(std::string_view(member.key())))
            fail(std::string_view(member.key()), "is not a known field");
    }
}

}  // namespace understudy::sandbox
