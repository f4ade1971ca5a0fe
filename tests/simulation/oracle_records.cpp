// What a bastion writes down, and so decides.
#include <algorithm>

#include "bastion.hpp"
#include "digest.hpp"
#include "oracle.hpp"
#include "stage.hpp"

namespace understudy::simulation {

using core::OperationState;
using core::RunState;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view automatic = "automatic";

std::string run_name(std::uint64_t epoch) { return "run " + std::to_string(epoch); }

std::optional<Sometimes> sometimes(RunState state)
{
    switch (state) {
    case RunState::done: return Sometimes::run_done;
    case RunState::degraded: return Sometimes::run_degraded;
    case RunState::undone: return Sometimes::run_undone;
    case RunState::aborted: return Sometimes::run_aborted;
    case RunState::expired: return Sometimes::run_expired;
    case RunState::parked: return Sometimes::run_parked;
    case RunState::held: return Sometimes::run_held;
    case RunState::awaiting_approval:
    case RunState::running:
    case RunState::abandoned: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

void Oracle::process_started(const Bastion& bastion, bool is_journal_bad)
{
    auto& book = book_of(bastion);
    book.may_not_act = is_journal_bad;
    if (tampered_[number_of(bastion)] && !is_journal_bad)
        violate("J2", "a journal that was changed is believed");
    if (is_journal_bad) {
        stage_.statistics.reach(Sometimes::journal_found_bad);
        return;
    }
    const auto& before = book.runs;
    const bool has_open_run = std::ranges::any_of(before, [](const auto& entry) {
        return !entry.second.ended_at && entry.second.has_intent;
    });
    if (has_open_run)
        stage_.statistics.reach(Sometimes::process_resumed_a_run);
    // What was not durable never was.
    auto sent = std::move(book.sent);
    book = {};
    book.sent = std::move(sent);
    for (const auto& record : bastion.belongings.disk.records())
        fold(book, record);
}

void Oracle::process_ended(const Bastion&) { ++stage_.statistics.crashes; }

void Oracle::journal_failed(const Bastion& bastion)
{
    book_of(bastion).may_not_act = true;
    stage_.statistics.reach(Sometimes::journal_write_failed);
}

void Oracle::forgets(const Bastion& bastion) { book_of(bastion).sent.clear(); }

/// What is decided is judged when it is decided; what is durable is only folded again at a start.
void Oracle::intends(const Bastion& bastion, const std::vector<core::Record>& records)
{
    auto& book = book_of(bastion);
    for (const auto& record : records) {
        judge(bastion, book, record);
        fold(book, record);
    }
}

void Oracle::judge(const Bastion& bastion, const Book& book, const core::Record& record)
{
    if (const auto* created = std::get_if<core::RunCreated>(&record.body))
        judge_creation(bastion, book, *created);
    else if (const auto* changed = std::get_if<core::RunChanged>(&record.body))
        judge_change(book, *changed);
    else if (const auto* intent = std::get_if<core::Intent>(&record.body))
        judge_intent(bastion, book, *intent, record.at);
    else if (const auto* ended = std::get_if<core::OperationEnded>(&record.body))
        judge_fence(book, *ended);
}

void Oracle::fold(Book& book, const core::Record& record)
{
    if (const auto* created = std::get_if<core::RunCreated>(&record.body)) {
        auto& run = book.runs[created->epoch];
        run.plan = created->plan;
        run.is_automatic = created->by == automatic;
        run.is_approved = !created->needs_approval;
        run.began = stage_.now;
        book.since_arming.push_back(created->epoch);
    } else if (const auto* changed = std::get_if<core::RunChanged>(&record.body)) {
        auto& run = book.runs[changed->epoch];
        run.is_approved = run.is_approved || changed->state == RunState::running;
        run.was_called_off =
            changed->state == RunState::expired || changed->state == RunState::aborted;
        run.was_declined = changed->state == RunState::aborted && !changed->by.empty();
        if (core::is_final(changed->state))
            run.ended_at = stage_.now;
    } else if (const auto* intent = std::get_if<core::Intent>(&record.body)) {
        if (!book.owed.contains(intent->id))
            book.runs[intent->id.epoch].has_intent = true;
    } else if (const auto* swapped = std::get_if<core::RolesSwapped>(&record.body)) {
        book.active = swapped->active;
    } else if (const auto* hold = std::get_if<core::HoldSet>(&record.body)) {
        book.held_until = hold->until;
    } else if (std::holds_alternative<core::HoldReleased>(record.body)) {
        book.held_until.reset();
    } else if (std::holds_alternative<core::Armed>(record.body)) {
        book.since_arming.clear();
    } else if (const auto* owed = std::get_if<core::ObligationOwed>(&record.body)) {
        book.owed.insert(owed->id);
    } else if (const auto* ended = std::get_if<core::ObligationEnded>(&record.body)) {
        if (ended->how == core::paid)
            stage_.statistics.reach(Sometimes::obligation_paid);
        if (ended->how == "void")
            stage_.statistics.reach(Sometimes::obligation_void);
    }
}

void Oracle::judge_fence(const Book& book, const core::OperationEnded& ended)
{
    const auto found = book.runs.find(ended.id.epoch);
    if (found == book.runs.end() || ended.id.index >= core::record_on_new)
        return;
    const auto& steps = found->second.plan.steps;
    if (ended.id.step >= steps.size() || steps[ended.id.step].name != "fence")
        return;
    const bool is_passed_over = core::is_passed_over(ended.state);
    stage_.statistics.reach(
        is_passed_over ? Sometimes::fence_passed_over : Sometimes::fence_confirmed);
    is_waived_ = is_waived_ || is_passed_over;
    if (is_passed_over)
        judge_darkness(found->second, ended);
}

/// Where only a dark plane may be passed over, no control plane was connected to it for so long.
void Oracle::judge_darkness(const SeenRun& run, const core::OperationEnded& ended)
{
    if (ended.state == core::waived ||
        run.plan.when_unfenceable != core::WhenUnfenceable::proceed_if_dark)
        return;
    const auto plane = index_in(plane_names, run.plan.old_plane).value_or(0);
    for (const auto& cluster : stage_.world.clusters) {
        if (stage_.now - cluster.exchanged_with[plane] < run.plan.dark_for)
            violate("X2", "passes over a plane that is not dark");
    }
}

void Oracle::judge_creation(
    const Bastion& bastion, const Book& book, const core::RunCreated& created)
{
    ++stage_.statistics.runs;
    for (const auto& [epoch, run] : book.runs) {
        if (!run.ended_at)
            violate(
                "D7", run_name(created.epoch) + " begins while " + run_name(epoch) + " is open");
        if (epoch >= created.epoch)
            violate("X4", run_name(created.epoch) + " comes after " + run_name(epoch));
    }
    if (core::hash_of(created.plan, digest) != created.plan_hash)
        violate("X8", run_name(created.epoch) + " has another plan than its hash names");
    if (created.by == automatic)
        judge_automatic(bastion, book, created);
}

void Oracle::judge_automatic(
    const Bastion& bastion, const Book& book, const core::RunCreated& created)
{
    ++stage_.statistics.automatic_runs;
    const auto now = bastion.now();
    const auto& settings = bastion.watch_settings();
    const auto old_plane = index_in(plane_names, created.plan.old_plane).value_or(0);
    const auto& served = planes_[old_plane];
    // Clocks of machines differ by less than one in a hundred.
    const auto confirm = settings.detector.confirm - settings.detector.confirm / 100;
    if (bastion.acting_settings().mode == core::Mode::observe)
        violate("D6", "mode observe started a run");
    if ((bastion.acting_settings().mode == core::Mode::approve) != created.needs_approval)
        violate("D6", run_name(created.epoch) + " asks for no approval, or needlessly");
    if (!served.suffers_since || stage_.now - *served.suffers_since < confirm) {
        ++stage_.statistics.false_failovers;
        violate(
            "D1", run_name(created.epoch) + " began although " + created.plan.old_plane +
                      " served, or had until just before");
    }
    if (stage_.now - bastion.disturbed_at() < confirm)
        violate("D5", run_name(created.epoch) + " rests on what was seen before a disturbance");
    if (book.held_until && now.wall < *book.held_until)
        violate("D6", run_name(created.epoch) + " began in spite of a hold");
    if (world_is_held(bastion, other_plane(old_plane)))
        violate("D6", run_name(created.epoch) + " began in spite of a hold in the world");
    // What nobody could read, nobody knows: both readings that tell of somebody's work were heard.
    // And until when it lasts is told by the calendar, which somebody may have set wrong.
    const auto calendar_is_wrong =
        std::chrono::abs(now.wall - stage_.world.wall_at(stage_.now)) > 1s;
    if (served.maintained_since && served.heard.size() == 2 && !calendar_is_wrong &&
        stage_.now - *served.maintained_since > 1min)
        violate("D4", run_name(created.epoch) + " began although somebody works on the plane");
    judge_armed(book, created);
    judge_standby(bastion, created);
}

/// Off after a run until a human armed it, unless that run changed nothing; and one in thirty days.
void Oracle::judge_armed(const Book& book, const core::RunCreated& created)
{
    for (const auto epoch : book.since_arming) {
        const auto& run = book.runs.at(epoch);
        if (!run.was_called_off || run.was_declined)
            violate("D9", run_name(created.epoch) + " began before anybody armed");
    }
    for (const auto& [epoch, run] : book.runs) {
        if (run.is_automatic && !run.was_called_off)
            violate("D9", run_name(created.epoch) + " is one too many in thirty days");
    }
}

void Oracle::judge_standby(const Bastion& bastion, const core::RunCreated& created)
{
    // What was written between the last reading and the end of the old plane, at its pace.
    constexpr std::int64_t unseen = 16 * 1024 * 1024;
    const auto standby = index_in(plane_names, created.plan.new_plane).value_or(1);
    const auto& plane = stage_.world.planes[standby];
    const auto& other = stage_.world.planes[other_plane(standby)];
    const auto limit = bastion.watch_settings().standby.lag_bytes_max;
    if (stage_.world.bytes_behind(standby) > limit + unseen)
        violate("D8", created.plan.new_plane + " lacks more than may be lost");
    const bool has_replicas = stage_.world.variant() == core::Variant::embedded_sync ||
                              stage_.world.variant() == core::Variant::external_postgres;
    if (has_replicas && plane.database.system != other.database.system)
        violate("D8", created.plan.new_plane + " is a copy of another database");
    if (misfit_since_ && stage_.now - *misfit_since_ > 4min &&
        stage_.world.variant() == core::Variant::embedded_sync)
        violate("D8", "a replica of " + created.plan.new_plane + " is not ready");
    if (plane.key != other.key)
        violate("D8", created.plan.new_plane + " has other keys");
    if (plane.version != other.version)
        violate("D8", created.plan.new_plane + " has another version");
    if (!created.plan.loss.empty())
        violate("D8", "nobody but a human accepts a loss");
}

void Oracle::judge_change(const Book& book, const core::RunChanged& changed)
{
    if (const auto state = sometimes(changed.state))
        stage_.statistics.reach(*state);
    if (changed.state == RunState::running && changed.why != "the hold is over")
        stage_.statistics.reach(Sometimes::run_resumed);
    const bool is_foreign = changed.why.find("newer than ours") != std::string::npos ||
                            changed.why.find("copy of this installation") != std::string::npos;
    if (changed.state == RunState::parked && is_foreign)
        stage_.statistics.reach(Sometimes::foreign_record_parked);
    const auto found = book.runs.find(changed.epoch);
    if (found == book.runs.end())
        return violate("X8", run_name(changed.epoch) + " changes without having been created");
    const auto& run = found->second;
    if (changed.state == RunState::running && !run.is_approved &&
        !approvable_.contains(changed.epoch))
        violate("D6", run_name(changed.epoch) + " runs by a plan that nobody approved");
    if (run.ended_at)
        violate("X13", run_name(changed.epoch) + " changes after its end");
    if (changed.state == RunState::aborted && run.has_intent)
        violate("X10", run_name(changed.epoch) + " is called off after it began to act");
    if (changed.state == RunState::done)
        judge_end(changed.epoch, run);
}

/// `done` is said of the true world.
void Oracle::judge_end(std::uint64_t epoch, const SeenRun& run)
{
    const auto& world = stage_.world;
    const auto to = index_in(plane_names, run.plan.new_plane).value_or(1);
    const auto from = other_plane(to);
    if (!world.planes[to].database.is_primary)
        violate("X12", run_name(epoch) + " is done, and nothing was promoted");
    if (!is_waived_ && world.is_active(from, stage_.now) && !was_raised_by_others(from))
        violate("X12", run_name(epoch) + " is done, and " + run.plan.old_plane + " takes writes");
    for (std::size_t server = 0; server < server_count; ++server) {
        if (world.names.answer_of(server) != to)
            violate("X12", run_name(epoch) + " is done, and a server answers something else");
    }
    for (std::size_t i = 0; i < cluster_count; ++i) {
        const auto when = world.clusters[i].exchanged_with[to];
        if (when < world.names.changed_at())
            violate(
                "X12", run_name(epoch) + " is done, and " + cluster_names[i] + " never came to " +
                           run.plan.new_plane);
    }
}

void Oracle::judge_intent(
    const Bastion& bastion, const Book& book, const core::Intent& intent, core::WallTime at)
{
    if (book.held_until && at < *book.held_until)
        violate("D6", "operation " + text_of(intent.id) + " is intended in spite of a hold");
    const auto found = book.runs.find(intent.id.epoch);
    if (found == book.runs.end())
        return violate("X8", "operation " + text_of(intent.id) + " is of no run");
    if (!found->second.is_approved)
        violate("D6", "operation " + text_of(intent.id) + " is intended before its approval");
    const auto standby = index_in(plane_names, found->second.plan.new_plane).value_or(1);
    if (world_is_held(bastion, standby) && !found->second.ended_at)
        violate("D6", "operation " + text_of(intent.id) + " is intended, and the world is held");
}

}  // namespace understudy::simulation
