#include "roles.hpp"

#include "net/json_fields.hpp"

#include "support/server_process.hpp"

#include <boost/json/value.hpp>

#include <stdexcept>
#include <string_view>
#include <vector>

#include "admin.hpp"
#include "command.hpp"
#include "server.hpp"

namespace understudy::kubernetes {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const fs::path documents = fs::path(SOURCE_DIR) / "docs" / "kubernetes";

/// The commands of the section `Kubeconfigs`.
std::string recipe()
{
    const auto text = support::text_of(documents / "README.md");
    constexpr std::string_view fence = "```\n";
    const auto section = text.find("## Kubeconfigs\n");
    const auto begin = text.find(fence, section);
    const auto end = text.find(fence, begin + fence.size());
    if (section == std::string::npos || end == std::string::npos)
        throw std::runtime_error("docs/kubernetes/README.md has no commands for kubeconfigs");
    return text.substr(begin + fence.size(), end - begin - fence.size());
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// What the text after the commands says to change in them.
std::string recipe_for(const Role& role)
{
    auto commands = replaced(recipe(), "watch-plane", "watch-" + role.place);
    commands = replaced(commands, "tsb", role.name_space);
    return replaced(commands, "watch", role.purpose);
}

std::vector<std::string> texts_at(const json::value& rule, std::string_view pointer)
{
    std::vector<std::string> texts;
    for (const auto& text : net::array_at(rule, pointer))
        texts.emplace_back(text.as_string());
    return texts;
}

std::string permission(
    const std::string& verb,
    const std::string& resource,
    const std::string& group,
    const std::string& name)
{
    return verb + " " + resource + (group.empty() ? "" : "." + group) + " " + name;
}

void add_rule(std::set<std::string>& permissions, const json::value& rule)
{
    auto names = texts_at(rule, "/resourceNames");
    if (names.empty())
        names.emplace_back("any");
    for (const auto& group : texts_at(rule, "/apiGroups"))
        for (const auto& resource : texts_at(rule, "/resources"))
            for (const auto& verb : texts_at(rule, "/verbs"))
                for (const auto& name : names)
                    permissions.insert(permission(verb, resource, group, name));
}

std::set<std::string> permissions_in(const json::value& object, std::string_view rules)
{
    std::set<std::string> permissions;
    for (const auto& rule : net::array_at(object, rules))
        add_rule(permissions, rule);
    return permissions;
}

}  // namespace

fs::path install(const Role& role)
{
    const auto folder = server().folder() / (role.purpose + "-" + role.place);
    fs::copy(documents, folder);
    run_command(
        {"bash", "-euo", "pipefail", "-c", "cd " + folder.string() + "\n" + recipe_for(role)},
        {{"KUBECONFIG", server().admin().string()}, {"HOME", folder.string()}});
    return folder / ("east-" + role.purpose + ".kubeconfig");
}

std::set<std::string> permissions_of(const fs::path& kubeconfig, const std::string& name_space)
{
    Admin somebody(kubeconfig);
    const auto review = somebody.create(
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview",)"
        R"("spec":{"namespace":")" +
            name_space + R"("}})");
    return permissions_in(review, "/status/resourceRules");
}

std::set<std::string> permissions_in_role(const Role& role)
{
    Admin admin(server().admin());
    const auto object = admin.get(
        "/apis/rbac.authorization.k8s.io/v1/namespaces/" + role.name_space + "/roles/" +
        role.account());
    return permissions_in(object, "/rules");
}

}  // namespace understudy::kubernetes
