/// A snapshot of everything the judge knows, for people, programs and metrics: plain values.
#pragma once

#include "core/alerts.hpp"
#include "core/detector_measure.hpp"
#include "core/exchanges.hpp"
#include "core/gates.hpp"
#include "core/roles.hpp"
#include "core/standby.hpp"
#include "core/verdict.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::core {

struct SignalReport {
    std::string id;
    std::string target;
    Purpose purpose = Purpose::information;
    SignalState state = SignalState::unknown;
    Reason reason = Reason::none;
    std::string detail;
    std::optional<Instant> since;
    std::optional<Instant> last_observed;
    std::optional<Instant> last_ok;
    std::uint64_t overruns = 0;
};

struct PlaneReport {
    std::string name;
    std::string host;
    Role role = Role::unknown;
    Judgement judgement;
    Instant verdict_since{};
    Evidence evidence;
    std::optional<Instant> suspect_since;  ///< Onset: the first API failure of the present streak.
    std::optional<Instant> failed_since;
    bool bursting = false;
    std::vector<Holding> maintenance;
    std::vector<Holding> local_recovery;
    DetectorFigures detector;  ///< What judging it was worth so far.
};

struct Report {
    Now now{};
    std::string observer;
    Mode mode = Mode::observe;
    Variant variant = Variant::embedded_sync;
    std::string blind_because;
    int canary_domains_seen = 0;
    int canary_domains = 0;
    RoleJudgement roles;
    std::string floating_name;
    std::string floating_answer;
    std::vector<PlaneReport> planes;
    std::vector<SignalReport> signals;
    std::map<std::string, ExchangeReport> control_planes;
    std::vector<Gate> gates;
    StandbyReport standby;
    std::vector<AlertChange> alerts;
    bool would_fail_over = false;  ///< Every gate but `mode` is open.
};

}  // namespace understudy::core
