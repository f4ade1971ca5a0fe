#include "config/check_acting.hpp"

#include "config/durations.hpp"
#include "config/hooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace understudy::config {

namespace {

using core::Duration;
using core::Mode;
using core::Variant;
using core::WhenUnfenceable;

/// The run that the first failover would be.
core::Plan first_plan(const core::ActingSettings& settings)
{
    const auto& planes = settings.planes;
    const bool first_is_active = planes.at(0).initially_active;
    const auto& active = planes.at(first_is_active ? 0 : 1);
    const auto& standby = planes.at(first_is_active ? 1 : 0);
    return core::make_failover_plan(settings, active.name, standby.name, 0);
}

Duration sum_of_deadlines(const core::Plan& plan)
{
    return std::accumulate(
        plan.steps.begin(), plan.steps.end(), Duration::zero(),
        [](Duration sum, const core::Step& step) { return sum + step.deadline; });
}

class ActingAssessor {
public:
    ActingAssessor(const Settings& settings, const ActingDefinition& acting, Assessment& assessment)
        : settings_(settings), acting_(acting), run_(acting.settings), result_(assessment)
    {}

    void look()
    {
        look_at_mode();
        look_at_guard();
        look_at_plan();
        look_at_content();
        look_at_unfenceable();
        look_at_credentials();
        look_at_parts();
        look_at_success();
        look_at_tokens();
    }

private:
    void look_at_mode()
    {
        switch (run_.mode) {
        case Mode::observe:
            say("observe: nothing is done; this is the run that [acting] describes");
            break;
        case Mode::approve:
            say("approve: a run starts only when a human approves its plan, within {}",
                format_duration(run_.approval_expires));
            break;
        case Mode::automatic:
            say("automatic: a run starts by itself once `failed` held for {} and every gate is "
                "open, at most {} in 30 days; after each one nothing starts before a human re-arms",
                format_duration(settings_.watch.detector.confirm), run_.max_automatic_runs);
            break;
        }
    }

    void look_at_guard()
    {
        say("a standby whose data are not fresh, or not known to be, or whose keys differ: no run "
            "starts by itself; a human may accept the loss that the plan states "
            "(failover --accept-loss)");
    }

    /// What is not compared is no obstacle: it is only not known.
    void look_at_content()
    {
        if (acting_.content)
            say("content: the standby's database is compared with what the active was last seen to "
                "hold while it was healthy{}",
                run_.content_required ? "; what cannot be compared stops the run" : "");
        else
            miss("[content] is not written: what the standby's database holds is not compared "
                 "before the fence");
        if (!run_.expected_clusters.empty())
            say("content: {} clusters are named in serve.clusters, and have to be listed by the "
                "new plane",
                run_.expected_clusters.size());
    }

    void look_at_plan()
    {
        const auto plan = first_plan(run_);
        for (const auto& step : plan.steps)
            say("{}: {}, within {}{}", step.name, step.title, format_duration(step.deadline),
                step.point_of_no_return ? "; from here a run only goes forward" : "");
        say("a run ends, or waits for a human, within {}: the sum of these",
            format_duration(sum_of_deadlines(plan)));
    }

    void look_at_unfenceable()
    {
        const auto& waiver = run_.waiver;
        switch (run_.when_unfenceable) {
        case WhenUnfenceable::wait_for_human:
            say("an old plane that cannot be reached to be fenced: the run waits for a human, "
                "without an end");
            break;
        case WhenUnfenceable::refuse:
            say("an old plane that cannot be reached to be fenced: the run is refused");
            break;
        case WhenUnfenceable::proceed_if_dark:
            say("an old plane that cannot be reached to be fenced: the run goes on once it has "
                "been dark for {}, which adds as much; waived by {} on {}: {}",
                format_duration(run_.dark_for), waiver.by, waiver.when, waiver.why);
            look_at_darkness();
            break;
        case WhenUnfenceable::proceed:
            say("an old plane that cannot be reached to be fenced: the run goes on, and two planes "
                "may be active; waived by {} on {}: {}",
                waiver.by, waiver.when, waiver.why);
            break;
        }
    }

