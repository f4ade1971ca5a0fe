#include "simulation.hpp"

#include <algorithm>

#include "bastion.hpp"
#include "people.hpp"
#include "stage.hpp"
#include "weather.hpp"

namespace understudy::simulation {

using namespace std::chrono_literals;

namespace {

constexpr core::Duration exchange_every = 10s;
/// Long enough for the slowest detection: `sync_stale`, a round of probes, and the confirmation.
constexpr core::Duration answered_within = 8min;

class Scenario {
public:
    Scenario(const Options& options, const ProfileRow& profile)
        : options_(options),
          profile_(profile),
          choices_(options.choices.value_or(choices_of(options.seed, profile))),
          stage_(options.seed, choices_.variant, options.tells),
          bastion_(stage_, 0, choices_),
          copy_(stage_, 1, choices_),
          people_(stage_, bastion_),
          weather_(stage_, {&bastion_, &copy_})
    {}

    Result run();

private:
    static Choices choices_of(std::uint64_t seed, const ProfileRow& profile);
    void dispatch(const Event& event);
    bool can_be_confirmed(const Fault& fault) const;
    void judge_detection();
    std::string end_state() const;
    bool is_long_over();

    const Options& options_;
    const ProfileRow& profile_;
    Choices choices_;
    Stage stage_;
    Bastion bastion_;
    Bastion copy_;
    People people_;
    Weather weather_;
    std::optional<core::Instant> over_since_;
};

/// A run has ended, and nothing that a killed process would still do can come.
bool Scenario::is_long_over()
{
    constexpr auto long_enough = std::chrono::minutes(2);
    const bool is_over = bastion_.is_running() && !bastion_.runs().ledger().runs().empty() &&
                         bastion_.runs().ledger().open_run() == nullptr;
    over_since_ = is_over ? over_since_.value_or(stage_.now) : std::optional<core::Instant>();
    return over_since_ && stage_.now - *over_since_ >= long_enough;
}

Choices Scenario::choices_of(std::uint64_t seed, const ProfileRow& profile)
{
    auto choices = draw_choices(seed);
    // Whether an outage is answered can only be asked of somebody who may answer it.
    if (profile.profile == Profile::outage)
        choices.mode = core::Mode::automatic;
    return choices;
}

Result Scenario::run()
{
    stage_.world.tells_peer = Random(stage_.seed, "peers").chance(800);
    stage_.measures_detection = profile_.profile == Profile::outage;
    stage_.boundaries.kill_at(options_.crash_at.first, options_.crash_at.second);
    auto faults = options_.faults.value_or(draw_faults(stage_.seed, profile_));
    std::erase_if(
        faults, [&](const Fault& fault) { return options_.left_out.contains(fault.kind); });
    weather_.plan(std::move(faults));
    for (std::uint32_t i = 0; i < cluster_count; ++i)
        stage_.plan(exchange_every * (i + 1) / 3, EventKind::clusters_exchange, i);
    stage_.plan(options_.length.value_or(profile_.length), EventKind::end);
    if (options_.people_look)
        people_.begin();
    bastion_.start();
    for (auto event = stage_.queue.pop(); event.kind != EventKind::end;
         event = stage_.queue.pop()) {
        stage_.now = event.at;
        stage_.trace.note(event);
        ++stage_.statistics.events;
        if (options_.ends_with_run && is_long_over())
            break;
        dispatch(event);
        stage_.oracle.look();
    }
    stage_.oracle.close(bastion_);
    judge_detection();
    Result result;
    result.seed = stage_.seed;
    result.profile = profile_;
    result.faults = weather_.faults();
    result.end_state = end_state();
    result.boundaries = stage_.boundaries.passed();
    if (const auto last = stage_.boundaries.last_planned())
        result.died = name_of(*last);
    stage_.statistics.scenarios = 1;
    stage_.statistics.watched = stage_.now - beginning;
    result.violations = stage_.oracle.violations();
    result.statistics = stage_.statistics;
    result.hash = stage_.trace.hash();
    result.story = stage_.trace.story();
    return result;
}

void Scenario::dispatch(const Event& event)
{
    switch (event.kind) {
    case EventKind::clusters_exchange:
        stage_.world.exchange(event.subject, stage_.now);
        return stage_.plan(exchange_every, EventKind::clusters_exchange, event.subject);
    case EventKind::fault_begins:
    case EventKind::fault_ends:
    case EventKind::fault_stirs: return weather_.handle(event);
    case EventKind::people_look: return people_.look();
    case EventKind::world_settles: return stage_.world.advance(stage_.now);
    case EventKind::end: return;
    case EventKind::watch_wakes:
    case EventKind::runs_wakes:
    case EventKind::probe_ends:
    case EventKind::reading_ends:
    case EventKind::effect_leaves:
    case EventKind::effect_lands:
    case EventKind::effect_ends:
    case EventKind::journal_synced:
    case EventKind::memory_synced:
    case EventKind::room_made:
    case EventKind::hold_is_asked:
    case EventKind::hold_is_told:
    case EventKind::process_starts:
    case EventKind::process_goes_on: return (event.bastion == 0 ? bastion_ : copy_).handle(event);
    }
}

/// A database that is only silent is no evidence; where Kubegres keeps it, its pods tell.
bool Scenario::can_be_confirmed(const Fault& fault) const
{
    return choices_.variant == core::Variant::embedded_sync ||
           fault_kinds()[fault.kind].name != "database-down";
}

/// A lone outage that lasts has to be answered by a run.
void Scenario::judge_detection()
{
    if (profile_.profile != Profile::outage || choices_.mode == core::Mode::observe)
        return;
    for (const auto& fault : weather_.faults()) {
        if (fault.ends - fault.begins < answered_within || stage_.now < fault.ends ||
            !can_be_confirmed(fault))
            continue;
        ++stage_.statistics.outages;
        if (!bastion_.is_running() || !bastion_.runs().ledger().runs().empty())
            continue;
        ++stage_.statistics.missed;
        stage_.oracle.violate("L1", "an outage was not answered");
    }
}

/// What a run is about, of both planes.
std::string Scenario::end_state() const
{
    std::string text = "name: " + plane_names[stage_.world.names.plane()] + "\n";
    for (std::size_t i = 0; i < plane_count; ++i) {
        const auto& plane = stage_.world.planes[i];
        text += plane_names[i] + ":";
        for (std::size_t d = 0; d < deployment_count; ++d)
            text += " " + deployment_names[d] + " " + std::to_string(plane.deployments[d].replicas);
        text += plane.stands_by ? ", stands by" : ", does not stand by";
        text += plane.database.is_primary ? ", primary" : ", replica";
        text += plane.jobs.is_suspended ? ", restores suspended" : "";
        text += ", record of run " + std::to_string(plane.record.epoch);
        // In the old plane's cluster it is best effort: a step may end before it is written there.
        if (i == stage_.world.names.plane())
            text += ", step " + std::to_string(plane.record.cursor);
        text += "\n";
    }
    for (std::size_t i = 0; i < cluster_count; ++i)
        text += cluster_names[i] + ": " + plane_names[stage_.world.clusters[i].peer] + "\n";
    if (bastion_.is_running() && !bastion_.runs().ledger().runs().empty())
        text += "run: " + std::string(name_of(bastion_.runs().ledger().runs().back().state)) + "\n";
    return text;
}

}  // namespace

Result simulate(const Options& options)
{
    const auto profile = options.profile ? *options.profile : mixed_profile_of(options.seed);
    return Scenario(options, profile).run();
}

}  // namespace understudy::simulation
