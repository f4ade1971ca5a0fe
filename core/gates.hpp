/// The conditions that must all hold before a run may start. All of them, always evaluated and
/// shown.
#pragma once

#include "core/acting.hpp"
#include "core/maintenance.hpp"
#include "core/observer.hpp"
#include "core/roles.hpp"
#include "core/standby.hpp"
#include "core/verdict.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

struct Gate {
    std::string name;
    bool open = false;
    std::string value;      ///< What is.
    std::string threshold;  ///< What must be.
    Instant since{};        ///< Since when it is open or closed.
};

/// Everything the gates look at, already judged.
struct GateInput {
    Mode mode;
    const Acting& acting;
    const RoleJudgement& roles;
    std::string blind_because;
    Duration watching_for;  ///< Since the start, a stall or a clock jump.
    const Judgement& active;
    std::optional<Duration>
        failed_for;  ///< How long the verdict `failed` has held without a break.
    std::span<const Holding> maintenance;
    std::span<const Holding> local_recovery;
    const StandbyReport& standby;
    std::string shared_fault;       ///< A trouble that both planes have; empty: none.
    bool standby_serves_as_active;  ///< Both answer the documented request: two actives.
    std::string store_failure;      ///< Empty while the record is durable.
    const DetectorSettings& detector;
    Instant now;
};

/// Keeps since when each gate is open or closed.
class Gates {
public:
    const std::vector<Gate>& evaluate(const GateInput& input);
    const std::vector<Gate>& all() const noexcept { return gates_; }
    /// Only the given gate is closed (or none): what observe mode calls "it would fail over now".
    bool all_open_but(std::string_view name) const;
    std::vector<std::string> closed() const;

private:
    std::vector<Gate> gates_;
};

}  // namespace understudy::core
