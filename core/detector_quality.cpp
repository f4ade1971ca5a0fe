#include "core/detector_quality.hpp"

#include "core/exchanges.hpp"
#include "core/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

namespace understudy::core {

namespace {

using Probes = std::vector<ProbeSettings>;

Probes probes_of(const WatchSettings& settings, const std::string& plane, Purpose purpose)
{
    Probes result;
    for (const auto& probe : settings.probes) {
        const bool is_of_plane = purpose == Purpose::clients || probe.target == plane;
        if (is_of_plane && probe.purpose == purpose)
            result.push_back(probe);
    }
    return result;
}

// What follows is the worst case.

/// A signal is down at the latest so long after a fault: the fault comes right after a success,
/// each run takes `took`, and a burst waits its interval between.
Duration time_to_down(const ProbeSettings& probe, Duration took)
{
    const auto repeats = probe.damping.fall - 1;
    return probe.interval + took + repeats * (probe.burst_interval + took);
}

/// How long the runs that fail take.
using Takes = Duration (*)(const ProbeSettings&);
Duration no_time(const ProbeSettings&) { return Duration::zero(); }
Duration its_timeout(const ProbeSettings& probe) { return probe.timeout; }
Takes takes_in(Outage outage) { return outage == Outage::silence ? its_timeout : no_time; }

/// A class is down when all of it is: the probe that is the last to tell.
const ProbeSettings& slowest(const Probes& probes, Takes takes)
{
    return *std::ranges::max_element(probes, {}, [takes](const ProbeSettings& probe) {
        return time_to_down(probe, takes(probe));
    });
}

/// The api probe's first failure raises suspicion, and suspicion runs all others at once: a rarer
/// probe does not wait for its own turn.
Duration hurried_to_down(const Probes& probes, const ProbeSettings& api, Takes takes)
{
    auto probe = slowest(probes, takes);
    probe.interval = std::min(probe.interval, api.interval + takes(api));
    return time_to_down(probe, takes(probe));
}

Duration worst_of_both(const Probes& api, const Probes& second, Outage outage)
{
    const auto takes = takes_in(outage);
    const auto& last = slowest(api, takes);
    return std::max(time_to_down(last, takes(last)), hurried_to_down(second, last, takes));
}

/// The last reading of a control plane that finds its loss out.
Duration worst_until_lost(const Probes& exchanges, Duration sync_stale)
{
    Duration longest{};
    for (const auto& probe : exchanges)
        longest = std::max(longest, probe.interval + probe.timeout);
    return sync_stale + longest;
}

// What follows is the expectation: the schedule's own moments, for faults that are spread evenly.

/// Failures in a full window that take a signal down.
int share_of_window(const Damping& damping)
{
    return std::max((damping.down_per_mille * damping.window + 999) / 1000, 1);
}

/// Failures in a row that take a signal down which was up: they are a share of the window as well.
int failures_needed(const Damping& damping)
{
    return std::min(damping.fall, share_of_window(damping));
}

/// A probe of the plane that failed, and how long each of its runs takes then.
struct Failing {
    ProbeSettings probe;
    Duration took;
};

/// The first failed outcome of such a probe.
struct FirstFailure {
    const Failing* of;
    Instant at;
};

/// In the order in which they come: the earliest starts a burst, which runs all others at once.
std::vector<FirstFailure> first_failures(const std::vector<Failing>& all, Instant fault)
{
    std::vector<FirstFailure> result;
    auto burst = Instant::max();
    for (const auto& failing : all) {
        const auto& probe = failing.probe;
        result.push_back({&failing, slot_after(probe.id, probe.interval, fault) + failing.took});
        burst = std::min(burst, result.back().at);
    }
    for (auto& failure : result)
        failure.at = std::min(failure.at, burst + failure.of->took);
    std::ranges::sort(result, {}, &FirstFailure::at);
    return result;
}

/// From the end of a run to the next moment of a burst that began `since` ago.
Duration pause_in_burst(Duration since, Duration every) { return every - since % every; }

/// A run that raises a suspicion is followed at once by the next one (Schedule::burst); all others
/// keep the pace of the burst.
Instant down_at(const FirstFailure& first, Instant burst, bool raises_suspicion)
{
    const auto& [probe, took] = *first.of;
    const auto repeats = failures_needed(probe.damping) - 1;
    if (repeats == 0)
        return first.at;
    const auto every = probe.burst_interval;
    const auto first_pause =
        raises_suspicion ? Duration::zero() : pause_in_burst(first.at - burst, every);
    return first.at + first_pause + repeats * took + (repeats - 1) * pause_in_burst(took, every);
}

struct Moments {
    Instant first_failure;  ///< Of the API.
    Instant failed;
};

/// One way to `failed`: all of `failing` fail, and enough control planes lose the plane where
/// `exchanges` are asked.
struct Way {
    std::vector<Failing> failing;
    Probes exchanges;
    int quorum = 0;
    Duration sync_stale{};

