#include "net/kubeconfig.hpp"

#include "net/base64.hpp"

#include <yaml-cpp/yaml.h>

#include <array>
#include <stdexcept>

namespace understudy::net {

namespace {

namespace fs = std::filesystem;

/// Reads nodes of one file and says where in it something is wrong.
class Document {
public:
    Document(std::string_view text, fs::path file) : file_(std::move(file))
    {
        try {
            root_ = YAML::Load(std::string(text));
        } catch (const YAML::Exception& error) {
            fail(error.mark, "not YAML: " + error.msg);
        }
        if (!root_.IsMap())
            fail(root_, "expected a kubeconfig: a map with clusters, users and contexts");
    }

    const YAML::Node& root() const noexcept { return root_; }

    [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) const
    {
        const auto line = std::to_string(mark.line + 1);
        const auto column = std::to_string(mark.column + 1);
        throw std::runtime_error(file_.string() + ":" + line + ":" + column + ": " + message);
    }
    [[noreturn]] void fail(const YAML::Node& node, const std::string& message) const
    {
        fail(node.Mark(), message);
    }

    /// Empty when the key is not there or null.
    std::string text(const YAML::Node& map, const char* key) const
    {
        if (!map.IsMap())
            fail(map, std::string("expected a map with ") + key);
        const auto node = map[key];
        if (!node || node.IsNull())
            return {};
        if (!node.IsScalar())
            fail(node, std::string(key) + " must be a text");
        return node.Scalar();
    }

    std::string required(const YAML::Node& map, const char* key) const
    {
        auto value = text(map, key);
        if (value.empty())
            fail(map, std::string(key) + " is missing");
        return value;
    }

    bool flag(const YAML::Node& map, const char* key) const
    {
        const auto value = text(map, key);
        if (value.empty() || value == "false")
            return false;
        if (value != "true")
            fail(map[key], std::string(key) + " must be true or false");
        return true;
    }

    fs::path path(const YAML::Node& map, const char* key) const
    {
        const auto value = text(map, key);
        return value.empty() ? fs::path() : fs::absolute(file_).parent_path() / value;
    }

    /// The decoded `KEY-data`.
    std::string data(const YAML::Node& map, const char* key) const
    {
        const auto encoded = text(map, key);
        auto decoded = decode_base64(encoded);
        if (!decoded)
            fail(map[key], std::string(key) + " is not base64");
        return std::move(*decoded);
    }

    YAML::Node list(const YAML::Node& map, const char* key) const
    {
        const auto node = map[key];
        if (!node || node.IsNull())
            return YAML::Node(YAML::NodeType::Sequence);
        if (!node.IsSequence())
            fail(node, std::string(key) + " must be a list");
        return node;
    }

    /// The `body` of the entry called `name` in the list `kind`s.
    YAML::Node entry(const char* list_name, const char* body, const std::string& name) const
    {
        for (const auto& item : list(root_, list_name)) {
            if (!item.IsMap())
                fail(item, std::string("an entry of ") + list_name + " must be a map");
            if (text(item, "name") == name)
                return body_of(item, body, name);
        }
        fail(root_, std::string("no entry called '") + name + "' in " + list_name);
    }

    void refuse(const YAML::Node& map, const char* key, const char* remedy) const
    {
        const auto node = map[key];
        if (node && !node.IsNull())
            fail(node, std::string(key) + " is not supported: " + remedy);
    }

private:
    YAML::Node body_of(const YAML::Node& item, const char* body, const std::string& name) const
    {
        const auto node = item[body];
        if (!node || !node.IsMap())
            fail(item, std::string("the entry '") + name + "' has no " + body);
        return node;
    }

