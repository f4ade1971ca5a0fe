/// Who may include whom. CMake shows the direction to the linker; headers of a package all lie in
/// one folder and slip past it, so this reads every #include.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "source_tree.hpp"

namespace understudy::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What a folder may include besides itself and the standard library. A third-party entry is a
/// prefix of the header's name: `boost/asio` allows `boost/asio.hpp` and all below `boost/asio/`.
struct Rule {
    std::string folder;
    std::vector<std::string> ours;
    std::vector<std::string> others;
};

// core <- net <- probes, actions, store <- config <- daemon. The longest folder that fits is the
// rule.
// clang-format off
const std::vector<Rule> rules{
    {"core",    {}, {}},
    {"net",     {"core"}, {"boost/", "openssl/", "ares", "ldns/", "libpq-fe.h", "yaml-cpp/", "sys/", "netinet/", "arpa/"}},
    {"probes",  {"core", "net"}, {"boost/asio", "boost/json", "boost/url", "boost/system", "libpq-fe.h"}},
    {"actions", {"core", "net"}, {"boost/asio", "boost/json", "boost/url", "boost/system", "libpq-fe.h"}},
    {"store",   {"core", "net"}, {"boost/asio", "boost/json", "boost/system", "sqlite3.h", "fmt/", "sys/"}},
    {"config",  {"core", "net", "probes", "actions", "store"}, {"toml++/", "fmt/", "boost/asio/ip", "boost/json", "boost/url", "sys/"}},
    {"daemon",  {"core", "net", "probes", "actions", "store", "config"}, {"boost/", "openssl/", "prometheus/", "spdlog/", "fmt/", "CLI/", "systemd/", "sys/"}},
    {"sandbox", {"core", "net"}, {"boost/", "openssl/", "libpq-fe.h", "fmt/", "CLI/", "sys/"}},
    {"bench",   {"core", "net", "probes", "actions", "store", "config", "daemon", "sandbox"}, {"boost/", "benchmark/", "fmt/", "sys/"}},
    // Tests of a layer see what the layer sees, and not what is above it.
    {"tests/architecture", {}, {"gtest/", "gmock/"}},
    {"tests/core",    {"core"}, {"gtest/", "gmock/"}},
    {"tests/simulation", {"core", "bugs"}, {"gtest/", "gmock/"}},
    {"tests/net",     {"core", "net", "support"}, {"boost/", "openssl/", "gtest/", "gmock/", "sys/", "netinet/", "arpa/"}},
    {"tests/probes",  {"core", "net", "probes", "support"}, {"boost/", "gtest/", "gmock/", "sys/"}},
    {"tests/actions", {"core", "net", "actions", "support", "sandbox"}, {"boost/", "fmt/", "gtest/", "gmock/", "sys/"}},
    {"tests/store",   {"core", "net", "store", "support"}, {"boost/", "sqlite3.h", "gtest/", "gmock/", "sys/"}},
    {"tests/config",  {"core", "net", "probes", "store", "config", "support"}, {"boost/", "gtest/", "gmock/", "sys/"}},
    {"tests/fuzz",    {"core", "net", "probes", "actions", "config", "daemon"}, {"boost/json", "toml++/"}},
    {"tests/kubernetes", {"core", "net", "probes", "actions", "support"}, {"boost/", "gtest/", "gmock/", "sys/"}},
    {"tests/sandbox", {"core", "net", "sandbox", "support"}, {"boost/", "openssl/", "fmt/", "gtest/", "gmock/", "sys/"}},
    {"tests", {"core", "net", "probes", "actions", "store", "config", "daemon", "sandbox", "support", "faults"},
        {"boost/", "openssl/", "spdlog/", "prometheus/", "fmt/", "sqlite3.h", "libpq-fe.h", "yaml-cpp/", "gtest/", "gmock/", "sys/", "netinet/", "arpa/"}},
};

/// Headers that cost 15 to 25 s a translation unit, and where they may be paid for.
const std::vector<std::string> costly{"boost/beast", "openssl/", "boost/asio/ssl"};
const std::vector<std::string> may_pay{"net", "daemon", "sandbox", "tests"};

/// Headers of the standard library and of the C library that nothing in core may need.
const std::vector<std::string> not_in_core{
    "iostream", "fstream", "filesystem", "thread", "mutex", "shared_mutex", "condition_variable",
    "atomic", "future", "random", "ctime", "unistd.h", "csignal"};
// clang-format on

struct Include {
    std::string header;
    bool in_quotes;
};

std::optional<Include> include_in(std::string line)
{
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t'; });
    constexpr std::string_view directive = "#include";
    if (!line.starts_with(directive) || line.size() < directive.size() + 3)
        return std::nullopt;
    const auto rest = line.substr(directive.size());
    return Include{rest.substr(1, rest.find_first_of("\">", 1) - 1), rest.front() == '"'};
}

bool begins_with_any(const std::string& text, const std::vector<std::string>& prefixes)
{
    return std::ranges::any_of(
        prefixes, [&text](const std::string& prefix) { return text.starts_with(prefix); });
}

bool is_below(const std::string& path, const std::string& folder)
{
    return path.starts_with(folder + "/");
}

const Rule* rule_of(const std::string& path)
{
    const Rule* longest = nullptr;
    for (const auto& rule : rules) {
        const bool fits = is_below(path, rule.folder);
        if (fits && (longest == nullptr || rule.folder.size() > longest->folder.size()))
            longest = &rule;
    }
    return longest;
}

