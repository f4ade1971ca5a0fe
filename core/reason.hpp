/// Why a probe ended as it did, and who that speaks about: the one table behind every
/// classification.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace understudy::core {

/// What an outcome means for the judgement.
enum class OutcomeKind : std::uint8_t {
    ok,            ///< The target did what it must.
    failed,        ///< Evidence about the target.
    inconclusive,  ///< Evidence about ourselves; it never counts against the target.
};

/// Who spoke. `kubernetes` and `database` evidence counts as down only by a statement: an API
/// server or a database that we cannot reach has said nothing.
enum class Testimony : std::uint8_t {
    statement,  ///< The target answered, and the answer is the evidence.
    silence,    ///< The target did not answer, or the connection was refused or cut.
    ourselves,  ///< The trouble is on our side, or cannot be told from it.
};

/// The enumerated reason of an outcome; the bounded label value of metrics. Free text goes beside
/// it.
enum class Reason : std::uint8_t {
    none,  ///< The outcome is ok.

    // The target answered, wrongly.
    status,         ///< HTTP status outside the expected set, 5xx included.
    body,           ///< The body is not what was asked for, or larger than the limit.
    json,           ///< The body is not JSON, or an assertion on it does not hold.
    header,         ///< Malformed HTTP.
    protocol,       ///< The peer spoke something else (TLS alert, SSH banner, malformed DNS).
    not_available,  ///< Kubernetes says that a deployment is not Available.
    no_primary,     ///< Nobody serves as writable primary.
    in_recovery,    ///< The database answers, and is in recovery.
    read_only,      ///< The database answers, and refuses writes.
    sql,            ///< The database answered with an error.
    field,          ///< A watched field of an object does not hold what it must.
    missing,        ///< The object asked for is not there.
    stale,          ///< The answer is older than allowed.
    wrong_answer,   ///< A name resolves to something else than expected.
    check_failed,   ///< An `exec` probe ended with WARNING or CRITICAL.

    // The target did not answer.
    connect_refused,
    connect_reset,
    connect_timeout,
    timeout,
    host_unreachable,  ///< EHOSTUNREACH, EHOSTDOWN: a router, or nobody at its address on our own
                       ///< segment, says that it is not there. Our own network's loss says so of
                       ///< everything, and then the canaries make us blind.

    // Our side, or not to be told from it.
    credentials,          ///< 401 or 403, or a database login refused.
    credentials_expired,  ///< 401 or 403 for a token of which we know that it has run out.
    rate_limited,         ///< 429, or no database connection left.
    tls_verify,           ///< The certificate chain or name does not verify.
    tls_expired,          ///< The certificate has expired or is not yet valid.
    resolver,             ///< A name could not be resolved.
    no_route,             ///< ENETUNREACH, EADDRNOTAVAIL, EACCES, EPERM.
    local_limit,          ///< EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN.
    unreachable_witness,  ///< The witness that would tell (a workload cluster's API) cannot be
                          ///< asked.
    check_unknown,        ///< An `exec` probe ended with UNKNOWN, or could not be started.
    stalled,              ///< Our own event loop stood still while the probe ran.
    cancelled,            ///< We stopped the probe.
    internal,             ///< A bug or a broken setting of ours, a wrong SQL statement included.
};

inline constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::internal) + 1;

struct ReasonRow {
    Reason reason;
    std::string_view name;  ///< The label value.
    Testimony testimony;
};

/// The row of a reason; the table is in reason.cpp and complete by static_assert.
const ReasonRow& row_of(Reason reason) noexcept;

std::string_view name_of(Reason reason) noexcept;
std::optional<Reason> reason_named(std::string_view name) noexcept;
Testimony testimony_of(Reason reason) noexcept;
OutcomeKind kind_of(Reason reason) noexcept;

}  // namespace understudy::core