    Moments moments(Instant fault) const
    {
        const auto failures = first_failures(failing, fault);
        const auto burst = failures.front().at;
        Moments result{Instant::max(), lost_at(fault)};
        auto settled = fault;  // Whatever had failed until then is down: no suspicion is on.
        for (const auto& failure : failures) {
            settled = std::max(settled, down_at(failure, burst, failure.at >= settled));
            if (failure.of->probe.purpose == Purpose::api)
                result.first_failure = std::min(result.first_failure, failure.at);
        }
        result.failed = std::max(result.failed, settled);
        return result;
    }

    /// When enough control planes were read whose exchange is too old.
    Instant lost_at(Instant fault) const
    {
        if (exchanges.empty())
            return fault;
        std::vector<Instant> readings;
        for (const auto& probe : exchanges)
            readings.push_back(slot_after(probe.id, probe.interval, fault + sync_stale));
        std::ranges::sort(readings);
        return readings[static_cast<std::size_t>(quorum - 1)];
    }

    Duration longest_interval() const
    {
        Duration longest{};
        for (const auto& each : failing)
            longest = std::max(longest, each.probe.interval);
        return longest;
    }
};

/// Steps of the golden ratio spread faults evenly over the phases of all probes.
void expect(const Way& way, PredictedDetection& detection)
{
    constexpr int faults = 500;
    const auto step = std::chrono::duration_cast<Duration>(way.longest_interval() * 0.6180339887);
    Duration expected{};
    Duration since_first_failure{};
    for (int i = 0; i < faults; ++i) {
        const Instant fault = Instant(24h) + i * step;
        const auto moments = way.moments(fault);
        expected += (moments.failed - fault) / faults;
        since_first_failure += (moments.failed - moments.first_failure) / faults;
    }
    detection.expected = expected;
    detection.expected_since_first_failure = since_first_failure;
}

std::vector<Failing> both(
    const Probes& api, Takes api_takes, const Probes& second, Takes second_takes)
{
    std::vector<Failing> result;
    for (const auto& probe : api)
        result.push_back({probe, api_takes(probe)});
    for (const auto& probe : second)
        result.push_back({probe, second_takes(probe)});
    return result;
}

class Detection {
public:
    Detection(const WatchSettings& settings, const std::string& plane)
        : settings_(settings), plane_(plane), api_(probes_of(settings, plane, Purpose::api))
    {}

    std::vector<PredictedDetection> take()
    {
        if (api_.empty())
            return {};
        add_dead(EvidenceClass::kubernetes, Purpose::kubernetes);
        add_dead(EvidenceClass::database, Purpose::database);
        add_unreachable();
        return std::move(result_);
    }

private:
    /// A witness states, and at once, however the API fails.
    void add_dead(EvidenceClass confirms, Purpose purpose)
    {
        const auto witnesses = probes_of(settings_, plane_, purpose);
        if (witnesses.empty())
            return;
        for (const auto outage : {Outage::refused, Outage::errors, Outage::silence}) {
            PredictedDetection detection{FailureKind::dead, confirms, outage, {}, {}, {}};
            detection.worst = worst_of_both(api_, witnesses, outage);
            const Way way{both(api_, takes_in(outage), witnesses, no_time), {}, 0, {}};
            expect(way, detection);
            result_.push_back(detection);
        }
    }

