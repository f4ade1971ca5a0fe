#include "core/loss.hpp"

#include "core/utc_text.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace understudy::core {

namespace {

constexpr std::array<std::string_view, 2> gates_of_data{"standby_streaming", "standby_fresh"};
constexpr std::string_view gate_of_keys = "standby_keys_equal";

bool is_of_data(std::string_view gate) noexcept
{
    return std::ranges::find(gates_of_data, gate) != gates_of_data.end();
}

std::string data_in_words(const Loss& loss)
{
    if (!loss.bytes && !loss.data_until)
        return "what was committed lately, and neither the bytes nor the time are known";
    const auto since = loss.data_until
                           ? "what was committed since " + utc_text(*loss.data_until)
                           : std::string("what was committed last, since when is not known");
    return since + ", " +
           (loss.bytes ? "up to " + std::to_string(*loss.bytes) + " bytes by what was last seen"
                       : "how many bytes is not known");
}

}  // namespace

bool may_be_accepted(std::string_view gate) noexcept
{
    return is_of_data(gate) || gate == gate_of_keys;
}

bool loses_data(const Loss& loss) { return std::ranges::any_of(loss.gates, is_of_data); }

std::uint64_t rounded_up(std::uint64_t bytes) noexcept
{
    constexpr auto largest = std::uint64_t{1} << 63U;
    return bytes == 0 || bytes > largest ? bytes : std::bit_ceil(bytes);
}

bool covers(const Loss& accepted, const Loss& present)
{
    const bool has_every_gate = std::ranges::all_of(present.gates, [&](const std::string& gate) {
        return std::ranges::find(accepted.gates, gate) != accepted.gates.end();
    });
    if (!has_every_gate || (!present.keys.empty() && present.keys != accepted.keys))
        return false;
    if (!loses_data(present))
        return true;
    const bool same_is_known = present.bytes.has_value() == accepted.bytes.has_value() &&
                               present.data_until.has_value() == accepted.data_until.has_value();
    return same_is_known && (!present.bytes || *present.bytes <= *accepted.bytes) &&
           (!present.data_until || *present.data_until >= *accepted.data_until);
}

std::string in_words(const Loss& loss)
{
    std::string text;
    for (const auto& gate : loss.gates)
        text += (text.empty() ? "" : ", ") + gate;
    if (loses_data(loss))
        text += ": " + data_in_words(loss);
    if (!loss.keys.empty())
        text += (loses_data(loss) ? "; and " : ": ") + std::string("the keys of tokens (") +
                loss.keys + "), so control planes may need new ones";
    return text;
}

}  // namespace understudy::core
