#include "faults/daemon_fixture.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace understudy::sandbox {

namespace {

constexpr auto* daemon_user = "daemon";

std::unique_ptr<WatchedPair> shared;

/// The sandbox ends with the test program at the latest, whatever becomes of it.
class SharedPair : public testing::Environment {
public:
    void SetUp() override { shared = std::make_unique<WatchedPair>(); }
    void TearDown() override { shared.reset(); }
};

const auto* const registered = testing::AddGlobalTestEnvironment(new SharedPair);

/// As a file may be called.
std::string test_name()
{
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ranges::replace(name, '/', '-');
    return name;
}

}  // namespace

WatchedPair& DaemonTest::pair() { return *shared; }

void DaemonTest::SetUp()
{
    config_ = pair().dir() / (test_name() + ".toml");
    write_text(config_, read_text(pair().config_file()));
    const auto state = pair().dir() / "state";
    replace_in_config(state, make_folder("state-" + test_name()));
    received_before_ = 0;
    received_before_ = received().size();
}

void DaemonTest::TearDown()
{
    for (const auto& fault : std::exchange(faults_, {}))
        pair().pair().fault(fault, "off");
    tell_receiver(R"({"cmd":"hang","on":false})");
    pair().signal_daemon(SIGCONT);
    if (pair().daemon_runs())
        pair().end_daemon(SIGKILL);
    if (HasFailure())
        std::fprintf(stderr, "--- the daemon's log:\n%s", pair().log().c_str());
}

void DaemonTest::replace_in_config(const std::string& from, const std::string& to)
{
    auto text = read_text(config_);
    auto at = text.find(from);
    if (at == std::string::npos)
        throw std::runtime_error(config_.string() + " does not hold: " + from);
    for (; at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    write_text(config_, text);
}

void DaemonTest::append_to_config(const std::string& text)
{
    write_text(config_, read_text(config_) + text);
}

void DaemonTest::start(std::vector<std::string> environment)
{
    DaemonOptions options;
    options.config = config_;
    options.environment = std::move(environment);
    options.name = "daemon";
    for (const char letter : test_name())
        options.name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    pair().start_daemon(std::move(options));
}

Finished DaemonTest::run_daemon(const std::filesystem::path& config) const
{
    return pair().pair().run_inside(
        {"setpriv", "--reuid", daemon_user, "--regid", daemon_user, "--init-groups",
         daemon_program(), "run", "--config", config.string()});
}

void DaemonTest::switch_fault(const std::string& name, const std::string& state)
{
    const auto switched = pair().pair().fault(name, state);
    ASSERT_EQ(switched.status, 0) << switched.output;
    std::erase(faults_, name);
    if (state == "on")
        faults_.push_back(name);
}

void DaemonTest::tell_receiver(const std::string& command)
{
    const auto told =
        run({BINARY_DIR "/sandbox/understudy-standin", "control",
             (pair().dir() / "control/receiver.sock").string(), command},
            patience);
    EXPECT_EQ(told.status, 0) << told.output;
}

bool DaemonTest::logs(const std::string& text) const
{
    return eventually([&] { return pair().log().find(text) != std::string::npos; }, patience);
}

std::vector<Received> DaemonTest::received() const
{
    auto all =
        read_received(pair().dir() / "hooks/received.jsonl", pair().dir() / "secrets/webhook");
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(received_before_));
    return all;
}

std::filesystem::path DaemonTest::make_folder(const std::string& name) const
{
    const auto folder = pair().dir() / name;
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    give_to_daemon(folder);
    return folder;
}

void give_to_daemon(const std::filesystem::path& path)
{
    const auto* user = ::getpwnam(daemon_user);
    if (user == nullptr || ::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("cannot give " + path.string() + " to user " + daemon_user);
}

void write_text(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::trunc | std::ios::binary);
    out << text << std::flush;
    if (!out)
        throw std::runtime_error("cannot write " + file.string());
}

}  // namespace understudy::sandbox
