#include "sandbox/json.hpp"

#include <algorithm>
#include <stdexcept>

namespace understudy::sandbox {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string unescaped(std::string_view token)
{
    std::string text;
    for (std::size_t at = 0; at < token.size(); ++at) {
        const bool escape = token[at] == '~' && at + 1 < token.size();
        if (escape)
            ++at;
        text += !escape ? token[at] : token[at] == '1' ? '/' : '~';
    }
    return text;
}

}  // namespace

std::vector<std::string> pointer_tokens(std::string_view pointer)
{
    if (!pointer.empty() && pointer.front() != '/')
        throw std::invalid_argument("a JSON pointer begins with '/': " + std::string(pointer));
    std::vector<std::string> tokens;
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        tokens.push_back(unescaped(pointer.substr(0, end)));
        pointer.remove_prefix(end);
    }
    return tokens;
}

const json::value* find_at(const json::value& document, std::string_view pointer)
{
    boost::system::error_code error;
    return document.find_pointer(pointer, error);
}

std::string text_at(
    const json::value& document, std::string_view pointer, std::string_view otherwise)
{
    const auto* found = find_at(document, pointer);
    if (found == nullptr || !found->is_string())
        return std::string(otherwise);
    return std::string(found->get_string());
}

std::int64_t integer_at(
    const json::value& document, std::string_view pointer, std::int64_t otherwise)
{
    const auto* found = find_at(document, pointer);
    boost::system::error_code error;
    const auto number = found == nullptr ? otherwise : found->to_number<std::int64_t>(error);
    return error ? otherwise : number;
}

bool boolean_at(const json::value& document, std::string_view pointer, bool otherwise)
{
    const auto* found = find_at(document, pointer);
    return found != nullptr && found->is_bool() ? found->get_bool() : otherwise;
}

void set_at(json::value& document, std::string_view pointer, json::value value)
{
    auto* here = &document;
    for (const auto& token : pointer_tokens(pointer)) {
        if (!here->is_object())
            *here = json::object();
        here = &here->get_object()[token];
    }
    *here = std::move(value);
}

void remove_at(json::value& document, std::string_view pointer)
{
    const auto slash = pointer.rfind('/');
    boost::system::error_code error;
    auto* parent = document.find_pointer(pointer.substr(0, slash), error);
    if (parent != nullptr && parent->is_object())
        parent->get_object().erase(pointer_tokens(pointer.substr(slash)).front());
}

std::string base64(std::string_view bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
}

std::string from_base64(std::string_view text)
{
    std::string bytes;
    std::uint32_t bits = 0;
    std::uint32_t held = 0;
    while (text.ends_with('='))
        text.remove_suffix(1);
    for (const char letter : text) {
        const auto value = alphabet.find(letter == '-' ? '+' : letter == '_' ? '/' : letter);
        if (value == std::string_view::npos)
            return {};
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xffU);
    }
    return bytes;
}

}  // namespace understudy::sandbox
