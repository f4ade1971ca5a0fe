#include "run_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "example_records.hpp"

namespace understudy::core::testing {

namespace {

constexpr Duration reading_takes = 20ms;
constexpr Duration effect_takes = 30ms;
constexpr Duration disk_takes = 1ms;
constexpr Duration promotion_takes = 3s;
constexpr Duration restart_takes = 1s;
constexpr Duration renewal_takes = 2s;
constexpr Duration picture_every = 100ms;
constexpr Duration clients_sync_every = 1s;

std::string key_of(const Operation& operation)
{
    return std::string(name_of(operation.kind)) + " " + operation.target + " " + operation.object;
}

std::int64_t milliseconds(WallTime wall) { return wall.time_since_epoch().count(); }

/// An API server's `Date`, in ms.
std::int64_t seconds(WallTime wall) { return milliseconds(wall) / 1000 * 1000; }

/// `edge` reads its tokens when it starts, and the old plane is not asked any more.
void restart(WorldControlPlane& control_plane, bool of_operator, Now now)
{
    if (of_operator) {
        control_plane.operator_restarted_at = seconds(now.wall);
        control_plane.operator_available_at = now.instant + restart_takes;
        if (control_plane.tokens == Tokens::expired)
            control_plane.tokens = Tokens::valid;
        return;
    }
    control_plane.restarted_at = seconds(now.wall);
    control_plane.edge_available_at = now.instant + restart_takes;
    control_plane.reads_refused = control_plane.tokens != Tokens::valid;
}

void delete_tokens_of(WorldControlPlane& control_plane, Now now)
{
    control_plane.tokens_back_at = now.instant + renewal_takes;
    control_plane.tokens_made_at =
        seconds(now.wall + std::chrono::duration_cast<std::chrono::milliseconds>(renewal_takes));
    if (control_plane.tokens == Tokens::stale)
        control_plane.tokens = Tokens::valid;
}

void add_token_facts(Facts& facts, const WorldControlPlane& control_plane, Instant now)
{
    const bool are_there = now >= control_plane.tokens_back_at;
    facts["tokens_missing"] = std::int64_t{are_there ? 0 : 4};
    facts["oldest_token"] = are_there ? control_plane.tokens_made_at : 0;
    facts["newest_token"] = facts["oldest_token"];
}

}  // namespace

ActingSettings acting_settings()
{
    ActingSettings settings;
    settings.mode = Mode::automatic;
    settings.instance = "bastion-1";
    settings.floating_name = "active.tsb.test";
    settings.planes = {{"east", "east.tsb.test", true}, {"west", "west.tsb.test", false}};
    settings.control_planes = {"c1", "c2", "c3"};
    settings.promote_patch = R"({"spec":{"standby":null}})";
    settings.fence_stable_for = 1s;
    settings.promote_stable_for = 1s;
    settings.laggards_after = 2s;
    settings.dark_for = 5s;
    return settings;
}

ActingSettings settings_with_waiver()
{
    auto settings = acting_settings();
    settings.when_unfenceable = WhenUnfenceable::proceed_if_dark;
    settings.waiver = {"Ada", "why", "when"};
    return settings;
}

RunWorld::RunWorld(ActingSettings settings) : settings_(std::move(settings))
{
    now_.instant = Instant(1h);
    now_.wall = WallTime(std::chrono::milliseconds(1'790'000'000'000));
    planes["east"].primary = true;
    planes["west"];
    for (const auto& name : settings_.control_planes)
        control_planes[name].peer = "east";
    start_process();
}

void RunWorld::start_process()
{
    ++process_;
    Process process{"boot-" + std::to_string(boot_), "process-" + std::to_string(process_)};
    runs_.emplace(settings_, process, test_hash, journal, std::string{}, now_);
    step(run_event::WorldHold{true, planes["west"].hold});
    step(run_event::RoomMade{});
}

void RunWorld::stand_still(Duration length)
{
    now_.instant += length;
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(length);
}

void RunWorld::kill(Duration down, bool reboot)
{
    runs_.reset();
    ++process_;
    boot_ += reboot ? 1 : 0;
    pass(now_.instant + down);
    start_process();
}

void RunWorld::later(Duration in, std::function<void()> happen)
{
    coming_.emplace(now_.instant + in, Coming{process_, std::move(happen)});
}

void RunWorld::step(const RunsEvent& event)
{
    auto wanted = runs_->step(event, now_);
    for (auto& effect : wanted)
        std::visit([this](auto& e) { perform(e); }, effect);
    after_each();
}

void RunWorld::perform(run_effect::Append& effect)
{
    later(disk_takes, [this, effect] {
        if (disk_fails) {
            step(run_event::JournalFailed{"disk I/O error"});
            return;
        }
        journal.insert(journal.end(), effect.records.begin(), effect.records.end());
        step(run_event::Appended{effect.sequence});
    });
}

void RunWorld::perform(run_effect::Observe& effect)
{
    const auto takes = reading_lasts ? reading_lasts(effect) : reading_takes;
    later(takes, [this, effect, asked_at = now_.instant] {
        step(run_event::Observed{effect.id, read(effect.operation), now_.instant - asked_at});
    });
}

void RunWorld::perform(run_effect::Perform& effect)
{
    const auto what = fate ? fate(effect) : Fate::arrives;
    const auto plane = planes.find(effect.operation.target);
    const bool is_away = plane != planes.end() && !plane->second.reachable;
    // What was sent lands whether or not its sender still lives.
    const auto on_its_way = travels ? travels(effect) : effect_takes;
    if ((what == Fate::arrives || what == Fate::reply_lost) && !is_away)
        coming_.emplace(now_.instant + on_its_way, Coming{0, [this, effect] { change(effect); }});
    const auto reply = [this, effect](EffectResult result, Duration in) {
        later(in, [this, effect, result] {
            const auto wait = result == EffectResult::refused ? asks_to_wait : Duration{};
            step(run_event::Performed{effect.id, effect.attempt, result, "", wait});
        });
    };
    if (what == Fate::refused)
        reply(EffectResult::refused, effect_takes);
    else if (what == Fate::arrives && !is_away)
        reply(EffectResult::applied, 2 * effect_takes);
    else
        reply(EffectResult::unknown, effect.deadline);
}

Observation RunWorld::read(const Operation& operation) const
{
    Observation seen;
    const auto found = planes.find(operation.target);
    if (found != planes.end() && !found->second.reachable &&
        operation.kind != OperationKind::hook) {
        seen.detail = operation.target + " does not answer";
        return seen;
    }
    seen.readable = true;
    static const WorldPlane nowhere;
    const auto& plane = found == planes.end() ? nowhere : found->second;
    const auto mark = [&] {
        const auto object = plane.objects.find(key_of(operation));
        if (object != plane.objects.end() && !object->second.mark.empty())
            seen.facts["mark"] = object->second.mark;
    };
    switch (operation.kind) {
    case OperationKind::record:
        seen.facts = {
            {"exists", plane.has_record},
            {"instance", plane.record_instance},
            {"epoch", plane.record_epoch},
            {"plan_hash", plane.record_hash},
            {"process", plane.record_process},
            {"cursor", plane.record_cursor},
            {"hold", plane.hold},
            {"version", std::string("1")}};
        break;
    case OperationKind::suspend_cron_job: seen.facts = {{"exists", false}}; break;
    case OperationKind::await_jobs: seen.facts = {{"active", std::int64_t{0}}}; break;
    case OperationKind::compare_content: seen.facts = {{"asked", false}}; break;
    case OperationKind::rehearse_promotion:
        seen.facts = {
            {"accepted", plane.accepts_patch},
            {"changes", true},
            {"message", std::string(plane.accepts_patch ? "" : "denied")}};
        break;
    case OperationKind::scale: {
        const auto replicas = plane.replicas.at(operation.object);
        seen.facts = {
            {"exists", true},
            {"replicas", replicas},
            {"pods", replicas},
            {"available", replicas > 0},
            {"version", std::string("1")}};
        mark();
        break;
    }
    case OperationKind::promote:
        seen.facts = {
            {"applied", plane.primary || plane.primary_at != Instant{}},
            {"version", std::string("1")}};
        mark();
        break;
    case OperationKind::await_primary: {
        const bool is_primary =
            plane.primary || (plane.primary_at != Instant{} && now_.instant >= plane.primary_at);
        seen.facts = {
            {"primaries", std::int64_t{is_primary ? 1 : 0}},
            {"operation", std::string(is_primary ? "" : "promotion")},
            {"ready", std::int64_t{is_primary ? 2 : 1}},
            {"replicas", std::int64_t{2}},
            {"followers_astray", plane.followers_astray}};
        break;
    }
    case OperationKind::serve:
        seen.facts = {
            {"available", true},
            {"status", std::int64_t{200}},
            {"clusters_status", std::int64_t{200}},
            {"clusters", std::int64_t{3}},
            {"expected_clusters", std::int64_t{3}},
            {"missing", std::string()}};
        break;
    case OperationKind::switch_name: {
        const bool is_new = operation.parameter("to").starts_with(name_points_to);
        seen.facts = {
            {"answers", "ns=" + name_points_to + ".tsb.test"},
            {"all_new", is_new},
            {"all_old", !is_new},
            {"unreachable", std::int64_t{0}}};
        if (!name_mark.empty())
            seen.facts["mark"] = name_mark;
        break;
    }
    case OperationKind::resolve_name:
        seen.facts = {{"answer", name_points_to}, {"is_new", name_points_to == "west"}};
        break;
    case OperationKind::rejoin: {
        const auto& control_plane = control_planes.at(operation.target);
        seen.readable = control_plane.reachable;
        seen.facts = {
            {"synced_at", control_plane.synced_at},
            {"peer", std::string()},
            {"available", now_.instant >= control_plane.edge_available_at},
            {"version", std::string("1")},
            {"restarted_at", control_plane.restarted_at},
            {"date", seconds(now_.wall)},
            {"token_error", control_plane.reads_refused},
            {"operator_available", now_.instant >= control_plane.operator_available_at},
            {"operator_restarted_at", control_plane.operator_restarted_at}};
        if (!operation.parameter("tokens").empty()) {
            add_token_facts(seen.facts, control_plane, now_.instant);
            seen.facts["plane_serves"] = new_plane_serves;
        }
        break;
    }
    case OperationKind::hook: break;
    }
    return seen;
}

void RunWorld::change(const run_effect::Perform& order)
{
    const auto& operation = order.operation;
    effects.push_back(key_of(operation));
    if (auto plane = planes.find(operation.target); plane != planes.end())
        plane->second.objects[key_of(operation)].mark = text_of(order.id);
    auto& plane = planes[operation.target.empty() ? "nowhere" : operation.target];
    switch (operation.kind) {
    case OperationKind::record:
        plane.has_record = true;
        plane.record_instance = settings_.instance;
        plane.record_epoch = static_cast<std::int64_t>(order.id.epoch);
        plane.record_hash = operation.parameter("plan_hash");
        plane.record_process = operation.parameter("process");
        plane.record_cursor = std::stoll("0" + operation.parameter("cursor"));
        break;
    case OperationKind::scale:
        plane.replicas[operation.object] = std::stoll("0" + operation.parameter("replicas"));
        break;
    case OperationKind::promote: plane.primary_at = now_.instant + promotion_takes; break;
    case OperationKind::switch_name:
        name_points_to = "west";
        name_mark = text_of(order.id);
        break;
    case OperationKind::rejoin: {
        auto& control_plane = control_planes[operation.target];
        const auto effect = operation.parameter("effect");
        if (effect == delete_tokens) {
            effects.back() += " tokens";
            delete_tokens_of(control_plane, now_);
            break;
        }
        const bool of_operator = effect == restart_operator;
        if (of_operator)
            effects.back() = key_of(operation) + " " + operation.parameter("operator");
        else
            control_plane.peer = name_points_to;
        restart(control_plane, of_operator, now_);
        break;
    }
    case OperationKind::suspend_cron_job:
    case OperationKind::await_jobs:
    case OperationKind::compare_content:
    case OperationKind::rehearse_promotion:
    case OperationKind::await_primary:
    case OperationKind::serve:
    case OperationKind::resolve_name:
    case OperationKind::hook: break;
    }
    if (operation.target.empty() || operation.target == "floating")
        planes.erase("nowhere"), planes.erase("floating");
}

/// Time passes for everybody; what comes is told to the process that asked for it.
void RunWorld::pass(Instant to)
{
    while (now_.instant < to) {
        auto next = to;
        if (!coming_.empty())
            next = std::min(next, coming_.begin()->first);
        if (runs_)
            next = std::min({next, std::max(runs_->wake_at(), now_.instant + 1ms), next_picture_});
        next = std::max(next, now_.instant);
        now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(next - now_.instant);
        now_.instant = next;
        for (auto& [name, control_plane] : control_planes) {
            const auto& peer = planes[control_plane.peer];
            const bool is_served = now_.instant >= control_plane.edge_available_at &&
                                   !control_plane.reads_refused && peer.reachable &&
                                   peer.replicas.at("envoy") > 0 && peer.replicas.at("central") > 0;
            if (is_served && milliseconds(now_.wall) - control_plane.synced_at >=
                                 clients_sync_every.count() / 1'000'000)
                control_plane.synced_at = milliseconds(now_.wall);
        }
        if (!coming_.empty() && coming_.begin()->first <= now_.instant) {
            auto coming = std::move(coming_.begin()->second);
            coming_.erase(coming_.begin());
            if (coming.process == 0 || (runs_ && coming.process == process_))
                coming.happen();
            continue;
        }
        if (!runs_)
            continue;
        if (now_.instant >= next_picture_) {
            next_picture_ = now_.instant + picture_every;
            step(picture());
            step(run_event::WorldHold{planes["west"].reachable, planes["west"].hold});
            if (failed_at_ && closed_gates.empty() && runs_->ledger().open_run() == nullptr)
                step(run_event::Due{decision()});
        } else if (runs_->wake_at() <= now_.instant) {
            step(run_event::Woke{});
        }
    }
}

void RunWorld::run_for(Duration length) { pass(now_.instant + length); }

bool RunWorld::run_until(const std::function<bool()>& reached, Duration limit)
{
    const auto end = now_.instant + limit;
    while (!reached() && now_.instant < end)
        pass(now_.instant + 5ms);
    return reached();
}

bool RunWorld::run_to_end(Duration limit)
{
    return run_until(
        [this] { return !runs_->ledger().runs().empty() && run().has_ended(); }, limit);
}

void RunWorld::fail_active(bool dark)
{
    failed_at_ = failed_at_.value_or(now_.wall);
    is_dark = dark;
    active_serves = false;
    if (dark)
        planes["east"].reachable = false;
}

run_effect::Answer RunWorld::ask(run_event::Command command)
{
    command.request = ++requests_;
    command.decision = decision();
    command.closed_gates = closed_gates;
    if (command.by.empty())
        command.by = "root";
    step(command);
    run_until([&] { return answers_.contains(command.request); }, 10s);
    return answers_[command.request];
}

Decision RunWorld::decision() const
{
    const auto at = failed_at_.value_or(now_.wall);
    return {"east", "west", "failed", "api down", at, at, last_seen, loss.value_or(Loss{})};
}

run_event::Picture RunWorld::picture() const
{
    run_event::Picture picture;
    picture.active = active;
    picture.active_serves = active_serves;
    picture.name_elsewhere = name_elsewhere;
    picture.dark = is_dark;
    picture.loss = loss;
    if (const auto* open = runs_->ledger().open_run(); open != nullptr && judge_knows_of_run)
        picture.run = open->epoch();
    picture.closed = closed_since;
    picture.closed_asked = closed_since_asked;
    picture.settled = judge_sees;
    return picture;
}

std::string RunWorld::hash() const { return runs_->hash_of_plan(runs_->plan_now(decision())); }

void RunWorld::claim_for(const std::string& instance, std::int64_t epoch)
{
    auto& west = planes["west"];
    west.has_record = true;
    west.record_instance = instance;
    west.record_epoch = epoch;
}

bool RunWorld::has_said(std::string_view text) const
{
    return std::ranges::any_of(
        said, [text](const auto& line) { return line.find(text) != std::string::npos; });
}

bool RunWorld::fires(const std::string& alert) const
{
    bool firing = false;
    for (const auto& change : alerts) {
        if (change.alert.name == alert)
            firing = change.firing;
    }
    return firing;
}

namespace {

bool accepts_writes(const WorldPlane& plane, Instant now)
{
    const bool is_primary =
        plane.primary || (plane.primary_at != Instant{} && now >= plane.primary_at);
    return is_primary && plane.replicas.at("tsb") > 0;
}

}  // namespace

void never_two_active(RunWorld& world)
{
    world.after_each = [&world] {
        ASSERT_FALSE(
            accepts_writes(world.planes["east"], world.now()) &&
            accepts_writes(world.planes["west"], world.now()))
            << "two active planes";
    };
}

std::ptrdiff_t place_of(const RunWorld& world, const std::string& effect)
{
    const auto found = std::ranges::find(world.effects, effect);
    return found == world.effects.end() ? -1 : found - world.effects.begin();
}

std::string story(const RunWorld& world)
{
    std::string text;
    for (const auto& line : world.said)
        text += line + "\n";
    return text;
}

ActingSettings settings_with_token_help()
{
    auto settings = acting_settings();
    settings.token_error = "refused_total";
    settings.control_plane_operator = "operator";
    settings.token_wait = 5s;
    return settings;
}

ActingSettings settings_with_token_deletion()
{
    auto settings = settings_with_token_help();
    settings.delete_tokens = true;
    return settings;
}

std::vector<std::string> restarts_in(const RunWorld& world, const std::string& control_plane)
{
    std::vector<std::string> found;
    for (const auto& effect : world.effects) {
        if (effect.starts_with("rejoin " + control_plane))
            found.push_back(effect);
    }
    return found;
}

}  // namespace understudy::core::testing
