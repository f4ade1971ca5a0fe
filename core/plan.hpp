/// A run's plan: data, made once, never changed, and named by its hash.
#pragma once

#include "core/loss.hpp"
#include "core/operation.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

enum class RunKind : std::uint8_t {
    failover,
    undo,  ///< Compensates a failover that has not passed its point of no return.
};
std::string_view name_of(RunKind kind) noexcept;
std::optional<RunKind> run_kind_named(std::string_view name) noexcept;

/// What becomes of the run when a step's operation does not reach its goal in time.
enum class OnFailure : std::uint8_t {
    park,      ///< The run waits for a human.
    tolerate,  ///< The run goes on and ends `degraded`; the operation becomes an obligation.
    skip,      ///< The run goes on; said, and nothing is owed.
    fence,     ///< As `when_unfenceable` says, when the old plane cannot be read; else park.
};
std::string_view name_of(OnFailure policy) noexcept;
std::optional<OnFailure> on_failure_named(std::string_view name) noexcept;

/// What to do when the old plane cannot be reached to be fenced. The last two need a waiver.
enum class WhenUnfenceable : std::uint8_t { wait_for_human, refuse, proceed_if_dark, proceed };
std::string_view name_of(WhenUnfenceable policy) noexcept;
std::optional<WhenUnfenceable> when_unfenceable_named(std::string_view name) noexcept;

struct Step {
    std::string name;   ///< `quiet-standby`, `fence`, `promote`, ...
    std::string title;  ///< One line for people.
    /// Read concurrently; the effects of `concurrency` of them are under way at once.
    std::vector<Operation> operations;
    std::uint32_t concurrency = 16;
    /// The first operation that needs its effect goes alone, until what it changed is Available.
    bool first_alone = false;
    Duration delay{};  ///< Waited before its first effect (caches that must run out).
    Duration deadline = 60s;
    Duration expected = 1s;
    OnFailure on_failure = OnFailure::park;
    bool point_of_no_return = false;  ///< Once this step has an intent, a run only goes forward.

    bool operator==(const Step&) const = default;
};

/// Who signed that an unreachable old plane may be passed over.
struct Waiver {
    std::string by;
    std::string why;
    std::string when;

    bool operator==(const Waiver&) const = default;
};

struct Plan {
    RunKind kind = RunKind::failover;
    Variant variant = Variant::embedded_sync;
    std::string old_plane;
    std::string new_plane;
    std::uint64_t generation =
        0;  ///< Epoch of the last run: a plan made before it has another hash.
    WhenUnfenceable when_unfenceable = WhenUnfenceable::wait_for_human;
    Duration dark_for{};
    Waiver waiver;  ///< Empty: none was given.
    Loss loss;      ///< Empty: the standby is fit. Else only a human's run may have this plan.
    std::vector<Step> steps;

    bool operator==(const Plan&) const = default;
};

/// Digest of a text; SHA-256 in the daemon. The core computes none itself.
using Hash = std::string (*)(std::string_view bytes);

/// Everything of a plan in one canonical text; and back (empty: damaged).
std::string canonical_text(const Plan& plan);
std::optional<Plan> plan_in(std::string_view canonical);
/// The first 16 hexadecimal digits of the hash of the canonical text: what people type.
std::string hash_of(const Plan& plan, Hash hash);

}  // namespace understudy::core
