/// The conditions that must all hold before a run may start. All of them, always evaluated and
/// shown.
#pragma once

#include "core/acting.hpp"
#include "core/maintenance.hpp"
#include "core/observer.hpp"
#include "core/roles.hpp"
#include "core/standby.hpp"
#include "core/verdict.hpp"

#include <optional>
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
    std::vector<Holding> maintenance;
    std::vector<Holding> local_recovery;
    const StandbyReport& standby;
    std::string shared_fault;       ///< A trouble that both planes have; empty: none.
    bool standby_serves_as_active;  ///< Both answer the documented request: two actives.
    std::string store_failure;      ///< Empty while the record is durable.
    const DetectorSettings& detector;
    Instant now;
};

/// Keeps since when each gate is open or closed. That is asked at every judgement; what a gate
/// shows is put into words for whoever looks.
class Gates {
public:
    void evaluate(const GateInput& input);
    /// With their words, for the input that was evaluated last; none before the first.
    std::vector<Gate> all(const GateInput& input) const;
    std::vector<Gate> closed(const GateInput& input) const;
    /// Only the given gate is closed (or none): what observe mode calls "it would fail over now".
    bool all_open_but(std::string_view name) const;
    std::vector<std::string> closed() const;

private:
    struct Standing {
        std::string_view name;
        bool of_standby = false;  ///< One of its checks; its name has a prefix.
        bool open = false;
        Instant since{};

        std::string full_name() const;
    };
    const Standing* before_of(const Standing& gate, std::size_t index) const;
    Gate in_words(std::size_t index, const GateInput& input) const;

    std::vector<Standing> gates_;
};

}  // namespace understudy::core
