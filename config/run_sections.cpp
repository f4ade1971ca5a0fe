#include "config/run_sections.hpp"

#include "config/json_text.hpp"
#include "config/names.hpp"
#include "config/objects.hpp"
#include "config/order.hpp"
#include "net/prometheus_text.hpp"

#include <fmt/format.h>

#include <limits>

namespace understudy::config {

namespace {

using namespace std::chrono_literals;
using core::Duration;

constexpr int replicas_max = 100;

template <class Count>
void read_count(Section& section, std::string_view key, Count& into, Range<int> range)
{
    auto count = static_cast<int>(into);
    section.read(key, count, range);
    into = static_cast<Count>(count);
}

void read_effect(Section& acting, core::EffectSettings& effect)
{
    auto section = acting.table_or_empty("effect");
    section.read("deadline", effect.deadline, Range<Duration>{500ms, 60s});
    section.read("server_limit", effect.server_limit, Range<Duration>{1s, 60s});
    section.read("poll", effect.poll, Range<Duration>{50ms, 60s});
    section.read("retry", effect.retry, Range<Duration>{100ms, 10min});
    read_count(section, "attempts_max", effect.attempts_max, Range<int>{1, 1000});
    section.reject_unknown();
}

void read_patch(Section& section, core::ActingSettings& settings)
{
    section.read_block("patch", settings.promote_patch);
    if (!section.has("patch"))
        return;
    if (!is_json_object(settings.promote_patch))
        section.complain(
            "patch", "must be a JSON merge patch (RFC 7386): an object with what is to change, "
                     "such as '''{\"spec\": {...}}'''");
    if (settings.variant != core::Variant::embedded_sync)
        section.complain(
            "patch", fmt::format(
                         "is never applied, because variant is \"{}\": remove it",
                         core::name_of(settings.variant)));
}

/// What is done about tokens that the new plane refuses. Which series tells of them is not
/// published, so without the operator's word nothing is.
void read_token_help(Section& section, core::ActingSettings& settings)
{
    section.read("token_error", settings.token_error);
    read_object(section, "operator", settings.control_plane_operator);
    section.read("token_wait", settings.token_wait, Range<Duration>{1s, 1h});
    section.read("delete_tokens", settings.delete_tokens);
    if (settings.token_error.empty()) {
        if (settings.delete_tokens)
            section.complain("delete_tokens", "is never done, because token_error is not set");
        return;
    }
    if (!net::series_in(settings.token_error))
        section.complain(
            "token_error", "must be a series of edge's metrics, as Prometheus writes it: NAME or "
                           "NAME{LABEL=\"VALUE\"}");
    if (!settings.restart_edge)
        section.complain(
            "token_error", "is looked at only after a restart of edge, and restart_edge is false");
    check_order(
        section, {"deadline", settings.rejoin_deadline, "laggards_after + token_wait",
                  settings.laggards_after + settings.token_wait, false,
                  "the step would give up before new tokens could be used"});
}

}  // namespace

Duration longest_of(const core::EffectSettings& effect)
{
    return effect.deadline + effect.server_limit;
}

void check_step_deadline(Section& section, Duration deadline, const core::EffectSettings& effect)
{
    check_order(
        section,
        {"deadline", deadline, "acting.effect.deadline + server_limit", longest_of(effect), false,
         "the step would give up while an effect of its own may still be under way"});
}

void read_acting_limits(Section& root, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("acting");
    section.read("instance", settings.instance);
    if (!is_name(settings.instance))
        section.complain(
            "instance",
            fmt::format("is {}: write 1 to 63 of a-z, 0-9 and -", shown(settings.instance)));
    section.read("approval_expires", settings.approval_expires, Range<Duration>{1s, 24h});
    read_count(section, "max_automatic_runs", settings.max_automatic_runs, Range<int>{1, 100});
    read_effect(section, settings.effect);
    section.reject_unknown();
}

void read_quiet(Section& root, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("quiet");
    section.read("deadline", settings.quiet_deadline, deadline_range);
    check_step_deadline(section, settings.quiet_deadline, settings.effect);
    read_object(section, "restore_cron_job", settings.restore_cron_job);
    section.reject_unknown();
}

void read_promote(Section& root, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("promote");
    read_patch(section, settings);
    read_count(section, "replicas", settings.replicas, Range<int>{1, replicas_max});
    section.read("deadline", settings.promote_deadline, deadline_range);
    section.read("stable_for", settings.promote_stable_for, stable_range);
    read_object(section, "management_plane", settings.management_plane);
    read_object(section, "kubegres", settings.kubegres);
    check_step_deadline(section, settings.promote_deadline, settings.effect);
    check_order(
        section, {"deadline", settings.promote_deadline, "stable_for", settings.promote_stable_for,
                  false, "the primary must be seen for so long before the step gives up"});
    section.reject_unknown();
}

void read_serve(Section& root, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("serve");
    section.read("deadline", settings.serve_deadline, deadline_range);
    section.read("clusters", settings.expected_clusters);
    section.reject_unknown();
}

void read_rejoin(Section& root, std::optional<Duration> ttl, core::ActingSettings& settings)
{
    auto section = root.table_or_empty("rejoin");
    section.read("laggards_after", settings.laggards_after, Range<Duration>{0s, 24h});
    section.read("deadline", settings.rejoin_deadline, deadline_range);
    read_count(section, "concurrency", settings.rejoin_concurrency, Range<int>{1, 1000});
    section.read("restart_edge", settings.restart_edge);
    read_object(section, "edge", settings.edge_deployment);
    read_object(section, "namespace", settings.edge_namespace);
    read_token_help(section, settings);
    if (ttl)
        check_order(
            section, {"laggards_after", settings.laggards_after, "floating.update.ttl", *ttl, true,
                      "a control plane that is restarted while caches hold the old answer goes "
                      "back to the old plane"});
    check_step_deadline(section, settings.rejoin_deadline, settings.effect);
    check_order(
        section, {"deadline", settings.rejoin_deadline, "laggards_after", settings.laggards_after,
                  false, "nobody would be brought over before the step gives up"});
    section.reject_unknown();
}

}  // namespace understudy::config
