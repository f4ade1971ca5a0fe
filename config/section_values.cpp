#include "config/addresses.hpp"
#include "config/durations.hpp"
#include "config/names.hpp"
#include "config/section.hpp"
#include "config/sizes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace understudy::config {

namespace {

constexpr std::string_view duration_form =
    "a duration such as \"500ms\", \"5s\", \"10m\" or \"24h\"";
constexpr std::string_view size_form = "a size such as \"64KiB\" or \"16MiB\"";
constexpr std::string_view share_form = "a share such as 0.1 or \"10%\"";

bool has_control(std::string_view text, std::string_view allowed)
{
    return std::ranges::any_of(text, [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 || byte == 0x7f) && allowed.find(c) == std::string_view::npos;
    });
}

/// Thousandths of a share; a percentage may have one decimal.
std::optional<int> per_mille_of(const Value& value)
{
    double share = std::numeric_limits<double>::quiet_NaN();
    if (const auto* number = std::get_if<double>(&value.data))
        share = *number;
    else if (const auto* whole = std::get_if<std::int64_t>(&value.data))
        share = static_cast<double>(*whole);
    else if (const auto* text = std::get_if<std::string>(&value.data)) {
        const auto* end = text->data() + text->size();
        const auto [stopped, error] = std::from_chars(text->data(), end, share);
        if (error != std::errc{} || std::string_view(stopped, end) != "%")
            return std::nullopt;
        share /= 100;
    }
    if (!(share > 0 && share <= 1))  // not-a-number fails as well
        return std::nullopt;
    return std::max(1, static_cast<int>(std::lround(share * 1000)));
}

}  // namespace

const std::string* Section::line_of(
    std::string_view key, const Value* value, std::string_view expected)
{
    const auto* text = typed<std::string>(key, value, expected);
    if (text == nullptr)
        return nullptr;
    if (!text->empty() && !has_control(*text, ""))
        return text;
    loading_->report.add(
        value->at, fmt::format(
                       "{} {}: write {}", path_of(key),
                       text->empty() ? "is empty" : "holds a control character", expected));
    return nullptr;
}

void Section::read(std::string_view key, bool& into)
{
    if (const auto* flag = typed<bool>(key, find(key), "true or false"))
        into = *flag;
}

void Section::read(std::string_view key, std::string& into)
{
    if (const auto* text = line_of(key, find(key), "a string"))
        into = *text;
}

void Section::read_block(std::string_view key, std::string& into)
{
    const auto* text = typed<std::string>(key, find(key), "a string");
    if (text == nullptr)
        return;
    if (has_control(*text, "\n\r\t"))
        complain(key, "holds a control character");
    else
        into = *text;
}

void Section::read(std::string_view key, std::vector<std::string>& into)
{
    const auto* array = typed<Array>(key, find(key), "an array of strings");
    if (array == nullptr)
        return;
    into.clear();
    for (const auto& element : *array) {
        if (const auto* text = line_of(key, &element, "an array of strings"))
            into.push_back(*text);
    }
}

void Section::read(std::string_view key, int& into, Range<int> range)
{
    const auto* number = typed<std::int64_t>(key, find(key), "an integer");
    if (number == nullptr)
        return;
    if (*number < range.min || *number > range.max)
        complain(key, fmt::format("is {}, outside {} to {}", *number, range.min, range.max));
    else
        into = static_cast<int>(*number);
}

void Section::read(std::string_view key, core::Duration& into, Range<core::Duration> range)
{
    const auto* value = find(key);
    if (value == nullptr)
        return;
    if (const auto* number = std::get_if<std::int64_t>(&value->data)) {
        complain(
            key, fmt::format(
                     "is {} without a unit: write \"{}s\" or \"{}ms\"", *number, *number, *number));
        return;
    }
    const auto* text = typed<std::string>(key, value, duration_form);
    if (text == nullptr)
        return;
    const auto duration = parse_duration(*text);
    if (!duration)
        complain(key, fmt::format("is {}: write {}", shown(*text), duration_form));
    else if (*duration < range.min || *duration > range.max)
        complain(
            key, fmt::format(
                     "is {}, outside {} to {}", *text, format_duration(range.min),
                     format_duration(range.max)));
    else
        into = *duration;
}

void Section::read_size(std::string_view key, std::int64_t& into, Range<std::int64_t> range)
{
    const auto* value = find(key);
    if (value == nullptr)
        return;
    if (const auto* number = std::get_if<std::int64_t>(&value->data)) {
        complain(
            key,
            fmt::format(
                "is {} without a unit: write \"{}B\" or \"{}KiB\"", *number, *number, *number));
        return;
    }
    const auto* text = typed<std::string>(key, value, size_form);
    if (text == nullptr)
        return;
    const auto size = parse_size(*text);
    if (!size)
        complain(key, fmt::format("is {}: write {}", shown(*text), size_form));
    else if (*size < range.min || *size > range.max)
        complain(
            key,
            fmt::format(
                "is {}, outside {} to {}", *text, format_size(range.min), format_size(range.max)));
    else
        into = *size;
}

void Section::read_share(std::string_view key, int& per_mille)
{
    const auto* value = find(key);
    if (value == nullptr)
        return;
    if (const auto share = per_mille_of(*value))
        per_mille = *share;
    else
        complain(key, fmt::format("must be {}, above 0 and at most 1", share_form));
}

void Section::read_host(std::string_view key, std::string& into)
{
    const auto* text = line_of(key, find(key), "a host name or numeric address");
    if (text == nullptr)
        return;
    if (is_host(*text))
        into = *text;
    else
        complain(
            key, fmt::format(
                     "is {}: write a host name or numeric address alone, without scheme, port or "
                     "path",
                     shown(*text)));
}

void Section::read_port(std::string_view key, std::uint16_t& into)
{
    int port = into;
    read(key, port, Range<int>{1, 65535});
    into = static_cast<std::uint16_t>(port);
}

std::string Section::checked_file(std::string_view key, const Value& value, FileKind kind)
{
    const auto* text = line_of(key, &value, "the path of a file");
    if (text == nullptr)
        return {};
    const auto file = loading_->files.locate(*text, kind);
    if (const auto problem = Files::problem_with(file, kind); !problem.empty())
        loading_->report.add(value.at, fmt::format("{}: {}", path_of(key), problem));
    return file.string();
}

void Section::read_file(std::string_view key, std::filesystem::path& into, FileKind kind)
{
    if (const auto* value = find(key))
        into = checked_file(key, *value, kind);
}

void Section::read_files(
    std::string_view key, std::vector<std::filesystem::path>& into, FileKind kind)
{
    const auto* array = typed<Array>(key, find(key), "an array of paths");
    if (array == nullptr)
        return;
    into.clear();
    for (const auto& element : *array)
        into.emplace_back(checked_file(key, element, kind));
}

std::optional<std::size_t> Section::read_index(
    std::string_view key, std::span<const std::string_view> names)
{
    const auto* text = line_of(key, find(key), "a string");
    if (text == nullptr)
        return std::nullopt;
    const auto found = std::ranges::find(names, std::string_view(*text));
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    const auto meant = nearest(*text, names);
    complain(
        key, fmt::format(
                 "is {}{}: write one of \"{}\"", shown(*text),
                 meant.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", meant),
                 fmt::join(names, "\", \"")));
    return std::nullopt;
}

}  // namespace understudy::config
