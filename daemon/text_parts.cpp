#include "daemon/text_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 10> good_words{"up",      "healthy",   "open",   "active",
                                                      "done",    "satisfied", "undone", "reached",
                                                      "applied", "armed"};
constexpr std::array<std::string_view, 8> bad_words{
    "down", "failed", "closed", "parked", "refused", "foreign", "stopped", "NEEDS A HUMAN"};
constexpr std::array<std::string_view, 12> doubtful_words{
    "degraded",    "suspect", "unknown", "unreadable", "held",     "HELD",
    "passed_over", "waived",  "waiting", "needed",     "disarmed", "awaiting_approval"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

const char* colour_of(std::string_view word)
{
    if (is_one_of(good_words, word))
        return "32";
    if (is_one_of(bad_words, word))
        return "31;1";
    return is_one_of(doubtful_words, word) ? "33" : "0";
}

std::string in_words(double seconds)
{
    if (seconds < 120)
        return fmt::format("{:.1f} s", seconds);
    if (seconds < 7200)
        return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string_view text(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string())
        return {};
    return {value->get_string().data(), value->get_string().size()};
}

const json::array& array(const json::object& object, std::string_view key)
{
    static const json::array nothing;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_array() ? value->get_array() : nothing;
}

const json::object& object_in(const json::object& object, std::string_view key)
{
    static const json::object nothing;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->get_object() : nothing;
}

bool flag(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

double number(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

bool has(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && !value->is_null();
}

std::string age(const json::object& object, std::string_view key)
{
    return has(object, key) ? in_words(number(object, key) / 1000) : "-";
}

std::string span(const json::object& object, std::string_view key)
{
    return has(object, key) ? in_words(number(object, key)) : "-";
}

std::string_view clock_part(std::string_view time)
{
    return time.size() >= 19 ? time.substr(11, 8) : std::string_view("-");
}

std::string date_part(std::string_view time)
{
    if (time.size() < 19)
        return "-";
    return fmt::format("{} {}Z", time.substr(0, 10), time.substr(11, 8));
}

std::string paint(std::string_view word, TextStyle style, std::size_t width)
{
    const auto padded = fmt::format("{:<{}}", word, width);
    if (!style.colour)
        return padded;
    return fmt::format("\033[{}m{}\033[0m", colour_of(word), padded);
}

std::string shorten(std::string_view words, std::size_t width)
{
    if (words.size() <= width)
        return std::string(words);
    return std::string(words.substr(0, width - 3)) + "...";
}

}  // namespace understudy
