#include "store/refusals.hpp"

namespace understudy::store {

namespace {

using core::WallTime;

std::int64_t to_row(WallTime time) { return time.time_since_epoch().count(); }

bool is_last_word(Database& database, const Delivery& delivery)
{
    auto row = database.statement(
        "SELECT 1 FROM delivery WHERE receiver = ? AND fingerprint = ? AND sequence > ? LIMIT 1");
    return !row.bind(delivery.receiver).bind(delivery.fingerprint).bind(delivery.sequence).step();
}

/// With its id: it is the same event.
void keep_as_repeat(Database& database, const Delivery& delivery, const Refusal& refusal)
{
    auto row = database.statement(
        "UPDATE delivery SET kind = 'repeat', attempts = attempts + 1, next_attempt_at = ?,"
        " last_error = ? WHERE sequence = ?");
    row.bind(to_row(refusal.again_at)).bind(refusal.error).bind(delivery.sequence).run();
}

/// The end of what the receiver has not heard of is what follows right after the raise.
void remove_unheard_end(Database& database, const Delivery& raise)
{
    auto row = database.statement(
        "DELETE FROM delivery WHERE firing = 0 AND sequence = ("
        "  SELECT min(sequence) FROM delivery"
        "    WHERE receiver = ?1 AND fingerprint = ?2 AND sequence > ?3)"
        "  AND NOT EXISTS (SELECT 1 FROM told WHERE told.receiver = ?1 AND told.fingerprint = ?2)");
    row.bind(raise.receiver).bind(raise.fingerprint).bind(raise.sequence).run();
}

/// An end that is repeated, as to an Alertmanager, would else be repeated at once.
void count_repeats_from(Database& database, const Delivery& resolve, WallTime now)
{
    auto row = database.statement("UPDATE told SET at = ? WHERE receiver = ? AND fingerprint = ?");
    row.bind(to_row(now)).bind(resolve.receiver).bind(resolve.fingerprint).run();
}

void let_go(Database& database, const Delivery& delivery, const Refusal& refusal)
{
    database.statement("DELETE FROM delivery WHERE sequence = ?").bind(delivery.sequence).run();
    if (delivery.event.firing)
        remove_unheard_end(database, delivery);
    else
        count_repeats_from(database, delivery, refusal.at);
}

}  // namespace

bool abandon(Database& database, const Delivery& delivery, const Refusal& refusal)
{
    Transaction transaction(database);
    const auto is_kept = delivery.event.firing && is_last_word(database, delivery);
    if (is_kept)
        keep_as_repeat(database, delivery, refusal);
    else
        let_go(database, delivery, refusal);
    transaction.commit();
    return is_kept;
}

void hurry_refused(Database& database, const std::string& receiver, WallTime now)
{
    Transaction transaction(database);
    auto row =
        database.statement("UPDATE delivery SET next_attempt_at = ?1 "
                           "WHERE receiver = ?2 AND kind = 'repeat' AND next_attempt_at > ?1");
    row.bind(to_row(now)).bind(receiver).run();
    transaction.commit();
}

}  // namespace understudy::store
