/// A pair that may act, in as few lines as that takes.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

namespace understudy::config::test {

/// Parts of the text can be replaced; all files that it names are there.
class ActingTest : public testing::Test {
protected:
    ActingTest()
    {
        for (const auto* name : {"password", "kubeconfig", "acting.kubeconfig", "tsig.key"})
            folder_.write(name);
        program_ = folder_.write("hook.sh", "#!/bin/sh\nexit 0\n", 0700).string();
    }

    static std::string plane(const std::string& name, const std::string& role)
    {
        return "[[plane]]\nname = \"" + name + "\"\nrole = \"" + role + "\"\nhost = \"" + name +
               ".test\"\nprobes = \"tsb\"\norganization = \"acme\"\n"
               "credentials = { kind = \"bearer\", file = \"password\" }\n"
               "kubeconfig = \"kubeconfig\"\nacting_kubeconfig = \"acting.kubeconfig\"\n"
               "postgres = [{ instance = \"pg1\", host = \"pg.test\", user = \"u\" }]\n";
    }

    std::string text() const
    {
        return "mode = \"" + mode_ + "\"\nobserver = \"o1\"\n" + top_ +
               "[floating]\nname = \"active.tsb.test\"\nservers = [\"127.0.0.1:5353\"]\n" +
               update_ + plane("east", "active") + plane("west", "standby") + witnesses_ + acting_ +
               promote_ + rest_;
    }
    Settings settings() const { return settings_of(text(), folder_.path()); }
    ActingDefinition acting() const { return settings().acting.value_or(ActingDefinition{}); }

    /// Without the positions: where a problem stands is shown where it matters.
    std::vector<std::string> problems() const
    {
        auto lines = problems_in(text(), folder_.path());
        for (auto& line : lines)
            line.erase(0, line.find(": ") + 2);
        return lines;
    }

    const Folder folder_;
    std::string program_;
    std::string mode_ = "automatic";
    std::string top_;
    std::string update_ = "[floating.update]\nzone = \"tsb.test\"\nkey_name = \"understudy\"\n"
                          "key_file = \"tsig.key\"\n";
    std::string witnesses_ = "[[control_plane]]\nname = \"c1\"\nkubeconfig = \"kubeconfig\"\n"
                             "[[control_plane]]\nname = \"c2\"\nkubeconfig = \"kubeconfig\"\n"
                             "acting_context = \"writer\"\n";
    std::string acting_ = "[acting]\n";
    std::string promote_ = "[promote]\npatch = '{\"spec\": {\"a\": 1}}'\n";
    std::string rest_;
};

}  // namespace understudy::config::test
