/// How good the detector is by its settings alone: how soon it calls a plane failed, and how often
/// it would suspect one that serves.
///
/// Detection. The fault comes at a random moment; what answers (a refused connection, an error, a
/// witness) answers at once, and what is silent takes its whole timeout. `worst` lets everything
/// take its timeout when the plane is silent, witnesses too, and makes each pause as long as it can
/// be. Not in it: what Kubernetes or a database needs to notice by itself, the time that answers
/// take, and a burst that was spent before.
///
/// Mistakes. The model of loss: each run of each probe fails, independently of all others, with one
/// probability, although its target serves; a witness's failure is then a wrong statement. What it
/// leaves out: failures that come together. An outage of a shared link, resolver or machine, a
/// loaded plane and a stall of ours make many runs fail at once, and are what mistakes come from in
/// practice: the canaries, the classes and the windows' discarding are there for these, and no
/// arithmetic for independent losses tells how often they come.
#pragma once

#include "core/settings.hpp"
#include "core/time.hpp"
#include "core/verdict.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// How a plane that has failed answers.
enum class Outage : std::uint8_t {
    refused,  ///< It refuses connections, at once.
    errors,   ///< It answers at once, and wrongly.
    silence,  ///< It does not answer.
};
std::string_view name_of(Outage outage) noexcept;

/// From the fault to the verdict `failed`.
struct PredictedDetection {
    FailureKind kind = FailureKind::dead;
    EvidenceClass confirms = EvidenceClass::kubernetes;  ///< The class beside `api`.
    Outage outage = Outage::silence;
    Duration worst{};
    Duration expected{};
    /// Expected from the first failed outcome of the API on: what DetectorMeasure measures.
    Duration expected_since_first_failure{};
};

/// `dead, kubernetes confirms`
std::string path_of(const PredictedDetection& detection);

/// Longer than any Duration where mistakes are rare.
using Seconds = std::chrono::duration<double>;

/// How often something comes by mistake, and for how long.
struct Mistakes {
    double per_second = 0;
    Seconds duration{};  ///< T_M

    /// T_MR; infinite when it never comes.
    Seconds recurrence() const { return Seconds(1 / per_second); }
    /// P_A
    double accuracy() const { return 1 - per_second * duration.count(); }
};

struct PredictedMistakes {
    double loss = 0;   ///< The probability that a run fails.
    Mistakes suspect;  ///< The API is called down.
    Mistakes failed;   ///< And a second class confirms it, by wrong statements alone.
};

struct DetectorQuality {
    std::vector<PredictedDetection> detection;  ///< Empty when `failed` cannot be reached.
    std::vector<PredictedMistakes> mistakes;    ///< Empty when the API is not probed.
};

/// For that plane as the active one. Each of `losses` is above 0 and below 1.
DetectorQuality predict_quality(
    const WatchSettings& settings, const std::string& plane, const std::vector<double>& losses);

/// The damped state of a probe whose runs fail independently.
struct DownByChance {
    double per_run = 0;  ///< How many of its runs take it down.
    double share = 0;    ///< The share of runs after which it is down.
    double runs = 0;     ///< How many runs it then stays down.
};
DownByChance down_by_chance(const Damping& damping, double loss);

}  // namespace understudy::core
