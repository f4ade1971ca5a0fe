#include "sandbox/kube/patch.hpp"

#include "sandbox/kube/api_error.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace understudy::sandbox {

namespace {

[[noreturn]] void bad_patch(std::string_view problem)
{
    throw ApiError(400, "BadRequest", fmt::format("error decoding patch: {}", problem));
}

[[noreturn]] void invalid(std::string_view problem)
{
    throw ApiError(
        422, "Invalid",
        fmt::format("the server rejected our request due to an error in our request: {}", problem));
}

std::size_t index_of(const std::string& token, std::size_t limit)
{
    std::size_t index = 0;
    const auto* end = token.data() + token.size();
    const auto [stop, error] = std::from_chars(token.data(), end, index);
    const bool leading_zero = token.size() > 1 && token.front() == '0';
    if (error != std::errc() || stop != end || leading_zero || index >= limit)
        invalid(fmt::format("no list element {}", token));
    return index;
}

/// One JSON Patch operation's pointer, walked to the container of the last token.
struct Place {
    json::value* parent = nullptr;  ///< Null: the pointer is the whole document.
    std::string token;
};

json::value& member(json::value& container, const std::string& token)
{
    if (container.is_object()) {
        auto* found = container.get_object().if_contains(token);
        if (found == nullptr)
            invalid(fmt::format("no member {}", token));
        return *found;
    }
    if (!container.is_array())
        invalid(fmt::format("{} is asked of neither an object nor a list", token));
    auto& list = container.get_array();
    return list[index_of(token, list.size())];
}

Place place_at(json::value& document, const std::string& pointer)
{
    std::vector<std::string> tokens;
    try {
        tokens = pointer_tokens(pointer);
    } catch (const std::invalid_argument& error) {
        bad_patch(error.what());
    }
    if (tokens.empty())
        return {};
    auto* here = &document;
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at)
        here = &member(*here, tokens[at]);
    return {here, tokens.back()};
}

json::value& existing(json::value& document, const std::string& pointer)
{
    const auto place = place_at(document, pointer);
    return place.parent == nullptr ? document : member(*place.parent, place.token);
}

void add(json::value& document, const std::string& pointer, json::value value)
{
    const auto place = place_at(document, pointer);
    if (place.parent == nullptr) {
        document = std::move(value);
    } else if (place.parent->is_object()) {
        place.parent->get_object()[place.token] = std::move(value);
    } else if (place.parent->is_array()) {
        auto& list = place.parent->get_array();
        const auto index =
            place.token == "-" ? list.size() : index_of(place.token, list.size() + 1);
        list.insert(list.begin() + static_cast<std::ptrdiff_t>(index), std::move(value));
    } else {
        invalid(fmt::format("{} has no container to be added to", pointer));
    }
}

json::value take(json::value& document, const std::string& pointer)
{
    const auto place = place_at(document, pointer);
    if (place.parent == nullptr)
        invalid("the whole document cannot be removed");
    auto taken = std::move(member(*place.parent, place.token));
    if (place.parent->is_object()) {
        place.parent->get_object().erase(place.token);
    } else {
        auto& list = place.parent->get_array();
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(index_of(place.token, list.size())));
    }
    return taken;
}

json::value value_of(const json::value& operation)
{
    const auto* value = find_at(operation, "/value");
    if (value == nullptr)
        bad_patch("an operation has no value");
    return *value;
}

void apply(json::value& document, const json::value& operation)
{
    const auto op = text_at(operation, "/op");
    const auto path = text_at(operation, "/path");
    const auto from = text_at(operation, "/from");
    if (op == "add")
        add(document, path, value_of(operation));
    else if (op == "remove")
        take(document, path);
    else if (op == "replace")
        existing(document, path) = value_of(operation);
    else if (op == "move")
        add(document, path, take(document, from));
    else if (op == "copy")
        add(document, path, json::value(existing(document, from)));
    else if (op != "test")
        bad_patch(fmt::format("unknown operation \"{}\"", op));
    else if (existing(document, path) != value_of(operation))
        invalid(fmt::format("testing value {} failed", path));
}