    fs::path file_;
    YAML::Node root_;
};

bool is_loopback_http(const std::string& server)
{
    constexpr std::array<std::string_view, 3> prefixes{
        "http://127.", "http://localhost:", "http://[::1]"};
    for (const auto prefix : prefixes) {
        if (server.starts_with(prefix))
            return true;
    }
    return false;
}

void read_cluster(const Document& document, const YAML::Node& cluster, Kubeconfig& result)
{
    result.server = document.required(cluster, "server");
    while (result.server.ends_with('/'))
        result.server.pop_back();
    // Plain HTTP only to `kubectl proxy` on this machine: anywhere else the token would travel in
    // clear.
    if (!result.server.starts_with("https://") && !is_loopback_http(result.server))
        document.fail(cluster["server"], "server must be an https:// URL");
    if (document.flag(cluster, "insecure-skip-tls-verify"))
        document.fail(
            cluster["insecure-skip-tls-verify"],
            "insecure-skip-tls-verify is refused: whoever answered could report a healthy plane "
            "as failed; give certificate-authority instead");
    document.refuse(cluster, "proxy-url", "give an address that is reached directly");
    result.tls.ca_pem = document.data(cluster, "certificate-authority-data");
    if (result.tls.ca_pem.empty())
        result.tls.ca_file = document.path(cluster, "certificate-authority");
    result.tls.server_name = document.text(cluster, "tls-server-name");
}

/// A command with a slash is relative to the file, as kubectl has it; one without is sought in
/// PATH.
std::string command_of(const Document& document, const YAML::Node& exec)
{
    const auto command = document.required(exec, "command");
    return command.find('/') == std::string::npos ? command
                                                  : document.path(exec, "command").string();
}

ExecPlugin read_exec(const Document& document, const YAML::Node& exec)
{
    ExecPlugin plugin;
    plugin.api_version = document.required(exec, "apiVersion");
    if (plugin.api_version != "client.authentication.k8s.io/v1" &&
        plugin.api_version != "client.authentication.k8s.io/v1beta1")
        document.fail(
            exec["apiVersion"], "apiVersion of an exec plugin must be "
                                "client.authentication.k8s.io/v1 or v1beta1");
    if (document.text(exec, "interactiveMode") == "Always")
        document.fail(
            exec["interactiveMode"], "a plugin that needs a terminal cannot serve a daemon");
    plugin.argv.push_back(command_of(document, exec));
    for (const auto& argument : document.list(exec, "args")) {
        if (!argument.IsScalar())
            document.fail(argument, "an argument must be a text");
        plugin.argv.push_back(argument.Scalar());
    }
    for (const auto& variable : document.list(exec, "env"))
        plugin.environment.emplace_back(
            document.required(variable, "name"), document.text(variable, "value"));
    plugin.install_hint = document.text(exec, "installHint");
    plugin.provide_cluster_info = document.flag(exec, "provideClusterInfo");
    return plugin;
}

void refuse_unsupported(const Document& document, const YAML::Node& user)
{
    document.refuse(user, "auth-provider", "use an exec plugin");
    document.refuse(user, "username", "use a token or a client certificate");
    document.refuse(user, "password", "use a token or a client certificate");
    for (const auto* key : {"as", "as-uid", "as-groups", "as-user-extra"})
        document.refuse(user, key, "give the identity that shall ask");
}

void read_client_certificate(const Document& document, const YAML::Node& user, TlsOptions& tls)
{
    tls.certificate_pem = document.data(user, "client-certificate-data");
    if (tls.certificate_pem.empty())
        tls.certificate_file = document.path(user, "client-certificate");
    tls.key_pem = document.data(user, "client-key-data");
    if (tls.key_pem.empty())
        tls.key_file = document.path(user, "client-key");

    const bool has_certificate = !tls.certificate_pem.empty() || !tls.certificate_file.empty();
    const bool has_key = !tls.key_pem.empty() || !tls.key_file.empty();
    if (has_certificate != has_key)
        document.fail(user, "client-certificate and client-key belong together, one is missing");
}

void read_user(const Document& document, const YAML::Node& user, Kubeconfig& result)
{
    refuse_unsupported(document, user);
    read_client_certificate(document, user, result.tls);
    result.token_file = document.path(user, "tokenFile");
    result.token = Secret(document.text(user, "token"));
    const auto exec = user["exec"];
    if (!exec || exec.IsNull())
        return;
    if (!exec.IsMap())
        document.fail(exec, "exec must be a map");
    result.exec = read_exec(document, exec);
}

}  // namespace

Kubeconfig parse_kubeconfig(
    std::string_view text, const std::filesystem::path& file, std::string_view context)
{
    const Document document(text, file);
    Kubeconfig result;
    result.context = context.empty() ? document.required(document.root(), "current-context")
                                     : std::string(context);
    const auto entry = document.entry("contexts", "context", result.context);
    const auto cluster = document.required(entry, "cluster");
    read_cluster(document, document.entry("clusters", "cluster", cluster), result);
    const auto user = document.text(entry, "user");
    if (!user.empty())
        read_user(document, document.entry("users", "user", user), result);
    return result;
}

Kubeconfig read_kubeconfig(const std::filesystem::path& file, std::string_view context)
{
    const auto text = read_secret(file);
    return parse_kubeconfig(text.reveal(), file, context);
}

}  // namespace understudy::net
