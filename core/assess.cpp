#include "core/assess.hpp"

#include "core/assess_parts.hpp"
#include "core/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace understudy::core {

namespace {

using namespace assessing;

constexpr std::array<std::string_view, 6> findings{"satisfied", "needed",  "waiting",
                                                   "refused",   "foreign", "unreadable"};

// The world's record.

std::string record_text(const std::string& instance, std::int64_t epoch, std::int64_t cursor)
{
    return "epoch " + count(epoch) + " of " + instance + " at step " + count(cursor);
}

/// The step that the record has to tell of: of the operation, or of the step that it is in.
std::int64_t cursor_wanted(const Case& in)
{
    return number_in(in.wanted("cursor")).value_or(std::int64_t{in.context.id.step});
}

/// Same owner and epoch as ours: only a copy of this installation can have another plan there, or
/// can be a process that our journal does not know.
Assessment assess_our_record(const Case& in, std::int64_t cursor, const std::string& text)
{
    const auto plan = in.told.text("plan_hash");
    if (plan != in.context.plan_hash)
        return foreign(
            text + " has plan " + plan + ", ours is " + in.context.plan_hash +
            ": a copy of this installation acts");
    const auto process = in.told.text("process");
    if (std::ranges::count(in.context.processes, process) == 0)
        return foreign(
            text + " is of a process that our journal does not know: a copy of this installation "
                   "acts");
    if (const auto ours = in.wanted("process"); !ours.empty() && process != ours)
        return needed(text + " is of the process before this one");
    if (cursor < cursor_wanted(in))
        return needed(text + " is behind step " + count(cursor_wanted(in)));
    return satisfied(text);
}

Assessment assess_record(Case in)
{
    if (!in.told.flag("exists"))
        return needed("there is no record yet");
    const auto instance = in.told.text("instance");
    if (instance.empty())
        return needed("the record is nobody's yet");
    const auto epoch = in.told.number("epoch");
    const auto cursor = in.told.number("cursor");
    const auto text = record_text(instance, epoch, cursor);
    const bool is_ours = instance == in.context.instance;
    const bool is_taken = !is_ours && instance == in.context.taken_over;
    const auto our_epoch = static_cast<std::int64_t>(in.context.id.epoch);
    if (!is_ours && !is_taken)
        return foreign(text + " is another installation's");
    if (epoch > our_epoch)
        return foreign(text + " is newer than ours (epoch " + count(our_epoch) + ")");
    if (epoch < our_epoch)
        return needed(text + " is older than ours (epoch " + count(our_epoch) + ")");
    if (is_taken)
        return foreign(text + " has our epoch, and was taken over from another installation");
    return assess_our_record(in, cursor, text);
}

// Deployments.

Assessment needs_scaling(const Case& in, std::int64_t replicas, std::string why)
{
    auto assessment = needed(in.name() + " " + std::move(why));
    assessment.before["replicas"] = count(replicas);
    return assessment;
}

Assessment assess_scale_down(Case in)
{
    if (!in.told.flag("exists"))
        return satisfied("there is no deployment " + in.name());
    const auto replicas = in.told.number("replicas");
    const auto pods = in.told.number("pods");
    if (replicas != 0)
        return needs_scaling(in, replicas, "has " + count(replicas) + " replicas, wanted 0");
    return satisfied_if(pods == 0, in.name() + " has 0 replicas and " + count(pods) + " pods");
}

Assessment assess_scale_up(Case in, std::int64_t wanted)
{
    if (!in.told.flag("exists"))
        return refused("there is no deployment " + in.name());
    const auto replicas = in.told.number("replicas");
    const bool is_right =
        replicas == wanted || (replicas > wanted && !in.wanted("at_least").empty());
    if (!is_right)
        return needs_scaling(
            in, replicas, "has " + count(replicas) + " replicas, wanted " + count(wanted));
    const bool is_available = in.told.flag("available");
    return satisfied_if(
        is_available || in.wanted("ready") == "any",
        in.name() + " has " + count(replicas) + " replicas and is " +
            (is_available ? "Available" : "not Available"));
}

Assessment assess_scale(Case in)
{
    const auto wanted = number_in(in.wanted("replicas"));
    if (!wanted || *wanted < 0)
        return refused("the plan does not say how many replicas " + in.name() + " shall have");
    return *wanted == 0 ? assess_scale_down(in) : assess_scale_up(in, *wanted);
}

// The database.

Assessment assess_promote(Case in)
{
    return in.told.flag("applied") ? satisfied("the promote patch is applied")
                                   : needed("the promote patch is not applied");
}

std::string shortfall_of(std::int64_t astray)
{
    if (astray <= 0)
        return {};
    return count(astray) +
           " replicas of the database still follow the old plane: seed them anew, one at a time, "
           "before one of them is ever promoted";
}

Assessment assess_await_primary(Case in)
{
    const auto primaries = in.told.number("primaries");
    const auto operation = in.told.text("operation");
    const auto ready = in.told.number("ready");
    const auto replicas = in.told.number("replicas");
    const auto astray = in.told.number("followers_astray");
    const auto seen = count(primaries) + " primaries, " + count(ready) + " of " + count(replicas) +
                      " pods ready, operation " + (operation.empty() ? "none" : operation);
    if (primaries > 1)
        return refused(seen + ": more than one database takes writes");
    auto assessment = satisfied_if(
        primaries == 1 && operation.empty() && replicas > 0 && ready == replicas, seen);
    if (assessment.finding == Finding::satisfied)
        assessment.shortfall = shortfall_of(astray);
    return assessment;
}

// Serving, and the name.

/// With all of them gone it is not the plane's content, and nobody must be sent there; with some
/// gone it is the best that there is, and the rest is for people.
Assessment assess_clusters(const Case& in, std::int64_t clusters, std::string seen)
{
    const auto missing = in.told.text("missing");
    const auto expected = in.told.number("expected_clusters");
    if (in.told.number("clusters_status") != 200)
        return waiting(seen + "; the clusters cannot be read");
    if (in.wanted("expects") == "unknown")
        return satisfied(seen + "; which clusters were there is not known");
    if (missing.empty() && clusters >= expected)
        return satisfied(std::move(seen));
    if (missing.empty() || clusters == 0)
        return waiting(std::move(seen));
    auto assessment = satisfied(std::move(seen));
    assessment.shortfall = "clusters that " + in.operation.target +
                           " does not list, though they were there before: " + missing;
    return assessment;
}

Assessment assess_serve(Case in)
{
    const bool is_available = in.told.flag("available");
    const auto status = in.told.number("status");
    const auto missing = in.told.text("missing");
    const auto clusters = in.told.number("clusters");
    const auto expected = in.told.number("expected_clusters");
    const auto seen = std::string("deployments ") + (is_available ? "Available" : "not Available") +
                      ", status " + count(status) + ", " + count(clusters) + " clusters (" +
                      count(expected) + " expected), missing " +
                      (missing.empty() ? "none" : missing);
    if (!is_available || status != 200)
        return waiting(seen);
    return assess_clusters(in, clusters, seen);
}

/// Names compare without their case and without the dot of the root.
std::string plain_name(std::string_view name)
{
    if (name.ends_with('.'))
        name.remove_suffix(1);
    std::string plain(name);
    std::ranges::transform(plain, plain.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return plain;
}

/// Does a server answer (`SERVER=NAME`) something else than the plan's two names?
bool has_third_answer(const Case& in, std::string_view answers)
{
    while (!answers.empty()) {
        const auto end = std::min(answers.find(' '), answers.size());
        const auto answer = answers.substr(0, end);
        answers.remove_prefix(std::min(end + 1, answers.size()));
        const auto name =
            plain_name(answer.substr(std::min(answer.find('='), answer.size() - 1) + 1));
        if (!name.empty() && name != plain_name(in.wanted("from")) &&
            name != plain_name(in.wanted("to")))
            return true;
    }
    return false;
}

Assessment assess_switch_name(Case in)
{
    const bool is_new = in.told.flag("all_new");
    const bool is_old = in.told.flag("all_old");
    const auto silent = in.told.number("unreachable");
    const auto answers = in.told.text("answers");
    const auto seen = "servers answer " + answers + ", " + count(silent) + " unreachable";
    const bool is_ours = in.context.acted || operation_id_in(in.told.said("mark")) == in.context.id;
    if (is_new && silent == 0)
        return satisfied(seen);
    if (has_third_answer(in, answers) && !is_ours)
        return refused(seen + ": that is neither the old nor the new plane");
    if (is_old && in.wanted("changed_by") == "hook")
        return waiting(seen + ", and a hook changes it");
    return is_old ? needed(seen) : waiting(seen);
}

Assessment assess_resolve_name(Case in)
{
    return satisfied_if(in.told.flag("is_new"), "the resolver answers " + in.told.text("answer"));
}

/// A program whose content is not what the plan's hash covers is another plan's.
Assessment assess_hook(Case in)
{
    if (in.context.acted)
        return waiting(in.name() + " was run, and only its own end tells what it did");
    const auto planned = in.wanted("content_hash");
    if (!planned.empty() && in.told.text("content_hash") != planned)
        return refused(in.name() + " is not the program that was planned: its content has changed");
    return needed(in.name() + " has not been run");
}

Assessment assess_kind(Case in)
{
    switch (in.operation.kind) {
    case OperationKind::record: return assess_record(in);
    case OperationKind::suspend_cron_job: return assess_suspend_cron_job(in);
    case OperationKind::await_jobs: return assess_await_jobs(in);
    case OperationKind::compare_content: return assess_compare_content(in);
    case OperationKind::rehearse_promotion: return assess_rehearse_promotion(in);
    case OperationKind::scale: return assess_scale(in);
    case OperationKind::promote: return assess_promote(in);
    case OperationKind::await_primary: return assess_await_primary(in);
    case OperationKind::serve: return assess_serve(in);
    case OperationKind::switch_name: return assess_switch_name(in);
    case OperationKind::resolve_name: return assess_resolve_name(in);
    case OperationKind::rejoin: return assess_rejoin(in);
    case OperationKind::hook: return assess_hook(in);
    }
    return refused("the plan names a kind of operation that is not known");
}

bool is_newer(const std::optional<OperationId>& mark, const OperationId& ours)
{
    return mark && mark->epoch > ours.epoch;
}

}  // namespace

std::string_view name_of(Finding finding) noexcept { return name_in(findings, finding); }

Assessment assess(
    const Operation& operation, const Observation& observation, const AssessContext& context)
{
    if (!observation.readable)
        return unreadable(observation.detail);
    Told told(observation.facts);
    const auto mark = operation_id_in(told.said("mark"));
    if (operation.kind != OperationKind::record && is_newer(mark, context.id))
        return refused(
            operation.object + " was written by operation " + text_of(*mark) +
            ", which is newer than this run");
    auto assessment = assess_kind({operation, context, told});
    if (!told.missing().empty())
        return unreadable("the reading does not tell '" + told.missing() + "'");
    assessment.ours = assessment.finding == Finding::satisfied && mark == context.id;
    return assessment;
}

}  // namespace understudy::core
