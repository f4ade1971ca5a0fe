#include "core/standby.hpp"

#include <algorithm>
#include <functional>
#include <span>

namespace understudy::core {

namespace {

struct Input : StandbyInput {
    const FactsByName& of_standby;
    const FactsByName& of_active;
    /// How long a fact of the standby speaks for the present.
    Duration facts_fresh_for;
    std::optional<std::int64_t> lag;
};
using Check = StandbyCheck (*)(const Input&);

std::string text_of(std::optional<std::int64_t> value)
{
    return value ? std::to_string(*value) : "unknown";
}

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

std::string text_of(const std::optional<bool>& value)
{
    if (!value)
        return "unknown";
    return *value ? "yes" : "no";
}

/// The slowest of the standby's probes sets the pace.
Duration pace_of_facts(const StandbyInput& in)
{
    Duration longest = in.settings.standby.position_age_max;
    for (const auto& probe : in.settings.probes) {
        if (probe.target == in.standby)
            longest = std::max(longest, fresh_for(probe));
    }
    return longest;
}

bool is_younger(const Input& in, const SeenFact& seen, Duration age)
{
    return seen.at && in.now.instant - *seen.at <= age;
}

/// A fact of the standby as it is now; empty when only an earlier process saw it, or too long ago.
template <class T>
std::optional<T> present(const Input& in, std::string_view fact)
{
    const auto* seen = find_seen(in.of_standby, fact);
    if (seen == nullptr || !is_younger(in, *seen, in.facts_fresh_for))
        return std::nullopt;
    return value_of<T>(seen);
}

/// A fact of the active as it was last seen, however long ago.
template <class T>
std::optional<T> last_seen(const Input& in, std::string_view fact)
{
    return value_of<T>(find_seen(in.of_active, fact));
}

/// Seen in this process and not longer ago than replication positions may be.
bool is_recent(const Input& in, const SeenFact& seen)
{
    return is_younger(in, seen, in.settings.standby.position_age_max);
}

constexpr std::string_view instance_prefix = "postgres/";

/// The facts `postgres/INSTANCE/NAME` of a plane, one for each instance.
std::vector<const SeenFact*> instance_facts(const FactsByName& facts, std::string_view name)
{
    std::vector<const SeenFact*> result;
    for (const auto& [fact, seen] : beginning_with(facts, instance_prefix)) {
        if (fact.ends_with(name))
            result.push_back(&seen);
    }
    return result;
}

/// Those of the standby that this process saw at least once. Instances that only an earlier process
/// knew may have left the configuration; one that is merely away fails `replicas_ready`.
std::vector<const SeenFact*> standby_instances(const Input& in, std::string_view name)
{
    auto result = instance_facts(in.of_standby, name);
    std::erase_if(result, [](const SeenFact* seen) { return !seen->at.has_value(); });
    return result;
}

constexpr std::string_view streaming_suffix = "/streaming";

bool is_streaming_fact(std::string_view fact)
{
    return fact.starts_with(instance_prefix) && fact.ends_with(streaming_suffix);
}

std::string streamed_fact_of(std::string_view streaming_fact)
{
    streaming_fact.remove_suffix(streaming_suffix.size());
    return std::string(streaming_fact) + "/streamed";
}

/// `value` and `threshold` say it in words, when somebody reads them.
template <class Value, class Threshold>
StandbyCheck check(
    const Input& in, std::string_view name, bool ok, const Value& value, const Threshold& threshold)
{
    StandbyCheck result{name, ok, {}, {}};
    if (!ok || in.in_words) {
        result.value = value();
        result.threshold = threshold();
    }
    return result;
}

StandbyCheck reachable(const Input& in)
{
    constexpr const char* answers = "its Kubernetes API answers";
    return check(
        in, "reachable", in.kubernetes_answers,
        [&] { return in.kubernetes_answers ? answers : "its Kubernetes API is not read"; },
        [] { return answers; });
}

StandbyCheck replicas_ready(const Input& in)
{
    const auto wanted = present<std::int64_t>(in, "kubegres/replicas");
    const auto ready = present<std::int64_t>(in, "kubegres/ready_replicas");
    return check(
        in, "replicas_ready", wanted && ready && *wanted > 0 && *ready >= *wanted,
        [&] { return text_of(ready) + " ready"; },
        [&] { return "all of " + text_of(wanted) + " ready"; });
}

StandbyCheck enforced_replicas(const Input& in)
{
    const auto enforced = present<std::int64_t>(in, "kubegres/enforced_replicas");
    return check(
        in, "enforced_replicas", enforced && *enforced > 0, [&] { return text_of(enforced); },
        [] { return "more than 0"; });
}

StandbyCheck no_operation(const Input& in)
{
    const auto operation = present<std::string>(in, "kubegres/blocking_operation");
    return check(
        in, "no_operation", operation && operation->empty(),
        [&] { return operation ? (operation->empty() ? "none" : *operation) : "unknown"; },
        [] { return "no blocking operation"; });
}

StandbyCheck failover_enabled(const Input& in)
{
    const auto disabled = present<bool>(in, "kubegres/failover_disabled");
    return check(
        in, "failover_enabled", disabled == false, [&] { return "disabled: " + text_of(disabled); },
        [] { return "spec.failover.isDisabled is not true"; });
}

/// Whether the replica of the fact `postgres/INSTANCE/streaming` streamed up to the suspicion. One
/// that had stopped before lacks what was written since, whatever `fresh` says of bytes.
bool streamed_until_suspicion(const Input& in, std::string_view streaming_fact)
{
    if (!in.active_suspect_since)
        return false;
    const auto streamed =
        value_of<std::int64_t>(find_seen(in.of_standby, streamed_fact_of(streaming_fact)));
    return streamed && *in.active_suspect_since - wall_from_unix_seconds(*streamed) <=
                           in.settings.standby.position_age_max;
}

StandbyCheck streaming(const Input& in)
{
    std::ptrdiff_t receivers = 0;
    std::ptrdiff_t fit = 0;
    for (const auto& [fact, seen] : beginning_with(in.of_standby, instance_prefix)) {
        if (!is_streaming_fact(fact) || !seen.at)
            continue;
        ++receivers;
        const auto* streams = std::get_if<bool>(&seen.value);
        const bool told = streams != nullptr && is_recent(in, seen);
        fit += told && (*streams || streamed_until_suspicion(in, fact)) ? 1 : 0;
    }
    return check(
        in, "streaming", receivers > 0 && fit == receivers,
        [&] { return std::to_string(fit) + " of " + std::to_string(receivers) + " replicas"; },
        [] { return "every replica streams, or did until the active became suspect"; });
}

std::optional<std::int64_t> lowest_position(const Input& in)
{
    std::optional<std::int64_t> lowest;
    for (const auto* seen : standby_instances(in, "/position")) {
        const auto* position = std::get_if<std::int64_t>(&seen->value);
        if (position == nullptr || *position < 0 || !is_recent(in, *seen))
            return std::nullopt;
        lowest = std::min(lowest.value_or(*position), *position);
    }
    return lowest;
}

std::optional<std::int64_t> highest_active_position(const Input& in)
{
    const auto reference = in.active_suspect_since.value_or(in.now.wall);
    std::optional<std::int64_t> highest;
    for (const auto* seen : instance_facts(in.of_active, "/position")) {
        const auto* position = std::get_if<std::int64_t>(&seen->value);
        const bool is_too_old = reference - seen->wall > in.settings.standby.position_age_max;
        if (position == nullptr || *position < 0 || is_too_old)
            continue;
        highest = std::max(highest.value_or(*position), *position);
    }
    return highest;
}

std::optional<std::int64_t> lag_of(const Input& in)
{
    const auto active = highest_active_position(in);
    const auto standby = lowest_position(in);
    if (!active || !standby)
        return std::nullopt;
    // The standby may have been read after the active moved on.
    return std::max<std::int64_t>(0, *active - *standby);
}

/// The same database cluster as the active's: a standby that was initialised on its own can stream
/// nothing of it, however well its replicas look.
StandbyCheck same_system(const Input& in)
{
    std::vector<std::string_view> systems;
    bool is_known = true;
    const auto collect = [&](const std::vector<const SeenFact*>& facts) {
        is_known = is_known && !facts.empty();
        for (const auto* seen : facts) {
            if (const auto* system = std::get_if<std::string>(&seen->value))
                systems.push_back(*system);
        }
    };
    const auto of_standby = standby_instances(in, "/system");
    collect(of_standby);
    collect(instance_facts(in.of_active, "/system"));
    const bool is_one = std::ranges::adjacent_find(systems, std::not_equal_to{}) == systems.end();
    is_known = is_known && std::ranges::all_of(of_standby, [&in](const SeenFact* seen) {
                   return is_younger(in, *seen, in.facts_fresh_for);
               });
    const bool ok = is_known && is_one && !systems.empty() && !systems.front().empty();
    const std::string_view trouble = is_known ? "differs" : "not known of both planes";
    return check(
        in, "same_system", ok, [&] { return ok ? systems.front() : trouble; },
        [] { return "one PostgreSQL system identifier on both planes"; });
}

StandbyCheck fresh(const Input& in)
{
    const auto& lag = in.lag;
    return check(
        in, "fresh", lag && *lag <= in.settings.standby.lag_bytes_max,
        [&] { return text_of(lag) + " bytes behind"; },
        [&] { return "at most " + std::to_string(in.settings.standby.lag_bytes_max) + " bytes"; });
}

StandbyCheck restored(const Input& in)
{
    const auto success = present<std::int64_t>(in, "cronjob/tsb-restore/last_success");
    const auto limit = in.settings.standby.restore_age_max;
    const bool ok = success && in.now.wall - wall_from_unix_seconds(*success) <= limit;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
    return check(
        in, "fresh", ok,
        [&] {
            return success ? "restored at unix time " + std::to_string(*success)
                           : "no restore is known";
        },
        [&] { return "at most " + std::to_string(seconds) + " s ago"; });
}

/// Secrets whose key ids are not seen to be equal; empty: all are.
std::string unequal_keys(const Input& in)
{
    std::string text;
    for (const auto& object : in.settings.standby.key_secrets) {
        const auto fact = key_fact_of(object);
        const auto active = last_seen<std::string_view>(in, fact).value_or("");
        const auto standby = present<std::string_view>(in, fact).value_or("");
        const bool is_known = !active.empty() && !standby.empty();
        if (!is_known || active != standby)
            text += (text.empty() ? "" : ", ") + object +
                    (is_known ? " differs" : " is not known of both planes");
    }
    return text;
}

StandbyCheck keys_equal(const Input& in)
{
    const auto unequal = unequal_keys(in);
    return check(
        in, "keys_equal", unequal.empty(), [&] { return unequal.empty() ? "equal" : unequal; },
        [] { return "key ids equal to the active's, last seen"; });
}

/// Does a certificate's name, possibly a wildcard for one label (RFC 6125), cover `host`?
bool covers(std::string_view pattern, std::string_view host)
{
    if (!pattern.starts_with("*."))
        return pattern == host;
    const auto dot = host.find('.');
    return dot != std::string_view::npos && host.substr(dot + 1) == pattern.substr(2);
}

bool any_covers(std::string_view names, std::string_view host)
{
    while (!names.empty()) {
        const auto space = names.find(' ');
        if (covers(names.substr(0, space), host))
            return true;
        names = space == std::string_view::npos ? "" : names.substr(space + 1);
    }
    return false;
}

std::string_view host_of(const Input& in, std::string_view plane)
{
    const auto found = std::ranges::find(in.settings.planes, plane, &PlaneSettings::name);
    return found == in.settings.planes.end() ? std::string_view{} : found->host;
}

struct CertificateFacts {
    std::string_view prefix;
    std::string_view not_after;
    std::string_view names;
};
constexpr CertificateFacts of_api{"", "certificate/not_after", "certificate/names"};
constexpr CertificateFacts of_agents{
    "agents/", "agents/certificate/not_after", "agents/certificate/names"};

/// What is wrong with the certificate that these facts are of; empty when it is fit,
/// nothing when it has not been seen.
std::optional<std::string> certificate_fault(const Input& in, const CertificateFacts& facts)
{
    const auto not_after = present<std::int64_t>(in, facts.not_after);
    const auto names = present<std::string_view>(in, facts.names);
    if (!not_after || !names)
        return std::nullopt;
    const std::string prefix(facts.prefix);
    const auto left = wall_from_unix_seconds(*not_after) - in.now.wall;
    if (left < in.settings.standby.certificate_left_min)
        return prefix + "expires at unix time " + std::to_string(*not_after);
    if (!any_covers(*names, host_of(in, in.standby)))
        return prefix + "does not cover " + std::string(host_of(in, in.standby));
    if (!any_covers(*names, in.settings.floating_name))
        return prefix + "does not cover " + in.settings.floating_name;
    return std::string{};
}

/// The API's certificate must be known; that of the agents' port where a probe reads it.
StandbyCheck certificates(const Input& in)
{
    const auto api = certificate_fault(in, of_api);
    const auto agents = certificate_fault(in, of_agents).value_or("");
    const auto fault = api ? (api->empty() ? agents : *api) : "unknown";
    return check(
        in, "certificates", fault.empty(), [&] { return fault.empty() ? "valid" : fault; },
        [] { return "valid, with its own and the floating name"; });
}

StandbyCheck version_equal(const Input& in)
{
    const auto active = last_seen<std::string>(in, "managementplane/version").value_or("");
    const auto standby = present<std::string>(in, "managementplane/version").value_or("");
    return check(
        in, "version_equal", !active.empty() && active == standby,
        [&] { return or_unknown(standby); }, [&] { return "the active's " + or_unknown(active); });
}

struct NamedCheck {
    std::string_view name;
    Check check;
};

constexpr std::array embedded_checks{
    NamedCheck{"reachable", reachable},
    NamedCheck{"replicas_ready", replicas_ready},
    NamedCheck{"enforced_replicas", enforced_replicas},
    NamedCheck{"no_operation", no_operation},
    NamedCheck{"failover_enabled", failover_enabled},
    NamedCheck{"streaming", streaming},
    NamedCheck{"same_system", same_system},
    NamedCheck{"fresh", fresh},
    NamedCheck{"keys_equal", keys_equal},
    NamedCheck{"certificates", certificates},
    NamedCheck{"version_equal", version_equal},
};
// Whoever runs the database outside of the clusters runs its replication too.
constexpr std::array shared_checks{
    NamedCheck{"reachable", reachable},
    NamedCheck{"keys_equal", keys_equal},
    NamedCheck{"certificates", certificates},
    NamedCheck{"version_equal", version_equal},
};
constexpr std::array external_checks{
    NamedCheck{"reachable", reachable},         NamedCheck{"streaming", streaming},
    NamedCheck{"same_system", same_system},     NamedCheck{"fresh", fresh},
    NamedCheck{"keys_equal", keys_equal},       NamedCheck{"certificates", certificates},
    NamedCheck{"version_equal", version_equal},
};
constexpr std::array restore_checks{
    NamedCheck{"reachable", reachable},         NamedCheck{"fresh", restored},
    NamedCheck{"keys_equal", keys_equal},       NamedCheck{"certificates", certificates},
    NamedCheck{"version_equal", version_equal},
};

std::span<const NamedCheck> checks_of(Variant variant)
{
    switch (variant) {
    case Variant::embedded_sync: break;
    case Variant::restore: return restore_checks;
    case Variant::shared_postgres: return shared_checks;
    case Variant::external_postgres: return external_checks;
    }
    return embedded_checks;
}

/// The least recent of the moments up to which replicas that are not seen streaming are known to
/// have done so; empty when that is not known of one, and when all stream.
std::optional<WallTime> streamed_until(const Input& in)
{
    std::optional<WallTime> earliest;
    for (const auto& [fact, seen] : beginning_with(in.of_standby, instance_prefix)) {
        const bool streams = seen.value == FactValue(true) && is_recent(in, seen);
        if (!is_streaming_fact(fact) || !seen.at || streams)
            continue;
        const auto streamed =
            value_of<std::int64_t>(find_seen(in.of_standby, streamed_fact_of(fact)));
        if (!streamed)
            return std::nullopt;
        const auto until = wall_from_unix_seconds(*streamed);
        earliest = std::min(earliest.value_or(until), until);
    }
    return earliest;
}

std::optional<WallTime> restored_at(const Input& in)
{
    const auto success = present<std::int64_t>(in, "cronjob/tsb-restore/last_success");
    return success ? std::optional(wall_from_unix_seconds(*success)) : std::nullopt;
}

Loss loss_of(const Input& in, const StandbyReport& report)
{
    Loss loss;
    for (const auto& check : report.checks) {
        if (check.ok)
            continue;
        auto gate = "standby_" + std::string(check.name);
        if (may_be_accepted(gate))
            loss.gates.push_back(std::move(gate));
    }
    if (loses_data(loss)) {
        if (report.lag_bytes)
            loss.bytes = rounded_up(static_cast<std::uint64_t>(*report.lag_bytes));
        loss.data_until =
            in.settings.variant == Variant::restore ? restored_at(in) : streamed_until(in);
    }
    if (!loss.empty())
        loss.keys = unequal_keys(in);
    return loss;
}

}  // namespace

bool StandbyReport::ready() const { return !checks.empty() && first_unmet() == nullptr; }

const StandbyCheck* StandbyReport::first_unmet() const
{
    const auto found = std::ranges::find(checks, false, &StandbyCheck::ok);
    return found == checks.end() ? nullptr : &*found;
}

StandbyReport judge_standby(const StandbyInput& asked)
{
    Input input{
        asked,
        asked.knowledge.of(asked.standby),
        asked.knowledge.of(asked.active),
        pace_of_facts(asked),
        {}};
    input.lag = lag_of(input);
    StandbyReport report;
    const auto checks = checks_of(input.settings.variant);
    report.checks.reserve(checks.size());
    for (const auto& entry : checks)
        report.checks.push_back(entry.check(input));
    report.lag_bytes = input.lag;
    report.loss = loss_of(input, report);
    return report;
}

void add_last_streamed(Facts& facts, WallTime now)
{
    Facts added;
    for (const auto& [fact, value] : facts) {
        if (is_streaming_fact(fact) && value == FactValue(true))
            added[streamed_fact_of(fact)] =
                std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    }
    facts.merge(added);
}

std::vector<std::string_view> standby_check_names(Variant variant)
{
    std::vector<std::string_view> names;
    for (const auto& entry : checks_of(variant))
        names.push_back(entry.name);
    return names;
}

}  // namespace understudy::core