    /// Errors do not make a plane unreachable.
    void add_unreachable()
    {
        const auto agents = probes_of(settings_, plane_, Purpose::agents);
        const auto exchanges = probes_of(settings_, plane_, Purpose::clients);
        const auto& detector = settings_.detector;
        const int quorum =
            Exchanges(settings_.control_planes, detector.sync_stale, detector.clients_quorum)
                .quorum();
        if (agents.empty() || std::ssize(exchanges) < quorum)
            return;
        for (const auto outage : {Outage::refused, Outage::silence}) {
            PredictedDetection detection{
                FailureKind::unreachable, EvidenceClass::clients, outage, {}, {}, {}};
            detection.worst = std::max(
                worst_of_both(api_, agents, outage),
                worst_until_lost(exchanges, detector.sync_stale));
            const auto takes = takes_in(outage);
            expect(
                {both(api_, takes, agents, takes), exchanges, quorum, detector.sync_stale},
                detection);
            result_.push_back(detection);
        }
    }

    const WatchSettings& settings_;
    const std::string& plane_;
    Probes api_;
    std::vector<PredictedDetection> result_;
};

// What follows is the model of loss.

/// Runs until `length` in a row come out in a way that has this probability.
double runs_until_in_a_row(int length, double probability)
{
    return (std::pow(probability, -length) - 1) / (1 - probability);
}

/// P(exactly k of n).
double binomial(int n, int k, double p)
{
    const double ways = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
    return std::exp(ways + k * std::log(p) + (n - k) * std::log1p(-p));
}

double at_least(int n, int k, double p)
{
    double sum = 0;
    for (int i = k; i <= n; ++i)
        sum += binomial(n, i, p);
    return sum;
}

/// How many runs push the failures in the window up to its share: the run fails, the one that
/// leaves the window did not, and the others hold just one failure less than it takes.
double crossings_of_window(const Damping& damping, double loss)
{
    return loss * (1 - loss) * binomial(damping.window - 1, share_of_window(damping) - 1, loss);
}

/// Something that can be down by mistake, while it can be looked at at any time.
struct Part {
    Mistakes mistakes;
    double share = 0;  ///< The probability that it is down.
};

/// All at once. The shares are those after a run, as in a burst, which runs all probes together.
Part all_of(std::span<const Part> parts)
{
    Part result{{0, {}}, 1};
    double ends_per_second = 0;
    for (const auto& part : parts) {
        // It begins with one of those before while this one is down, or the other way round.
        result.mistakes.per_second =
            result.mistakes.per_second * part.share + result.share * part.mistakes.per_second;
        result.share *= part.share;
        ends_per_second += 1 / part.mistakes.duration.count();
    }
    result.mistakes.duration = Seconds(1 / ends_per_second);
    return result;
}

/// Any of them; rare enough not to meet.
Mistakes any_of(std::span<const Mistakes> ways)
{
    Mistakes result;
    for (const auto& way : ways) {
        result.per_second += way.per_second;
        result.duration += way.per_second * way.duration;
    }
    if (result.per_second > 0)
        result.duration /= result.per_second;
    return result;
}

class Loss {
public:
    Loss(const WatchSettings& settings, const std::string& plane, double loss)
        : settings_(settings), plane_(plane), loss_(loss)
    {
        for (const auto purpose :
             {Purpose::api, Purpose::agents, Purpose::kubernetes, Purpose::database}) {
            for (const auto& probe : probes_of(settings, plane, purpose)) {
                ++evidence_;
                bursts_per_second_ += loss / Seconds(probe.interval).count();
            }
        }
    }

