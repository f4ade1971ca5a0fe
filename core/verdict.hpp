/// What one observer says of the active plane, and why: one table, read from the top.
#pragma once

#include "core/evidence.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace understudy::core {

enum class Verdict : std::uint8_t { healthy, degraded, suspect, failed, unknown };
std::string_view name_of(Verdict verdict) noexcept;

/// `failed` comes in two kinds. Dead: the plane's own Kubernetes or database says so. Unreachable:
/// the plane is silent on every path, and its control planes report that they lost it as well.
enum class FailureKind : std::uint8_t { none, dead, unreachable };
std::string_view name_of(FailureKind kind) noexcept;

/// What the control planes, asked through their own clusters, say of an unreachable plane.
enum class ClientsSay : std::uint8_t {
    nothing,     ///< Too few of them can tell.
    contradict,  ///< One exchanged configuration after the onset of suspicion: we are cut off.
    agree,       ///< Enough of them lost the plane, and none contradicts.
};
std::string_view name_of(ClientsSay says) noexcept;

struct VerdictInput {
    Evidence evidence;
    bool observer_blind = false;
    bool maintenance = false;
    ClientsSay clients = ClientsSay::nothing;
};

/// One row of the table; an empty pattern matches everything.
struct VerdictRow {
    std::string_view name;  ///< The verdict's reason, shown everywhere.
    Verdict verdict;
    FailureKind kind;
    std::string_view why;
};

/// The verdict with the row that gave it.
struct Judgement {
    Verdict verdict = Verdict::unknown;
    FailureKind kind = FailureKind::none;
    std::string_view reason = "not_yet_judged";
    std::string_view why = "no outcome has been seen yet";
    std::string detail;  ///< The deciding signal's own words.
};

Judgement judge(const VerdictInput& input);

/// All rows in order of precedence, for the documents and for tests.
std::span<const VerdictRow> verdict_rows() noexcept;

}  // namespace understudy::core
