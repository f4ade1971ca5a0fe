#include "actions/words.hpp"

namespace understudy::actions {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::vector<std::string> words_in(std::string_view list)
{
    std::vector<std::string> words;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto word = trimmed(list.substr(0, comma));
        if (!word.empty())
            words.emplace_back(word);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return words;
}

}  // namespace understudy::actions