/// Empty when allowed; else what is wrong and what to do instead.
std::string trouble_with(const SourceFile& file, const Rule& rule, const Include& include)
{
    const auto& header = include.header;
    if (header.find("..") != std::string::npos)
        return "\"" + header + "\" climbs; include from the root: \"net/tls.hpp\"";
    if (begins_with_any(header, costly) &&
        (file.is_header() || !begins_with_any(file.path, may_pay)))
        return "<" + header +
               "> costs 20 s in each file that sees it; keep it in a .cpp of net/ "
               "or daemon/ behind an interface of plain types";
    if (file.folder() == "core" && std::ranges::count(not_in_core, header) > 0)
        return "<" + header +
               "> has no place in core: time and the world come in as arguments, "
               "effects go out as values";

    const auto owner = header.substr(0, header.find('/'));
    const bool has_folder = header.find('/') != std::string::npos;
    if (include.in_quotes) {
        const bool beside = !has_folder && rule.folder.starts_with("tests");
        if (beside || owner == rule.folder || std::ranges::count(rule.ours, owner) > 0)
            return {};
        return rule.folder + "/ may not include " + owner +
               "/; the direction is core <- net <- probes, actions, store <- config <- "
               "daemon";
    }
    const bool is_standard = !has_folder && header.find('.') == std::string::npos;
    const bool is_posix = !has_folder && header.ends_with(".h") && file.folder() != "core" &&
                          header != "sqlite3.h" && header != "libpq-fe.h" && header != "ares.h";
    if (is_standard || is_posix || begins_with_any(header, rule.others))
        return {};
    return rule.folder + "/ may not include <" + header +
           ">; wrap it in the layer that owns it, or "
           "extend the table of this test and say why";
}

std::vector<std::string> violations(const SourceFile& file)
{
    const auto* rule = rule_of(file.path);
    if (rule == nullptr)
        return {file.path + ":1: no rule for this folder; add one to the table of this test"};
    std::vector<std::string> result;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const auto include = include_in(file.lines[i]);
        if (!include)
            continue;
        if (const auto trouble = trouble_with(file, *rule, *include); !trouble.empty())
            result.push_back(located(file, i, trouble));
    }
    return result;
}

TEST(IncludeRules, FoldersDependInwardOnly)
{
    ASSERT_GT(source_tree().size(), 100U) << "the tree was not found at " SOURCE_DIR;
    for (const auto& file : source_tree()) {
        for (const auto& violation : violations(file))
            ADD_FAILURE() << violation;
    }
}

TEST(IncludeRules, HeadersAreIncludedOnce)
{
    for (const auto& file : source_tree()) {
        if (file.is_header()) {
            EXPECT_EQ(std::ranges::count(file.lines, "#pragma once"), 1)
                << file.path << ":1: begin with #pragma once";
        }
    }
}

struct Planted {
    const char* path;
    const char* line;
    const char* complaint;  ///< Empty: allowed.
};

/// The rule must be able to fail.
TEST(IncludeRules, CatchWhatIsPlanted)
{
    for (const auto& planted : {
             Planted{"core/a.cpp", "#include <boost/asio.hpp>", "core/ may not include"},
             Planted{"core/a.cpp", "#include \"net/tls.hpp\"", "core/ may not include net/"},
             Planted{"core/a.cpp", "#  include <thread>", "no place in core"},
             Planted{"core/a.cpp", "#include <unistd.h>", "no place in core"},
             Planted{"core/a.cpp", "#include <time.h>", "core/ may not include"},
             Planted{"core/a.cpp", "#include <vector>", ""},
             Planted{"net/a.cpp", "#include \"probes/probe.hpp\"", "net/ may not include probes/"},
             Planted{"net/a.hpp", "#include <openssl/ssl.h>", "costs 20 s"},
             Planted{"net/a.cpp", "#include <openssl/ssl.h>", ""},
             Planted{"net/a.cpp", "#include <spdlog/spdlog.h>", "net/ may not include"},
             Planted{"probes/a.cpp", "#include <boost/beast/http.hpp>", "costs 20 s"},
             Planted{
                 "probes/a.cpp", "#include \"config/load.hpp\"", "probes/ may not include config/"},
             Planted{
                 "store/a.cpp", "#include \"daemon/engine.hpp\"", "store/ may not include daemon/"},
             Planted{"store/a.cpp", "#include <sqlite3.h>", ""},
             Planted{"config/a.cpp", "#include <sqlite3.h>", "config/ may not include"},
             Planted{
                 "sandbox/a.cpp", "#include \"daemon/engine.hpp\"",
                 "sandbox/ may not include daemon/"},
             Planted{
                 "daemon/a.cpp", "#include \"tests/support/x.hpp\"",
                 "daemon/ may not include tests/"},
             Planted{"daemon/a.cpp", "#include \"../net/tls.hpp\"", "climbs"},
             Planted{
                 "tests/core/a.cpp", "#include \"net/tls.hpp\"",
                 "tests/core/ may not include net/"},
             Planted{"tests/core/a.cpp", "#include \"scenario.hpp\"", ""},
             Planted{"attic/a.cpp", "", "no rule for this folder"},
         }) {
        const auto found = violations({planted.path, {"", planted.line}});
        if (*planted.complaint == '\0')
            EXPECT_THAT(found, IsEmpty()) << planted.line;
        else
            EXPECT_THAT(found, ElementsAre(HasSubstr(planted.complaint)))
                << planted.path << planted.line;
    }
    EXPECT_THAT(
        violations({"core/a.cpp", {"", "#include <mutex>"}}),
        ElementsAre(HasSubstr("core/a.cpp:2: ")));
}

}  // namespace
}  // namespace understudy::architecture
