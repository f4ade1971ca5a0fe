#include "config/notices.hpp"

#include "config/addresses.hpp"
#include "config/durations.hpp"
#include "config/probe_options.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;
using store::ReceiverKind;

constexpr Range<Duration> timeout_range{100ms, 5min};

/// The value is not repeated in the message: such a URL may itself be the secret.
void read_url(Section& section, std::string& url)
{
    section.require("url", "write the http or https URL to call");
    section.read("url", url);
    if (!url.empty() && !parse_url(url))
        section.complain("url", "is not an http or https URL without user name and password");
}

void read_bearer(Section& section, std::optional<std::filesystem::path>& into)
{
    std::filesystem::path file;
    section.read_file("bearer_token_file", file, FileKind::secret);
    if (!file.empty())
        into = std::move(file);
}

void read_repeat(Section& section, std::optional<Duration>& into)
{
    auto interval = Duration::zero();
    section.read("repeat_interval", interval, Range<Duration>{10s, 7 * 24h});
    if (interval > Duration::zero())
        into = interval;
}

store::ReceiverOptions read_receiver(Section& section)
{
    constexpr std::array kinds{
        Choice<ReceiverKind>{"webhook", ReceiverKind::webhook},
        Choice<ReceiverKind>{"alertmanager", ReceiverKind::alertmanager}};
    store::ReceiverOptions receiver;
    receiver.name = section.read_name();
    if (section.require("kind", "write \"webhook\" or \"alertmanager\""))
        section.read_choice<ReceiverKind>("kind", receiver.kind, kinds);
    read_url(section, receiver.url);
    section.read_files("secret_files", receiver.secret_files, FileKind::secret);
    if (receiver.kind != ReceiverKind::webhook && section.has("secret_files"))
        section.complain("secret_files", "sign webhooks only: remove the key");
    read_bearer(section, receiver.bearer_token_file);
    read_tls_files(section, receiver.tls);
    section.read("timeout", receiver.timeout, timeout_range);
    read_repeat(section, receiver.repeat_interval);
    section.reject_unknown();
    return receiver;
}

}  // namespace

std::vector<store::ReceiverOptions> read_receivers(Section& root)
{
    std::vector<store::ReceiverOptions> receivers;
    std::set<std::string> names;
    for (auto& section : root.tables("receiver")) {
        receivers.push_back(read_receiver(section));
        const auto& name = receivers.back().name;
        if (!name.empty() && !names.insert(name).second)
            section.complain(
                "name", fmt::format("is {} a second time: the name keys its queue", shown(name)));
    }
    return receivers;
}

std::optional<store::HeartbeatOptions> read_heartbeat(Section& root, Duration interval)
{
    constexpr std::array methods{
        Choice<std::string_view>{"POST", "POST"}, Choice<std::string_view>{"GET", "GET"}};
    auto section = root.table("heartbeat");
    if (!section)
        return std::nullopt;
    store::HeartbeatOptions heartbeat;
    read_url(*section, heartbeat.url);
    std::string_view method = "POST";
    section->read_choice<std::string_view>("method", method, methods);
    heartbeat.method = std::string(method);
    section->read("interval", heartbeat.interval, Range<Duration>{1s, 24h});
    section->read("timeout", heartbeat.timeout, timeout_range);
    read_bearer(*section, heartbeat.bearer_token_file);
    read_tls_files(*section, heartbeat.tls);
    if (heartbeat.interval < interval)
        section->complain(
            "interval", fmt::format(
                            "({}) is shorter than detector.interval ({}): there is nothing new to "
                            "tell more often",
                            format_duration(heartbeat.interval), format_duration(interval)));
    if (heartbeat.timeout > heartbeat.interval)
        section->complain(
            "timeout",
            fmt::format(
                "({}) is longer than interval ({}): calls would overlap",
                format_duration(heartbeat.timeout), format_duration(heartbeat.interval)));
    section->reject_unknown();
    return heartbeat;
}

}  // namespace understudy::config
