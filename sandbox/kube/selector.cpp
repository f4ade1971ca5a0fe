#include "sandbox/kube/selector.hpp"

#include "sandbox/kube/api_error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::sandbox {

namespace {

constexpr auto npos = std::string_view::npos;

std::string_view trim(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// Splits at commas that stand outside parentheses.
std::vector<std::string_view> terms_of(std::string_view text)
{
    std::vector<std::string_view> terms;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const char letter = at < text.size() ? text[at] : ',';
        depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
        if (letter != ',' || (depth > 0 && at < text.size()))
            continue;
        if (const auto term = trim(text.substr(begin, at - begin)); !term.empty())
            terms.push_back(term);
        begin = at + 1;
    }
    return terms;
}

[[noreturn]] void refuse(std::string_view term)
{
    throw ApiError(400, "BadRequest", fmt::format("unable to parse requirement: \"{}\"", term));
}

/// A label name may hold `/`, which a pointer escapes.
std::string label_pointer(std::string_view name)
{
    std::string pointer = "/metadata/labels/";
    for (const char letter : trim(name)) {
        if (letter == '~' || letter == '/')
            pointer += letter == '~' ? "~0" : "~1";
        else
            pointer += letter;
    }
    return pointer;
}

std::string field_pointer(std::string_view path)
{
    std::string pointer = "/" + std::string(trim(path));
    std::ranges::replace(pointer, '.', '/');
    return pointer;
}

std::vector<std::string> listed(std::string_view term, std::string_view list)
{
    list = trim(list);
    if (list.size() < 2 || list.front() != '(' || list.back() != ')')
        refuse(term);
    std::vector<std::string> values;
    for (const auto value : terms_of(list.substr(1, list.size() - 2)))
        values.emplace_back(value);
    return values;
}

/// `a=b`, `a==b`, `a!=b` cut in two.
struct Equation {
    std::string_view left;
    std::string_view right;
    bool equal = true;
};

bool cut_equation(std::string_view term, Equation& equation)
{
    const auto at = term.find('=');
    if (at == npos || at == 0)
        return false;
    equation.equal = term[at - 1] != '!';
    equation.left = term.substr(0, equation.equal ? at : at - 1);
    auto right = term.substr(at + 1);
    if (right.starts_with('='))
        right.remove_prefix(1);
    equation.right = trim(right);
    return true;
}

}  // namespace

Selector::Requirement Selector::label_requirement(std::string_view term)
{
    constexpr std::string_view in = " in ";
    constexpr std::string_view not_in = " notin ";
    Equation equation;
    if (const auto at = term.find(not_in); at != npos)
        return {
            label_pointer(term.substr(0, at)), Test::not_in,
            listed(term, term.substr(at + not_in.size()))};
    if (const auto at = term.find(in); at != npos)
        return {
            label_pointer(term.substr(0, at)), Test::in, listed(term, term.substr(at + in.size()))};
    if (cut_equation(term, equation))
        return {
            label_pointer(equation.left),
            equation.equal ? Test::in : Test::not_in,
            {std::string(equation.right)}};
    if (term.find_first_of(" ()=") != npos)
        refuse(term);
    if (term.starts_with('!'))
        return {label_pointer(term.substr(1)), Test::absent, {}};
    return {label_pointer(term), Test::exists, {}};
}

Selector::Requirement Selector::field_requirement(std::string_view term)
{
    Equation equation;
    if (!cut_equation(term, equation))
        refuse(term);
    return {
        field_pointer(equation.left),
        equation.equal ? Test::in : Test::not_in,
        {std::string(equation.right)}};
}

Selector::Selector(std::string_view labels, std::string_view fields)
{
    for (const auto term : terms_of(labels))
        requirements_.push_back(label_requirement(term));
    for (const auto term : terms_of(fields))
        requirements_.push_back(field_requirement(term));
}

bool Selector::holds(const Requirement& requirement, const json::value& object)
{
    const bool there = find_at(object, requirement.pointer) != nullptr;
    const auto value = text_at(object, requirement.pointer);
    const auto& values = requirement.values;
    const bool listed = std::ranges::find(values, value) != values.end();
    switch (requirement.test) {
    case Test::in: return there && listed;
    case Test::not_in: return !there || !listed;
    case Test::exists: return there;
    case Test::absent: return !there;
    }
    return false;
}

bool Selector::matches(const json::value& object) const
{
    return std::ranges::all_of(
        requirements_, [&](const Requirement& requirement) { return holds(requirement, object); });
}

}  // namespace understudy::sandbox
