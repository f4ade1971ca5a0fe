#include "config/probe_options.hpp"

#include "config/addresses.hpp"
#include "config/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::config {

namespace {

using probes::HttpCredentials;
using probes::PostgresProbe;

constexpr std::int64_t body_bytes_max = std::int64_t{64} << 20;

/// Names that go onto the wire as they are.
bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               others.find(c) != std::string_view::npos;
    });
}

void read_request_path(Section& section, std::string_view key, std::string& path)
{
    section.read(key, path);
    if (section.has(key) && (!path.starts_with('/') || path.find(' ') != std::string::npos))
        section.complain(key, "must start with / and hold no blank");
}

void read_headers(Section& section, net::HttpHeaders& headers)
{
    const auto* value = section.find("headers");
    if (value == nullptr)
        return;
    const auto* table = value->table();
    if (table == nullptr) {
        section.complain("headers", "must be a table such as { \"x-probe\" = \"understudy\" }");
        return;
    }
    for (const auto& entry : table->entries) {
        const auto* text = std::get_if<std::string>(&entry.value.data);
        const bool is_line = text != nullptr && std::ranges::none_of(*text, [](char c) {
                                 return static_cast<unsigned char>(c) < 0x20;
                             });
        if (is_line && is_token(entry.key))
            headers.emplace_back(entry.key, *text);
        else
            section.loading().report.add(
                entry.value.at,
                fmt::format("header {} must be one line of text", shown(entry.key)));
    }
}

void read_expected_status(Section& section, std::vector<unsigned>& expected)
{
    const auto* value = section.find("expected_status");
    if (value == nullptr)
        return;
    expected.clear();
    const auto* array = value->array();
    for (const auto& element : array != nullptr ? *array : Array{}) {
        const auto* code = std::get_if<std::int64_t>(&element.data);
        if (code != nullptr && *code >= 100 && *code <= 599)
            expected.push_back(static_cast<unsigned>(*code));
    }
    if (array == nullptr || expected.empty() || expected.size() != array->size())
        section.complain(
            "expected_status", "must be an array of HTTP status codes such as [200, 204]");
}

/// A JSON pointer and the JSON text that must stand there.
void read_assertion(Section& section, std::string& pointer, std::string& equals)
{
    section.read("pointer", pointer);
    if (section.has("pointer") && !is_json_pointer(pointer))
        section.complain("pointer", "must be a JSON pointer such as \"/status\"");
    section.read("equals", equals);
    if (section.has("equals") && !is_json(equals))
        section.complain("equals", "must be JSON text: a string is written '\"success\"'");
}

void read_json(Section& section, std::vector<probes::JsonAssertion>& assertions)
{
    if (section.has("json"))
        assertions.clear();
    for (auto& entry : section.tables("json")) {
        auto& assertion = assertions.emplace_back();
        read_assertion(entry, assertion.pointer, assertion.equals);
        entry.require(
            "pointer", "write the JSON pointer of what must be there, such as \"/status\"");
        entry.reject_unknown();
    }
}

void read_server_name(Section& section, net::TlsOptions& options)
{
    section.read_host("server_name", options.server_name);
}

}  // namespace

bool is_server(std::string_view text)
{
    const auto endpoint = parse_endpoint(text);
    return is_numeric_address(text) || (endpoint && is_numeric_address(endpoint->host));
}

void read_servers(Section& section, std::vector<std::string>& servers)
{
    section.read("servers", servers);
    for (const auto& server : servers) {
        if (!is_server(server))
            section.complain(
                "servers",
                fmt::format(
                    "holds {}: write numeric addresses, with a port only when it is not 53",
                    shown(server)));
    }
}

void read_tls_files(Section& section, net::TlsOptions& options)
{
    section.read_file("ca_file", options.ca_file, FileKind::plain);
    section.read_file("certificate_file", options.certificate_file, FileKind::plain);
    section.read_file("key_file", options.key_file, FileKind::secret);
    if (section.has("key_file") != section.has("certificate_file"))
        section.complain(
            section.has("key_file") ? "key_file" : "certificate_file",
            "needs the other: certificate_file and key_file come together");
}