/// The member that identifies the elements of a list; empty: the list is replaced as a whole.
/// From the `patchMergeKey` tags of the Kubernetes API types.
std::string_view merge_key(std::string_view list)
{
    if (list == "containers" || list == "initContainers" || list == "volumes" || list == "env" ||
        list == "imagePullSecrets")
        return "name";
    if (list == "conditions")
        return "type";
    if (list == "volumeMounts")
        return "mountPath";
    if (list == "ports")
        return "containerPort";
    if (list == "ownerReferences")
        return "uid";
    return {};
}

const json::value* find_element(
    const json::array& list, std::string_view key, const json::value& id)
{
    const auto found = std::ranges::find_if(list, [&](const json::value& element) {
        const auto* own = element.is_object() ? element.get_object().if_contains(key) : nullptr;
        return own != nullptr && *own == id;
    });
    return found == list.end() ? nullptr : &*found;
}

json::value merge_strategically(json::value document, const json::value& patch);

void merge_element(json::array& list, std::string_view key, const json::value& patch)
{
    const auto* id = patch.is_object() ? patch.get_object().if_contains(key) : nullptr;
    if (id == nullptr)
        invalid(fmt::format("map does not contain declared merge key: {}", key));
    const auto* found = find_element(list, key, *id);
    const auto at = found == nullptr ? list.end() : list.begin() + (found - list.data());
    if (text_at(patch, "/$patch") == "delete") {
        if (found != nullptr)
            list.erase(at);
    } else if (found == nullptr) {
        list.push_back(merge_strategically(nullptr, patch));
    } else {
        *at = merge_strategically(*found, patch);
    }
}

json::value merge_list(json::value list, std::string_view key, const json::array& patch)
{
    const bool replace = std::ranges::any_of(
        patch, [](const json::value& item) { return text_at(item, "/$patch") == "replace"; });
    if (!list.is_array() || replace)
        list = json::array();
    for (const auto& item : patch) {
        if (text_at(item, "/$patch") != "replace")
            merge_element(list.get_array(), key, item);
    }
    return list;
}

json::value merge_strategically(json::value document, const json::value& patch)
{
    if (!patch.is_object())
        return patch;
    const auto directive = text_at(patch, "/$patch");
    if (!document.is_object() || directive == "replace")
        document = json::object();
    auto& object = document.get_object();
    for (const auto& [name, value] : patch.get_object()) {
        // Directives about the order and the elements of plain lists are not needed here.
        if (name.starts_with("$"))
            continue;
        const auto key = merge_key(name);
        if (value.is_null() || text_at(value, "/$patch") == "delete")
            object.erase(name);
        else if (value.is_array() && !key.empty())
            object[name] = merge_list(object[name], key, value.get_array());
        else
            object[name] = merge_strategically(object[name], value);
    }
    return document;
}

}  // namespace

json::value json_patch(json::value document, const json::value& patch)
{
    if (!patch.is_array())
        bad_patch("a JSON Patch is a list of operations");
    for (const auto& operation : patch.get_array())
        apply(document, operation);
    return document;
}

json::value merge_patch(json::value document, const json::value& patch)
{
    if (!patch.is_object())
        return patch;
    if (!document.is_object())
        document = json::object();
    auto& object = document.get_object();
    for (const auto& [name, value] : patch.get_object()) {
        if (value.is_null())
            object.erase(name);
        else
            object[name] = merge_patch(object[name], value);
    }
    return document;
}

json::value strategic_patch(json::value document, const json::value& patch)
{
    if (!patch.is_object())
        bad_patch("a strategic merge patch is an object");
    return merge_strategically(std::move(document), patch);
}

}  // namespace understudy::sandbox