    PredictedMistakes predict() const
    {
        const auto api = part_of(Purpose::api);
        PredictedMistakes result{loss_, api->mistakes, {}};
        std::vector<Mistakes> ways;
        for (const auto purpose : {Purpose::kubernetes, Purpose::database}) {
            if (const auto witness = part_of(purpose))
                ways.push_back(all_of(std::array{*api, *witness}).mistakes);
        }
        const auto agents = part_of(Purpose::agents);
        const auto clients = clients_lost();
        if (agents && clients)
            ways.push_back(all_of(std::array{*api, *agents, *clients}).mistakes);
        result.failed = any_of(ways);
        return result;
    }

private:
    std::optional<Part> part_of(Purpose purpose) const
    {
        std::vector<Part> parts;
        for (const auto& probe : probes_of(settings_, plane_, purpose))
            parts.push_back(part_of(probe));
        if (parts.empty())
            return std::nullopt;
        return all_of(parts);
    }

    /// What is down has settled the suspicion, so on average it is run again after half the time
    /// between two runs.
    Part part_of(const ProbeSettings& probe) const
    {
        const auto down = down_by_chance(probe.damping, loss_);
        const auto pace = runs_per_second(probe);
        return {{down.per_run * pace, Seconds((down.runs - 0.5) / pace)}, down.share};
    }

    /// The steady pace, and the bursts that failures of any probe of the plane bring.
    double runs_per_second(const ProbeSettings& probe) const
    {
        const Seconds every = probe.burst_interval;
        const auto longest = Seconds(settings_.detector.burst_max) / every;
        const auto runs = std::min(runs_of_a_burst(probe.damping.rise), longest);
        const auto steady = 1 / Seconds(probe.interval).count();
        return (steady + bursts_per_second_ * runs) /
               (1 + bursts_per_second_ * runs * every.count());
    }

    /// A burst ends when no probe of the plane has failed for `rise` runs.
    double runs_of_a_burst(int rise) const
    {
        return runs_until_in_a_row(rise, std::pow(1 - loss_, evidence_));
    }

    /// Enough control planes say by mistake that they lost the plane, and no other contradicts.
    std::optional<Part> clients_lost() const
    {
        const auto exchanges = probes_of(settings_, plane_, Purpose::clients);
        const auto& detector = settings_.detector;
        const int quorum =
            Exchanges(settings_.control_planes, detector.sync_stale, detector.clients_quorum)
                .quorum();
        const auto count = static_cast<int>(exchanges.size());
        if (count < quorum)
            return std::nullopt;
        const auto share = at_least(count, quorum, loss_);
        const Seconds until_read_again = exchanges.front().interval;
        return Part{{share / until_read_again.count(), until_read_again}, share};
    }

    const WatchSettings& settings_;
    const std::string& plane_;
    double loss_;
    int evidence_ = 0;
    double bursts_per_second_ = 0;
};

}  // namespace

std::string_view name_of(Outage outage) noexcept
{
    switch (outage) {
    case Outage::refused: return "refused";
    case Outage::errors: return "errors";
    case Outage::silence: return "silence";
    }
    return "unknown";
}

std::string path_of(const PredictedDetection& detection)
{
    const auto* verb = detection.confirms == EvidenceClass::clients ? " confirm" : " confirms";
    return std::string(name_of(detection.kind)) + ", " + std::string(name_of(detection.confirms)) +
           verb;
}

DownByChance down_by_chance(const Damping& damping, double loss)
{
    const double up_again = runs_until_in_a_row(damping.rise, 1 - loss);
    const bool is_share_first = share_of_window(damping) <= damping.fall;
    const double in_a_row = is_share_first ? 0 : 1 / runs_until_in_a_row(damping.fall, loss);
    const double until_down = 1 / (in_a_row + crossings_of_window(damping, loss));
    const double cycle = until_down + up_again;
    return {1 / cycle, up_again / cycle, up_again};
}

DetectorQuality predict_quality(
    const WatchSettings& settings, const std::string& plane, const std::vector<double>& losses)
{
    DetectorQuality result;
    result.detection = Detection(settings, plane).take();
    if (probes_of(settings, plane, Purpose::api).empty())
        return result;
    for (const auto loss : losses)
        result.mistakes.push_back(Loss(settings, plane, loss).predict());
    return result;
}

}  // namespace understudy::core
