#include "store/outbox.hpp"

#include "store/message_id.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>

namespace understudy::store {

namespace {

using core::WallTime;

/// How long the state of a resolved alert is kept: longer than any receiver repeats it.
constexpr std::chrono::milliseconds resolved_kept = std::chrono::minutes(10);
/// No attempt is ever put off for longer. A later time was written before the clock was set back.
constexpr std::chrono::milliseconds delay_max = std::chrono::hours(1);

std::int64_t milliseconds(core::Duration duration)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::int64_t to_row(WallTime time) { return time.time_since_epoch().count(); }

std::optional<std::int64_t> to_row(const std::optional<WallTime>& time)
{
    return time ? std::optional(to_row(*time)) : std::nullopt;
}

WallTime time_of(std::int64_t row) { return WallTime(std::chrono::milliseconds(row)); }

std::optional<WallTime> time_of(const std::optional<std::int64_t>& row)
{
    return row ? std::optional(time_of(*row)) : std::nullopt;
}

std::string to_row(const Labels& labels)
{
    return boost::json::serialize(boost::json::value_from(labels));
}

Labels labels_of(const std::string& row)
{
    return boost::json::value_to<Labels>(boost::json::parse(row));
}

/// Reads name, labels, annotations, firing, starts_at, ends_at from this column on.
AlertEvent event_at(const Statement& row, int column)
{
    AlertEvent event;
    event.name = row.text(column);
    event.labels = labels_of(row.text(column + 1));
    event.annotations = labels_of(row.text(column + 2));
    event.firing = row.integer(column + 3) != 0;
    event.starts_at = time_of(row.integer(column + 4));
    event.ends_at = time_of(row.optional_integer(column + 5));
    return event;
}

Statement& bind_event(Statement& row, const AlertEvent& event)
{
    return row.bind(event.name)
        .bind(to_row(event.labels))
        .bind(to_row(event.annotations))
        .bind(std::int64_t{event.firing ? 1 : 0})
        .bind(to_row(event.starts_at))
        .bind(to_row(event.ends_at));
}

struct Known {
    bool firing = false;
    WallTime starts_at;
};

std::optional<Known> known_state(Database& database, const std::string& fingerprint)
{
    auto row = database.statement("SELECT firing, starts_at FROM alert WHERE fingerprint = ?");
    if (!row.bind(fingerprint).step())
        return std::nullopt;
    return Known{row.integer(0) != 0, time_of(row.integer(1))};
}

void write_state(
    Database& database,
    const std::string& fingerprint,
    const AlertEvent& event,
    const std::string& not_to)
{
    auto row = database.statement(
        "INSERT INTO alert"
        "(fingerprint, name, labels, annotations, firing, starts_at, ends_at, not_to) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO UPDATE SET "
        "annotations = excluded.annotations, firing = excluded.firing, "
        "starts_at = excluded.starts_at, ends_at = excluded.ends_at, not_to = excluded.not_to");
    bind_event(row.bind(fingerprint), event).bind(not_to).run();
}

void queue(
    Database& database,
    const std::string& receiver,
    const std::string& id,
    const std::string& kind,
    const std::string& fingerprint,
    const AlertEvent& event,
    WallTime now)
{
    auto row = database.statement(
        "INSERT INTO delivery(receiver, id, kind, fingerprint, name, labels, annotations, firing, "
        "starts_at, ends_at, queued_at, next_attempt_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?)");
    row.bind(receiver).bind(id).bind(kind).bind(fingerprint);
    bind_event(row, event).bind(to_row(now)).bind(to_row(now)).run();
}

/// Has the receiver heard of the alert, or is something on its way that says so?
bool knows(Database& database, const std::string& receiver, const std::string& fingerprint)
{
    auto row = database.statement(
        "SELECT 1 FROM told WHERE receiver = ?1 AND fingerprint = ?2 "
        "UNION ALL SELECT 1 FROM delivery WHERE receiver = ?1 AND fingerprint = ?2 LIMIT 1");
    return row.bind(receiver).bind(fingerprint).step();
}

/// What is new replaces a repeat. But to a receiver that has not heard of the alert the repeat is
/// its first word: what is new waits behind it, so it is due.
void make_way(
    Database& database, const std::string& receiver, const std::string& fingerprint, WallTime now)
{
    auto replaced = database.statement(
        "DELETE FROM delivery WHERE receiver = ?1 AND fingerprint = ?2 AND kind = 'repeat'"
        "  AND EXISTS (SELECT 1 FROM told WHERE told.receiver = ?1 AND told.fingerprint = ?2)");
    replaced.bind(receiver).bind(fingerprint).run();
    auto first_word = database.statement("UPDATE delivery SET next_attempt_at = ?3 "
                                         "WHERE receiver = ?1 AND fingerprint = ?2"
                                         "  AND kind = 'repeat'");
    first_word.bind(receiver).bind(fingerprint).bind(to_row(now)).run();
}

std::int64_t length_of(Database& database, const std::string& receiver)
{
    auto row = database.statement("SELECT count(*) FROM delivery WHERE receiver = ?");
    row.bind(receiver).step();
    return row.integer(0);
}

/// False when no delivery has a newer one of its alert behind it.
bool drop_oldest_superseded(Database& database, const std::string& receiver)
{
    auto row = database.statement(
        "DELETE FROM delivery WHERE sequence = ("
        "  SELECT older.sequence FROM delivery older WHERE older.receiver = ? AND EXISTS ("
        "    SELECT 1 FROM delivery newer WHERE newer.receiver = older.receiver"
        "    AND newer.fingerprint = older.fingerprint AND newer.sequence > older.sequence)"
        "  ORDER BY older.sequence LIMIT 1) RETURNING 1");
    const auto dropped = row.bind(receiver).step();
    row.run();
    return dropped;
}

std::uint64_t enforce_bound(Database& database, const std::string& receiver, std::size_t length_max)
{
    std::uint64_t dropped = 0;
    while (length_of(database, receiver) > static_cast<std::int64_t>(length_max) &&
           drop_oldest_superseded(database, receiver))
        ++dropped;
    return dropped;
}

void queue_repeats(
    Database& database, const std::string& receiver, const RepeatPolicy& policy, WallTime now)
{
    struct Repeat {
        std::string fingerprint;
        AlertEvent event;
    };
    std::vector<Repeat> repeats;
    {
        // Told in the future: the clock was set back since; one repeat too many beats none for
        // years.
        auto row = database.statement(
            "SELECT alert.fingerprint, alert.name, alert.labels, alert.annotations, alert.firing,"
            "       alert.starts_at, alert.ends_at "
            "FROM alert LEFT JOIN told"
            "  ON told.receiver = ?1 AND told.fingerprint = alert.fingerprint "
            "WHERE alert.not_to <> ?1"
            "  AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.receiver = ?1"
            "                  AND delivery.fingerprint = alert.fingerprint)"
            "  AND (alert.firing OR (told.at IS NOT NULL AND alert.ends_at + ?4 > ?2))"
            "  AND (told.at IS NULL OR told.at + ?3 <= ?2 OR told.at > ?2)");
        row.bind(receiver).bind(to_row(now)).bind(milliseconds(policy.interval));
        row.bind(milliseconds(policy.resolved_for));
        while (row.step())
            repeats.push_back({row.text(0), event_at(row, 1)});
    }
    for (const auto& [fingerprint, event] : repeats)
        queue(database, receiver, new_message_id(), "repeat", fingerprint, event, now);
}

std::optional<Delivery> first_due(Database& database, const std::string& receiver, WallTime now)
{
    auto row = database.statement(
        "SELECT sequence, id, fingerprint, attempts, name, labels, annotations, firing, starts_at,"
        "       ends_at "
        "FROM delivery WHERE receiver = ?1 AND (next_attempt_at <= ?2 OR next_attempt_at > ?3)"
        "  AND NOT EXISTS (SELECT 1 FROM delivery earlier WHERE earlier.receiver = ?1"
        "    AND earlier.fingerprint = delivery.fingerprint"
        "    AND earlier.sequence < delivery.sequence) "
        "ORDER BY sequence LIMIT 1");
    if (!row.bind(receiver).bind(to_row(now)).bind(to_row(now + delay_max)).step())
        return std::nullopt;
    Delivery delivery;
    delivery.sequence = row.integer(0);
    delivery.receiver = receiver;
    delivery.id = row.text(1);
    delivery.fingerprint = row.text(2);
    delivery.attempts = static_cast<int>(row.integer(3));
    delivery.event = event_at(row, 4);
    return delivery;
}

/// The earliest of: a delivery that waits for its next attempt, an alert whose repeat comes up.
std::optional<WallTime> next_event_at(
    Database& database, const std::string& receiver, const RepeatPolicy& policy, WallTime now)
{
    auto row = database.statement(
        "SELECT min(at) FROM ("
        "  SELECT min(next_attempt_at) AS at FROM delivery WHERE receiver = ?1"
        "    AND next_attempt_at > ?2 "
        "  UNION ALL SELECT min(told.at + ?3) FROM told JOIN alert USING (fingerprint)"
        "    WHERE told.receiver = ?1 AND (alert.firing OR alert.ends_at + ?4 > ?2)"
        "    AND alert.not_to <> ?1 AND NOT EXISTS (SELECT 1 FROM delivery"
        "      WHERE delivery.receiver = ?1 AND delivery.fingerprint = told.fingerprint))");
    row.bind(receiver).bind(to_row(now)).bind(milliseconds(policy.interval));
    row.bind(milliseconds(policy.resolved_for)).step();
    return time_of(row.optional_integer(0));
}

void forget_resolved(Database& database, WallTime now)
{
    auto row = database.statement(
        "DELETE FROM alert WHERE firing = 0 AND ends_at <= ? AND NOT EXISTS ("
        "  SELECT 1 FROM delivery WHERE delivery.fingerprint = alert.fingerprint)");
    row.bind(to_row(now - resolved_kept)).run();
}

}  // namespace

Submitted submit(Database& database, const Submission& submission)
{
    auto event = submission.event;
    const auto fingerprint = fingerprint_of(identity_of(event));
    Submitted result;
    Transaction transaction(database);
    const auto known = known_state(database, fingerprint);
    if (!known && !event.firing)
        return result;  // a resolve of what was never raised
    result.changed = !known || known->firing != event.firing;
    if (known && (known->firing || !event.firing))
        event.starts_at = known->starts_at;
    if (!event.firing && !event.ends_at)
        event.ends_at = submission.now;
    if (result.changed || event.firing)
        write_state(database, fingerprint, event, submission.not_to);
    if (result.changed) {
        for (const auto& receiver : submission.receivers) {
            if (receiver == submission.not_to)
                continue;
            make_way(database, receiver, fingerprint, submission.now);
            if (!event.firing && !knows(database, receiver, fingerprint))
                continue;
            queue(
                database, receiver, submission.id, event.firing ? "raise" : "resolve", fingerprint,
                event, submission.now);
            const auto dropped = enforce_bound(database, receiver, submission.deliveries_max);
            if (dropped != 0)
                result.dropped[receiver] = dropped;
        }
    }
    transaction.commit();
    return result;
}

Offer next_delivery(
    Database& database, const std::string& receiver, const RepeatPolicy& policy, WallTime now)
{
    Offer offer;
    Transaction transaction(database);
    queue_repeats(database, receiver, policy, now);
    offer.delivery = first_due(database, receiver, now);
    if (!offer.delivery)
        offer.wake_at = next_event_at(database, receiver, policy, now);
    transaction.commit();  // without a repeat nothing was written, and this costs no fsync
    return offer;
}

void settle(Database& database, const Delivery& delivery, WallTime now)
{
    Transaction transaction(database);
    database.statement("DELETE FROM delivery WHERE sequence = ?").bind(delivery.sequence).run();
    // No alert, no note: it was forgotten while a repeat of it was on its way.
    auto note = database.statement(
        "INSERT INTO told(receiver, fingerprint, at) SELECT ?1, fingerprint, ?3 FROM alert"
        "  WHERE fingerprint = ?2 ON CONFLICT (receiver, fingerprint) DO UPDATE SET at = "
        "excluded.at");
    note.bind(delivery.receiver).bind(delivery.fingerprint).bind(to_row(now)).run();
    forget_resolved(database, now);
    transaction.commit();
}

void postpone(
    Database& database,
    const Delivery& delivery,
    WallTime next_attempt_at,
    const std::string& error)
{
    Transaction transaction(database);
    auto row =
        database.statement("UPDATE delivery SET attempts = attempts + 1, next_attempt_at = ?,"
                           " last_error = ? WHERE sequence = ?");
    row.bind(to_row(next_attempt_at)).bind(error).bind(delivery.sequence).run();
    transaction.commit();
}

QueueState queue_state(Database& database, const std::string& receiver)
{
    auto row =
        database.statement("SELECT count(*), min(queued_at) FROM delivery WHERE receiver = ?");
    row.bind(receiver).step();
    QueueState state;
    state.length = static_cast<std::uint64_t>(row.integer(0));
    state.oldest_queued_at = time_of(row.optional_integer(1));
    return state;
}

std::vector<AlertEvent> firing_alerts(Database& database)
{
    std::vector<AlertEvent> alerts;
    auto row = database.statement("SELECT name, labels, annotations, firing, starts_at, ends_at "
                                  "FROM alert WHERE firing ORDER BY starts_at, fingerprint");
    while (row.step())
        alerts.push_back(event_at(row, 0));
    return alerts;
}

std::uint64_t retain_receivers(Database& database, const std::vector<std::string>& receivers)
{
    const auto names = boost::json::serialize(boost::json::value_from(receivers));
    std::uint64_t removed = 0;
    Transaction transaction(database);
    auto row = database.statement("DELETE FROM delivery WHERE receiver NOT IN "
                                  "(SELECT value FROM json_each(?)) RETURNING 1");
    row.bind(names);
    while (row.step())
        ++removed;
    database.statement("DELETE FROM told WHERE receiver NOT IN (SELECT value FROM json_each(?))")
        .bind(names)
        .run();
    transaction.commit();
    return removed;
}

}  // namespace understudy::store
