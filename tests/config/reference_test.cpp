/// The example that ships is valid, and the reference describes exactly the keys that there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "fixture.hpp"

namespace understudy::config::test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file)
{
    std::ifstream stream(file);
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>(stream), {}};
}

const fs::path example = fs::path(SOURCE_DIR) / "config/example.toml";
const fs::path reference = fs::path(SOURCE_DIR) / "docs/configuration.md";

/// Loads the example, or a variation of it, in a folder that has every file it names.
LoadResult load_example(const Folder& folder, const std::string& text = text_of(example))
{
    for (const auto* name :
         {"tsb-ca.pem",
          "postgres-ca.pem",
          "understudy.pem",
          "secrets/understudy.key",
          "secrets/east.kubeconfig",
          "secrets/west.kubeconfig",
          "secrets/c1.kubeconfig",
          "secrets/c2.kubeconfig",
          "secrets/c3.kubeconfig",
          "secrets/api-password",
          "secrets/token",
          "secrets/east-acting.kubeconfig",
          "secrets/west-acting.kubeconfig",
          "secrets/c1-acting.kubeconfig",
          "secrets/tsig.key",
          "secrets/east-pg-password",
          "secrets/west-pg-password",
          "secrets/webhook-signing-key",
          "secrets/webhook-token",
          "secrets/heartbeat-token"})
        folder.write(name);
    return load(folder.write("understudy.toml", text), surroundings());
}

/// Between the first pair of `after` and `before`; empty when there is none.
std::string between(const std::string& line, const std::string& after, const std::string& before)
{
    const auto start = line.find(after);
    if (start == std::string::npos)
        return {};
    const auto end = line.find(before, start + after.size());
    if (end == std::string::npos)
        return {};
    return line.substr(start + after.size(), end - start - after.size());
}

/// Headings name a table (## `[[plane]]`), the first cell of each row a key of it.
std::set<std::string> documented_keys()
{
    std::set<std::string> keys;
    std::string table;
    std::istringstream lines(text_of(reference));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ") || line.starts_with("### ")) {
            table = between(line, "`", "`");
            std::erase_if(table, [](char c) { return c == '[' || c == ']'; });
        } else if (line.starts_with("| `")) {
            keys.insert((table.empty() ? "" : table + ".") + between(line, "| `", "`"));
        }
    }
    return keys;
}

TEST(Example, IsValid)
{
    const Folder folder;
    const auto result = load_example(folder);
    for (const auto& problem : result.problems)
        ADD_FAILURE() << format(problem);
    ASSERT_TRUE(result.settings);
    EXPECT_EQ(result.settings->watch.planes.size(), 2U);
    EXPECT_EQ(result.settings->receivers.size(), 2U);
}

TEST(Example, MayActWhenItsModeSaysSo)
{
    const Folder folder;
    auto text = text_of(example);
    text.replace(text.find("\"observe\""), 9, "\"automatic\"");
    const auto result = load_example(folder, text);
    for (const auto& problem : result.problems)
        ADD_FAILURE() << format(problem);
    ASSERT_TRUE(result.settings);
    ASSERT_TRUE(result.settings->acting);
    EXPECT_EQ(result.settings->acting->settings.mode, core::Mode::automatic);
}

/// What the README shows as TOML.
std::string readme_configuration()
{
    const auto text = text_of(fs::path(SOURCE_DIR) / "README.md");
    return between(text, "```toml\n", "\n```") + "\n";
}

TEST(Readme, ShowsAConfigurationThatMayAct)
{
    const Folder folder;
    for (const auto* name :
         {"tsb-ca.pem", "tsig.key", "east-token", "west-token", "pg-password", "webhook-secret",
          "east-watch.kubeconfig", "east-act.kubeconfig", "west-watch.kubeconfig",
          "west-act.kubeconfig", "c1-watch.kubeconfig", "c1-act.kubeconfig"})
        folder.write(name);
    const auto result =
        load(folder.write("understudy.toml", readme_configuration()), surroundings());
    for (const auto& problem : result.problems)
        ADD_FAILURE() << format(problem);
    ASSERT_TRUE(result.settings);
    ASSERT_TRUE(result.settings->acting);
    EXPECT_EQ(result.settings->acting->settings.mode, core::Mode::approve);
}

TEST(Example, NamesOnlyFilesThatAreChecked)
{
    const auto result = load(example, surroundings());
    ASSERT_FALSE(result.problems.empty());
    for (const auto& problem : result.problems)
        EXPECT_THAT(
            problem.message,
            testing::AnyOf(
                testing::HasSubstr("No such file"), testing::HasSubstr("does not exist")));
}

/// A line that shows an alternative is read as if it was not commented out: `# [fence.waiver]`,
/// `# by = "..."`.
std::string without_comment(const std::string& line)
{
    const bool is_table = line.starts_with("# [");
    const bool is_key = line.starts_with("# ") && line.find(" = ") == line.find(' ', 2);
    return is_table || is_key ? line.substr(2) : line;
}

/// Keys that the example shows, by table.
void collect(const std::string& path, const std::string& line, std::set<std::string>& keys)
{
    const auto key = line.substr(0, line.find(" ="));
    if (!line.starts_with('#') && key.size() < line.size() && key.find('"') == std::string::npos)
        keys.insert(path.empty() ? key : path + "." + key);
}

TEST(Example, ShowsEveryKey)
{
    std::set<std::string> shown_keys;
    std::string path;
    std::istringstream lines(text_of(example));
    for (std::string commented; std::getline(lines, commented);) {
        const auto line = without_comment(commented);
        if (line.starts_with('['))
            path = line.substr(
                line.find_first_not_of('['), line.find(']') - line.find_first_not_of('['));
        else
            collect(path, line, shown_keys);
    }
    for (const auto& key : documented_keys()) {
        const bool is_inline =
            key.starts_with("plane.probe.credentials.") || key.starts_with("plane.probe.json.");
        const bool is_table = key.find('.') == std::string::npos;
        const bool has_heading = key == "plane.postgres" || key == "plane.probe" ||
                                 key == "plane.credentials" || key == "floating.update" ||
                                 key == "floating.hook" || key == "acting.effect" ||
                                 key == "fence.waiver";
        if (is_inline || is_table || has_heading)
            continue;
        EXPECT_TRUE(shown_keys.contains(key)) << key << " is not in config/example.toml";
    }
}

TEST(Reference, DescribesEveryKeyAndNoOther)
{
    const Folder folder;
    const auto asked = load_example(folder).keys_asked;
    const auto documented = documented_keys();
    for (const auto& key : asked)
        EXPECT_TRUE(documented.contains(key))
            << key << " is accepted, but not in docs/configuration.md";
    for (const auto& key : documented)
        EXPECT_TRUE(asked.contains(key)) << key << " is in docs/configuration.md, but not accepted";
}

}  // namespace
}  // namespace understudy::config::test
