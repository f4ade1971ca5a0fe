#include "actions/redaction.hpp"

#include <algorithm>
#include <array>

namespace understudy::actions {

namespace {

constexpr std::string_view secret = "(secret)";

std::string lower(std::string_view word)
{
    std::string text(word);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

bool tells_of_a_secret(std::string_view word)
{
    constexpr std::array<std::string_view, 8> telling{
        "passw", "token", "secret", "key", "credential", "authorization", "bearer", "basic"};
    const auto text = lower(word);
    return std::ranges::any_of(
        telling, [&text](std::string_view part) { return text.find(part) != text.npos; });
}

/// The base64 of `{"`, as every header of a JSON web token begins.
bool is_web_token(std::string_view word) { return word.starts_with("eyJ") && word.size() > 16; }

/// What becomes of one word; `after_telling` says that the one before announced a secret.
std::string shown(std::string_view word, bool after_telling)
{
    const auto at = word.find_first_of("=:");
    const bool has_value = at != std::string_view::npos && at + 1 < word.size();
    if (has_value && (tells_of_a_secret(word.substr(0, at)) || is_web_token(word.substr(at + 1))))
        return std::string(word.substr(0, at + 1)) + std::string(secret);
    const bool announces_more = tells_of_a_secret(word);
    if ((after_telling && !announces_more) || is_web_token(word))
        return std::string(secret);
    return std::string(word);
}

}  // namespace

std::string redacted(std::string_view line)
{
    std::string text;
    bool after_telling = false;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        const auto word = line.substr(0, end);
        text += word.empty() ? std::string() : shown(word, after_telling);
        if (!word.empty())
            after_telling = tells_of_a_secret(word) && word.find('=') == std::string_view::npos;
        if (end < line.size())
            text += ' ';
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return text;
}

}  // namespace understudy::actions