void read_credentials(Section& section, HttpCredentials& credentials)
{
    constexpr std::array kinds{
        Choice<HttpCredentials::Kind>{"basic", HttpCredentials::Kind::basic},
        Choice<HttpCredentials::Kind>{"bearer", HttpCredentials::Kind::bearer},
        Choice<HttpCredentials::Kind>{"tetrate-token", HttpCredentials::Kind::tetrate_token}};
    auto table = section.table("credentials");
    if (!table)
        return;
    credentials = {};
    if (table->require("kind", "write \"basic\", \"bearer\" or \"tetrate-token\""))
        table->read_choice<HttpCredentials::Kind>("kind", credentials.kind, kinds);
    table->read("user", credentials.user);
    table->read_file("file", credentials.file, FileKind::secret);
    table->require("file", "name the file that holds the password or token");
    if (credentials.kind == HttpCredentials::Kind::basic)
        table->require("user", "basic credentials have a user name");
    else if (table->has("user"))
        table->complain("user", "is only for kind \"basic\"");
    table->reject_unknown();
}

void read_options(Section& section, probes::HttpProbe::Options& options)
{
    section.read("method", options.method);
    if (!is_token(options.method))
        section.complain("method", "must be an HTTP method such as \"GET\"");
    section.read_host("host", options.host);
    section.read_port("port", options.port);
    section.read("tls", options.tls);
    read_tls_files(section, options.tls_options);
    read_server_name(section, options.tls_options);
    section.read("host_header", options.host_header);
    read_request_path(section, "path", options.path);
    read_headers(section, options.headers);
    read_credentials(section, options.credentials);
    read_expected_status(section, options.expected_status);
    read_json(section, options.json);
    auto body_max = static_cast<std::int64_t>(options.body_bytes_max);
    section.read_size("body_max", body_max, Range<std::int64_t>{1, body_bytes_max});
    options.body_bytes_max = static_cast<std::size_t>(body_max);
}

void read_options(Section& section, probes::TcpProbe::Options& options)
{
    section.read_host("host", options.host);
    section.read_port("port", options.port);
}

void read_options(Section& section, probes::TlsProbe::Options& options)
{
    section.read_host("host", options.host);
    section.read_port("port", options.port);
    read_tls_files(section, options.tls_options);
    read_server_name(section, options.tls_options);
    section.read("expected_names", options.expected_names);
    section.read("expected_issuer", options.expected_issuer);
}

void read_options(Section& section, PostgresProbe::Options& options)
{
    constexpr std::array expectations{
        Choice<PostgresProbe::Expect>{"primary", PostgresProbe::Expect::primary},
        Choice<PostgresProbe::Expect>{"standby", PostgresProbe::Expect::standby},
        Choice<PostgresProbe::Expect>{"any", PostgresProbe::Expect::any}};
    // The modes of libpq that either verify or openly do not encrypt; `prefer` would quietly do
    // neither.
    constexpr std::array modes{
        Choice<std::string_view>{"verify-full", "verify-full"},
        Choice<std::string_view>{"verify-ca", "verify-ca"},
        Choice<std::string_view>{"require", "require"},
        Choice<std::string_view>{"disable", "disable"}};
    section.read("instance", options.instance);
    section.read_host("host", options.host);
    section.read_port("port", options.port);
    section.read("user", options.user);
    section.read("database", options.database);
    section.read_file("password_file", options.password_file, FileKind::secret);
    std::string_view mode = options.sslmode;
    section.read_choice<std::string_view>("sslmode", mode, modes);
    options.sslmode = std::string(mode);
    section.read_file("ca_file", options.ca_file, FileKind::plain);
    section.read_choice<PostgresProbe::Expect>("expect", options.expect, expectations);
    section.read_block("query", options.query);
}

void read_options(Section& section, probes::DnsProbe::Options& options)
{
    constexpr std::array types{
        Choice<std::string_view>{"CNAME", "CNAME"}, Choice<std::string_view>{"A", "A"},
        Choice<std::string_view>{"AAAA", "AAAA"}, Choice<std::string_view>{"TXT", "TXT"}};
    section.read_host("lookup", options.name);
    std::string_view type = options.type;
    section.read_choice<std::string_view>("type", type, types);
    options.type = std::string(type);
    read_servers(section, options.servers);
    section.read("expected", options.expected);
}

void read_options(Section& section, probes::ExecProbe::Options& options)
{
    section.read("argv", options.argv);
    if (!options.argv.empty() && !options.argv.front().starts_with('/'))
        section.complain(
            "argv", "must begin with the absolute path of a program: there is no shell");
}

void read_options(Section& section, OnCluster<probes::ExchangeProbe::Options>& options)
{
    auto& probe = options.probe;
    section.read("namespace", probe.name_space);
    section.read("selector", probe.selector);
    section.read_port("port", probe.port);
    read_request_path(section, "path", probe.path);
    section.read("metric", probe.metric);
    section.read("peer_label", probe.peer_label);
}

}  // namespace understudy::config