    /// Dark is what others say as well: the workload clusters, and canaries of another domain.
    void look_at_darkness()
    {
        std::set<std::string> domains;
        for (const auto& canary : settings_.watch.canaries)
            domains.insert(canary.domain);
        if (settings_.watch.control_planes.empty())
            never("no plane is ever dark: no control plane is there to say that it lost it");
        if (domains.size() < 2)
            never("whether a plane is dark rests on fewer than two failure domains of canaries");
    }

    /// Whether credentials may write is seen only by writing.
    void look_at_credentials()
    {
        for (const auto& [name, options] : settings_.acting_clusters) {
            const auto watching = settings_.clusters.find(name);
            if (watching != settings_.clusters.end() &&
                watching->second.kubeconfig == options.kubeconfig &&
                watching->second.context == options.context)
                miss(
                    "{}: no acting_kubeconfig: what watches must be allowed to write as well, "
                    "which cannot be tried beforehand",
                    name);
        }
    }

    /// In the modes that act these are refused; in `observe` they are only said.
    void look_at_parts()
    {
        for (const auto& plane : acting_.planes) {
            if (!settings_.acting_clusters.contains(plane.name))
                lack("{}: no kubeconfig to act with", plane.name);
            if (!plane.request || plane.organization.empty())
                lack("{}: no request to see it serve", plane.name);
        }
        if (run_.variant == Variant::embedded_sync && run_.promote_patch.empty())
            lack("promote.patch is not written");
        if (!run_.switch_name && !has_hook_for(run_, "switch-name"))
            lack("nothing switches the floating name: neither [floating.update] nor a hook");
        if (run_.name_hook)
            say("name: {} switches it, within {}; each of floating.servers is asked afterwards",
                run_.name_hook->argv, format_duration(run_.name_hook->timeout));
        if (acting_.name_servers.empty())
            lack("floating.servers is not set: a switched name is seen there");
    }

    void look_at_tokens()
    {
        if (!run_.restart_edge)
            return;
        if (run_.token_error.empty())
            miss(
                "rejoin.token_error is not set: a control plane whose tokens the new plane refuses "
                "is named at the end, and nothing is done about them");
        else
            say("a control plane whose tokens are refused, as {} tells: {} is restarted, and edge "
                "once more after {}; {}",
                run_.token_error, run_.control_plane_operator, format_duration(run_.token_wait),
                run_.delete_tokens
                    ? "if that does not help, the tokens' Secrets are deleted once a "
                      "human has approved the run's plan"
                    : "Secrets are never deleted");
    }

    void look_at_success()
    {
        if (settings_.watch.control_planes.empty())
            never("a run can never be `done`, only `degraded`: no control plane is asked whether "
                  "it came over");
        for (const auto& plane : acting_.planes) {
            if (run_.variant == Variant::embedded_sync && plane.postgres.empty())
                never(
                    "a run to {} is refused unless its PostgreSQL is configured: without a "
                    "connection nobody knows how fresh its data is",
                    plane.name);
        }
        if (!acting_.name_update)
            never(
                "whether caches have forgotten the old answer is not known: rejoin.laggards_after "
                "({}) must be at least the floating name's TTL",
                format_duration(run_.laggards_after));
    }

    template <class... Values>
    void say(fmt::format_string<Values...> text, Values&&... values)
    {
        result_.acting.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    template <class... Values>
    void miss(fmt::format_string<Values...> text, Values&&... values)
    {
        result_.missing.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    template <class... Values>
    void never(fmt::format_string<Values...> text, Values&&... values)
    {
        result_.never.push_back(fmt::format(text, std::forward<Values>(values)...));
    }

    template <class... Values>
    void lack(fmt::format_string<Values...> text, Values&&... values)
    {
        const auto what = fmt::format(text, std::forward<Values>(values)...);
        miss("{}", what);
        never("the modes approve and automatic are refused: {}", what);
    }

    const Settings& settings_;
    const ActingDefinition& acting_;
    const core::ActingSettings& run_;
    Assessment& result_;
};

}  // namespace

void assess_acting(const Settings& settings, Assessment& assessment)
{
    if (settings.acting)
        ActingAssessor(settings, *settings.acting, assessment).look();
}

}  // namespace understudy::config
