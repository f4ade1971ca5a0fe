#include "faults/world_state.hpp"

#include <algorithm>
#include <sstream>

namespace understudy::sandbox {

namespace {

std::string one_line(std::string text)
{
    std::ranges::replace(text, '\n', ' ');
    const auto last = text.find_last_not_of(' ');
    return last == std::string::npos ? std::string() : text.substr(0, last + 1);
}

std::string get(const ActingPair& pair, const std::string& cluster, std::vector<std::string> words)
{
    words.insert(words.begin(), "get");
    return one_line(pair.kubectl(cluster, words).output);
}

std::string replicas(const ActingPair& pair, const std::string& plane)
{
    return get(
        pair, plane,
        {"deployments", "tsb", "iam", "central", "envoy", "-o",
         "jsonpath={.items[*].spec.replicas}"});
}

std::string record_in(const ActingPair& pair, const std::string& plane)
{
    return get(
        pair, plane,
        {"configmap", "understudy", "-o",
         "jsonpath={.data.instance} {.data.epoch} {.data.cursor}"});
}

std::string management_plane(const ActingPair& pair, const std::string& plane)
{
    return get(
        pair, plane,
        {"managementplane", "managementplane", "-o",
         "jsonpath={.metadata.generation} "
         "{.metadata.annotations.understudy\\.dev/operation} {.spec.components.kubegres}"});
}

std::string ask(const ActingPair& pair, const std::string& database, const std::string& statement)
{
    return one_line(pair.sql("west-1", database, statement).output);
}

/// BIND logs each record that an update adds.
std::ptrdiff_t changes_of_the_name(const ActingPair& pair)
{
    std::istringstream log(read_text(pair.dir() / "log/dns.log"));
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(log, line);) {
        if (line.find("adding an RR at 'active.tsb.test' CNAME") != std::string::npos)
            ++count;
    }
    return count;
}

}  // namespace

std::string world_of(const ActingPair& pair)
{
    std::ostringstream world;
    world << "replicas on east: " << replicas(pair, "east") << "\n"
          << "east is fenced: " << (pair.is_fenced("east") ? "yes" : "no") << "\n"
          << "replicas on west: " << replicas(pair, "west") << "\n"
          << "resource on west: " << management_plane(pair, "west") << "\n"
          << "resource on east: " << management_plane(pair, "east") << "\n"
          << "restore job of west: "
          << get(pair, "west",
                 {"cronjob", "tsb-restore", "--ignore-not-found", "-o",
                  "jsonpath=suspend {.spec.suspend}"})
          << "\n"
          << "record on west: " << record_in(pair, "west") << "\n"
          << "record on east: " << record_in(pair, "east") << "\n"
          << "database of west: "
          << ask(pair, "postgres", "SELECT timeline_id FROM pg_control_checkpoint()") << " "
          << (pair.is_writable("west-1") ? "writable" : "read-only") << ", "
          << pair.witnesses_on("west-1") << " witness\n"
          << "floating name: " << pair.floating_target() << "\n"
          << "changes of the floating name: " << changes_of_the_name(pair) << "\n";
    return world.str();
}

std::string world_after_a_clean_run(const std::string& variant, int hooks)
{
    const bool promotes = variant == "embedded-sync";
    const auto cursor = std::to_string((promotes ? 13 : 12) + hooks);
    return "replicas on east: 0 0 0 0\n"
           "east is fenced: yes\n"
           "replicas on west: 1 1 1 2\n"
           "resource on west: " +
           std::string(promotes ? "2 1.5.0 {\"standby\":{\"enabled\":false}}" : "1") +
           "\n"
           "resource on east: 1\n"
           "restore job of west: " +
           (promotes ? "" : "suspend true") +
           "\n"
           "record on west: sandbox 1 " +
           cursor +
           "\n"
           "record on east: sandbox 1 " +
           cursor +
           "\n"
           "database of west: " +
           (promotes ? "2" : "1") +
           " writable, 1 witness\n"
           "floating name: west.tsb.test.\n"
           "changes of the floating name: 1\n";
}

}  // namespace understudy::sandbox
