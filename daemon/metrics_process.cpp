#include "daemon/metrics_families.hpp"

namespace understudy {

namespace {

void add_configuration(Families& families, const ProcessCounters& process)
{
    auto successful = Family::gauge(
        "config_last_reload_successful",
        "1 when the configuration was last loaded without a problem, else 0 and the one before is "
        "in use.");
    successful.add({}, process.reload_successful ? 1 : 0);
    successful.move_to(families);

    auto at = Family::gauge(
        "config_last_reload_success_timestamp_seconds",
        "When the configuration in use was loaded.");
    at.add({}, process.reload_success_at);
    at.move_to(families);
}

void add_own_progress(Families& families, const ProcessCounters& process, const MetricsInput& input)
{
    auto kick = Family::gauge(
        "watchdog_last_kick_timestamp_seconds",
        "When the decision loop last completed a turn and so fed the watchdog.");
    kick.add({}, process.watchdog_kicked_at);
    kick.move_to(families);

    auto lag = Family::histogram(
        "scheduler_lag_seconds", "How much later than planned the runs of probes started.");
    lag.add({}, process.scheduler_lag);
    lag.move_to(families);

    auto in_flight = Family::gauge("probes_in_flight", "Probes that run now.");
    in_flight.add({}, input.probes_in_flight);
    in_flight.move_to(families);

    auto dropped = Family::counter(
        "log_lines_dropped_total", "Log lines let go because standard error was not read in time.");
    dropped.add({}, static_cast<double>(input.log_lines_dropped));
    dropped.move_to(families);
}

void add_failures(Family& family, const std::string& receiver, const ReceiverCounters& counters)
{
    for (std::size_t i = 0; i < counters.failed.size(); ++i) {
        const auto reason = name_of(static_cast<DeliveryFailure>(i));
        family.add(
            {{"receiver", receiver}, {"reason", reason}}, static_cast<double>(counters.failed[i]));
    }
}

void add_notifications(Families& families, const NotifierCounters& notifications)
{
    auto sent = Family::counter("notifications_total", "Notifications that a receiver accepted.");
    auto failed = Family::counter(
        "notifications_failed_total", "Attempts to deliver a notification that failed, by reason.");
    auto dropped = Family::counter(
        "notifications_dropped_total",
        "Notifications superseded by newer ones and let go by a full queue.");
    auto abandoned = Family::counter(
        "notifications_abandoned_total", "Notifications that a receiver refused and never gets.");
    auto length = Family::gauge("notification_queue_length", "Notifications that wait.");
    auto oldest = Family::gauge(
        "notification_oldest_queued_timestamp_seconds",
        "When the oldest notification that waits was queued; absent when none does.");
    for (const auto& [receiver, counters] : notifications) {
        const Labels labels{{"receiver", receiver}};
        sent.add(labels, static_cast<double>(counters.sent));
        add_failures(failed, receiver, counters);
        dropped.add(labels, static_cast<double>(counters.dropped));
        abandoned.add(labels, static_cast<double>(counters.abandoned));
        length.add(labels, static_cast<double>(counters.queue_length));
        oldest.add(labels, counters.oldest_queued_at);
    }
    for (auto* family : {&sent, &failed, &dropped, &abandoned, &length, &oldest})
        family->move_to(families);
}

void add_heartbeat(Families& families, const HeartbeatCounters& heartbeat)
{
    auto sent = Family::counter("heartbeats_total", "Heartbeats that were accepted.");
    sent.add({}, static_cast<double>(heartbeat.sent));
    auto failed = Family::counter("heartbeats_failed_total", "Heartbeats that were not accepted.");
    failed.add({}, static_cast<double>(heartbeat.failed));
    auto withheld = Family::counter(
        "heartbeats_withheld_total",
        "Heartbeats not sent because the decision loop had made no progress.");
    withheld.add({}, static_cast<double>(heartbeat.withheld));
    auto last = Family::gauge(
        "heartbeat_last_success_timestamp_seconds", "When a heartbeat was last accepted.");
    last.add({}, heartbeat.last_success_at);
    for (auto* family : {&sent, &failed, &withheld, &last})
        family->move_to(families);
}

}  // namespace

void add_process_families(
    Families& families, const ProcessCounters& process, const MetricsInput& input)
{
    auto build = Family::gauge("build_info", "Always 1; the label tells the version that runs.");
    build.add({{"version", process.version}}, 1);
    build.move_to(families);
    auto start = Family::gauge("start_timestamp_seconds", "When the daemon started.");
    start.add({}, process.started_at);
    start.move_to(families);
    add_configuration(families, process);
    add_own_progress(families, process, input);
    add_notifications(families, input.notifications);
    if (input.heartbeat)
        add_heartbeat(families, *input.heartbeat);
}

}  // namespace understudy
