#include "core/scalar_text.hpp"

#include <charconv>
#include <optional>

namespace understudy::core {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

void append_escaped(std::string& out, char c)
{
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\')
        out += "\\\\";
    else if (c == '\n')
        out += "\\n";
    else if (is_control(byte))
        out.append("\\x").append({hex_digits[byte >> 4U], hex_digits[byte & 15U]});
    else
        out += c;
}

/// Takes what follows a backslash from the front of `rest`; empty when that is nothing we write.
std::optional<char> take_escaped(std::string_view& rest)
{
    if (rest.empty())
        return std::nullopt;
    const auto letter = rest.front();
    rest.remove_prefix(1);
    if (letter == '\\')
        return '\\';
    if (letter == 'n')
        return '\n';
    if (letter != 'x' || rest.size() < 2)
        return std::nullopt;
    const auto high = hex_digits.find(rest[0]);
    const auto low = hex_digits.find(rest[1]);
    rest.remove_prefix(2);
    if (high == std::string_view::npos || low == std::string_view::npos)
        return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

/// The whole of `text` before `unit` is a number that fits.
template <class Number>
bool parse(std::string_view text, Number& value, std::string_view unit = {})
{
    if (!text.ends_with(unit))
        return false;
    text.remove_suffix(unit.size());
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stopped == end;
}

template <class Time>
bool parse_time(std::string_view text, Time& value, std::string_view unit)
{
    std::int64_t count = 0;
    if (!parse(text, count, unit))
        return false;
    value = Time(typename Time::duration(count));
    return true;
}

template <class T>
bool take_if(const std::optional<T>& found, T& value)
{
    if (found)
        value = *found;
    return found.has_value();
}

}  // namespace

std::string to_text(const std::string& value)
{
    std::string out;
    out.reserve(value.size());
    for (const char c : value)
        append_escaped(out, c);
    return out;
}

std::string to_text(std::uint32_t value) { return std::to_string(value); }
std::string to_text(std::uint64_t value) { return std::to_string(value); }
std::string to_text(Duration value) { return std::to_string(value.count()) + "ns"; }
std::string to_text(Instant value) { return to_text(value.time_since_epoch()); }
std::string to_text(WallTime value)
{
    return std::to_string(value.time_since_epoch().count()) + "ms";
}
std::string to_text(const OperationId& value) { return text_of(value); }

bool from_text(std::string_view text, std::string& value)
{
    value.clear();
    while (!text.empty()) {
        const auto plain = text.substr(0, text.find('\\'));
        value += plain;
        text.remove_prefix(plain.size());
        if (text.empty())
            break;
        text.remove_prefix(1);
        const auto c = take_escaped(text);
        if (!c)
            return false;
        value += *c;
    }
    return true;
}

bool from_text(std::string_view text, bool& value)
{
    value = text == "true";
    return value || text == "false";
}

bool from_text(std::string_view text, std::uint32_t& value) { return parse(text, value); }
bool from_text(std::string_view text, std::uint64_t& value) { return parse(text, value); }

bool from_text(std::string_view text, Duration& value)
{
    Duration::rep count = 0;
    if (!parse(text, count, "ns"))
        return false;
    value = Duration(count);
    return true;
}

bool from_text(std::string_view text, Instant& value) { return parse_time(text, value, "ns"); }
bool from_text(std::string_view text, WallTime& value) { return parse_time(text, value, "ms"); }

bool from_text(std::string_view text, OperationId& value)
{
    return take_if(operation_id_in(text), value);
}
bool from_text(std::string_view text, OperationKind& value)
{
    return take_if(operation_kind_named(text), value);
}
bool from_text(std::string_view text, EffectResult& value)
{
    return take_if(effect_result_named(text), value);
}
bool from_text(std::string_view text, RunKind& value)
{
    return take_if(run_kind_named(text), value);
}
bool from_text(std::string_view text, RunState& value)
{
    return take_if(run_state_named(text), value);
}
bool from_text(std::string_view text, Variant& value)
{
    return take_if(variant_named(text), value);
}
bool from_text(std::string_view text, OnFailure& value)
{
    return take_if(on_failure_named(text), value);
}
bool from_text(std::string_view text, WhenUnfenceable& value)
{
    return take_if(when_unfenceable_named(text), value);
}

}  // namespace understudy::core
