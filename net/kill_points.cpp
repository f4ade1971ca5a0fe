#include "net/kill_points.hpp"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace understudy::net {

inline namespace armed {

namespace {

struct Armed {
    std::string name;
    int count = 1;
    std::string words;  ///< With commas between them.
};

std::string environment(const char* name)
{
    const auto* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

Armed read_armed()
{
    const auto text = environment("UNDERSTUDY_KILL_AT");
    const auto colon = text.find(':');
    Armed armed{text.substr(0, colon), 1, environment("UNDERSTUDY_KILL_ON")};
    if (colon == std::string::npos)
        return armed;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, armed.count);
    if (error != std::errc{} || stopped != end)
        throw std::runtime_error("UNDERSTUDY_KILL_AT is neither NAME nor NAME:COUNT: " + text);
    return armed;
}

bool has_every_word(std::string_view subject, std::string_view words)
{
    while (!words.empty()) {
        const auto comma = words.find(',');
        if (subject.find(words.substr(0, comma)) == std::string_view::npos)
            return false;
        words.remove_prefix(comma == std::string_view::npos ? words.size() : comma + 1);
    }
    return true;
}

/// What was asked for and no more: the subject may be a request with its credentials.
void write_proof(const Armed& armed)
{
    const auto path = environment("UNDERSTUDY_KILL_PROOF");
    const auto text = armed.name + (armed.words.empty() ? "" : " " + armed.words);
    const auto file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    // Without a proof the test that wants one fails, which is what should happen.
    [[maybe_unused]] const auto written = ::write(file, text.data(), text.size());
}

}  // namespace

void kill_point(std::string_view name, std::string_view subject)
{
    // Read each time: a test arms its child after the fork.
    const auto wanted = read_armed();
    static std::atomic<int> passings{0};
    if (name != wanted.name || !has_every_word(subject, wanted.words))
        return;
    if (++passings != wanted.count)
        return;
    write_proof(wanted);
    ::kill(::getpid(), SIGKILL);
    for (;;)
        ::pause();  // this thread goes no further while the signal is on its way
}

}  // namespace armed

}  // namespace understudy::net
