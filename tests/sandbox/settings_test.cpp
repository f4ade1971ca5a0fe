#include "sandbox/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

namespace {

using namespace understudy::sandbox;

class SettingsFile : public testing::Test {
protected:
    ~SettingsFile() override { std::filesystem::remove(file_); }

    Settings load(std::string_view text)
    {
        std::ofstream(file_) << text;
        return Settings::load(file_);
    }

    static std::string problem(const std::function<void()>& attempt)
    {
        try {
            attempt();
        } catch (const SettingsError& error) {
            return error.what();
        }
        return "none";
    }

    std::filesystem::path file_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".json");
};

TEST_F(SettingsFile, NamesFileAndField)
{
    auto settings = load(R"({"a":{"list":[{"x":1},{"x":"no"}]}})");
    auto list = settings.section("a").sections("list");
    EXPECT_EQ(
        problem([&] { list.at(1).integer("x"); }),
        file_.string() + ": a.list[1].x: must be a whole number, 0 or more");
}

TEST_F(SettingsFile, RefusesWhatNobodyAskedFor)
{
    auto settings = load(R"({"name":"n","naem":"m"})");
    settings.text("name");
    EXPECT_EQ(problem([&] { settings.finish(); }), file_.string() + ": naem: is not a known field");
}

TEST_F(SettingsFile, MissingFieldsHaveDefaultsOrAreErrors)
{
    auto settings = load("{}");
    EXPECT_EQ(settings.port("port", 6443), 6443);
    EXPECT_NE(problem([&] { settings.text("name"); }), "none");
    EXPECT_NE(problem([&] { settings.path("file"); }), "none");
}

TEST_F(SettingsFile, PathsAreBelowTheFile)
{
    auto settings = load(R"({"a":"x/y","b":"/x","c":""})");
    EXPECT_EQ(settings.path("a"), file_.parent_path() / "x/y");
    EXPECT_EQ(settings.path("b"), "/x");
    EXPECT_TRUE(settings.path("c", "").empty());
}

TEST_F(SettingsFile, BrokenJsonIsOneProblem)
{
    EXPECT_NE(problem([&] { load("{"); }), "none");
    EXPECT_NE(problem([&] { load("[]"); }), "none");
    EXPECT_NE(problem([] { Settings::load("/nowhere/at/all.json"); }), "none");
}

}  // namespace
