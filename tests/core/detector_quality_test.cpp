// What is predicted from the settings, held against the signals and the judge themselves.
#include "core/detector_quality.hpp"
#include "core/signal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "scenario.hpp"

namespace understudy::core {
namespace {

using namespace testing;
using R = Reason;

/// The pace and the control planes' patience that ship as the default, and only what the verdict
/// on `east` rests on.
WatchSettings default_settings()
{
    auto settings = fast_settings();
    settings.detector = DetectorSettings();
    std::erase_if(settings.probes, [](const ProbeSettings& probe) {
        return probe.purpose == Purpose::information || probe.target == "west";
    });
    for (auto& probe : settings.probes) {
        probe.interval = 5s;
        probe.burst_interval = 1s;
        probe.timeout = 3s;
    }
    return settings;
}

std::vector<PredictedDetection> detection_of(const WatchSettings& settings)
{
    return predict_quality(settings, "east", {}).detection;
}

PredictedDetection predicted(const WatchSettings& settings, EvidenceClass confirms, Outage outage)
{
    for (const auto& detection : detection_of(settings)) {
        if (detection.confirms == confirms && detection.outage == outage)
            return detection;
    }
    ADD_FAILURE() << "no such way to failed";
    return {};
}

void remove_probe(WatchSettings& settings, const std::string& id)
{
    std::erase_if(settings.probes, [&id](const ProbeSettings& probe) { return probe.id == id; });
}

double seconds(Duration duration) { return Seconds(duration).count(); }

TEST(Prediction, NamesEachWayToFailedForEachOutageThatLeadsThere)
{
    std::vector<std::string> ways;
    for (const auto& detection : detection_of(default_settings()))
        ways.push_back(path_of(detection) + ": " + std::string(name_of(detection.outage)));
    EXPECT_EQ(
        ways,
        (std::vector<std::string>{
            "dead, kubernetes confirms: refused", "dead, kubernetes confirms: errors",
            "dead, kubernetes confirms: silence", "dead, database confirms: refused",
            "dead, database confirms: errors", "dead, database confirms: silence",
            "unreachable, clients confirm: refused", "unreachable, clients confirm: silence"}));
}

TEST(Prediction, LeavesOutWhatIsNotProbed)
{
    auto settings = default_settings();
    remove_probe(settings, "east/postgres");
    EXPECT_EQ(detection_of(settings).size(), 5U);
    remove_probe(settings, "east/agents");
    EXPECT_EQ(detection_of(settings).size(), 3U);
    remove_probe(settings, "east/deployments");
    EXPECT_TRUE(detection_of(settings).empty());
    EXPECT_EQ(predict_quality(settings, "east", {0.01}).mistakes.size(), 1U);
    remove_probe(settings, "east/api");
    EXPECT_TRUE(predict_quality(settings, "east", {0.01}).mistakes.empty());
    EXPECT_TRUE(detection_of(settings).empty());
}

TEST(Prediction, WithTooFewControlPlanesToAgreeNothingIsUnreachable)
{
    auto settings = default_settings();
    settings.detector.clients_quorum = 4;
    EXPECT_EQ(detection_of(settings).size(), 6U);
}

TEST(Prediction, TheWorstCaseFollowsFromThePace)
{
    const auto settings = default_settings();
    const auto silent = predicted(settings, EvidenceClass::kubernetes, Outage::silence);
    // 5 s until the first run, three timeouts of 3 s, two pauses of 1 s.
    EXPECT_EQ(silent.worst, 16s);
    // The same without the timeouts.
    const auto refused = predicted(settings, EvidenceClass::kubernetes, Outage::refused);
    EXPECT_EQ(refused.worst, 7s);
    // 90 s without an exchange, and a reading that comes 5 s later and takes 3 s.
    const auto unreachable = predicted(settings, EvidenceClass::clients, Outage::silence);
    EXPECT_EQ(unreachable.worst, 98s);
}

/// The timer of a timeout comes a little late.
const auto silent = always(R::timeout, 3010ms);

/// One fault after the other, at moments that are spread over the probes' phases.
struct Trials {
    double mean = 0;
    double mean_since_first_failure = 0;
    Duration longest{};
};

using Break = void (*)(Scenario&);

Trials try_out(const WatchSettings& settings, Break break_it)
{
    constexpr int count = 25;
    Trials result;
    for (int i = 0; i < count; ++i) {
        Scenario s(settings);
        s.run_for(30s + i * 5000ms * 8 / 13);
        const auto fault = s.now().instant;
        break_it(s);
        s.run_until(200s, [&] { return is_failed(s); });
        EXPECT_TRUE(is_failed(s));
        const auto plane = s.plane();
        const auto took = *plane.failed_since - fault;
        result.mean += seconds(took) / count;
        result.mean_since_first_failure +=
            seconds(*plane.failed_since - *plane.suspect_since) / count;
        result.longest = std::max<Duration>(result.longest, took);
    }
    return result;
}

void expect_as_predicted(const Trials& trials, const PredictedDetection& predicted)
{
    EXPECT_NEAR(trials.mean, seconds(predicted.expected), 0.3);
    EXPECT_NEAR(
        trials.mean_since_first_failure, seconds(predicted.expected_since_first_failure), 0.3);
    EXPECT_LE(seconds(trials.longest), seconds(predicted.worst) + 0.1);
    EXPECT_GT(predicted.worst, predicted.expected);
}

TEST(PredictionAgainstTheJudge, ARefusedApiWhoseKubernetesSaysSo)
{
    const auto settings = default_settings();
    const auto trials = try_out(settings, [](Scenario& s) {
        s.answer("east/api", always(R::connect_refused));
        s.answer("east/deployments", always(R::not_available));
    });
    expect_as_predicted(trials, predicted(settings, EvidenceClass::kubernetes, Outage::refused));
}

TEST(PredictionAgainstTheJudge, ASilentApiWhoseDatabaseSaysSo)
{
    const auto settings = default_settings();
    const auto trials = try_out(settings, [](Scenario& s) {
        s.answer("east/api", silent);
        s.answer("east/postgres", always(R::no_primary));
    });
    expect_as_predicted(trials, predicted(settings, EvidenceClass::database, Outage::silence));
}

TEST(PredictionAgainstTheJudge, SeveralApiProbesAndARareWitness)
{
    auto settings = default_settings();
    auto second = settings.probes.front();
    second.id = "east/api2";
    second.damping.fall = 4;
    settings.probes.push_back(second);
    for (auto& probe : settings.probes) {
        if (probe.id == "east/deployments")
            probe.interval = 30s;
    }
    const auto trials = try_out(settings, [](Scenario& s) {
        s.answer("east/api", silent);
        s.answer("east/api2", silent);
        s.answer("east/deployments", always(R::not_available));
    });
    expect_as_predicted(trials, predicted(settings, EvidenceClass::kubernetes, Outage::silence));
}

TEST(PredictionAgainstTheJudge, APlaneThatNobodyReaches)
{
    const auto settings = default_settings();
    const auto trials = try_out(settings, [](Scenario& s) {
        for (const char* probe : {"east/api", "east/agents", "east/deployments", "east/postgres"})
            s.answer(probe, silent);
        s.stop_exchanges();
    });
    const auto prediction = predicted(settings, EvidenceClass::clients, Outage::silence);
    EXPECT_NEAR(trials.mean, seconds(prediction.expected), 2) << "control planes exchanged before";
    EXPECT_LE(trials.longest, prediction.worst);
}

/// The share of all sequences of outcomes, each with its probability, after which a signal is down.
double share_down(const Damping& damping, int length, double loss)
{
    double share = 0;
    for (std::uint32_t sequence = 0; sequence < (1U << static_cast<unsigned>(length)); ++sequence) {
        Signal signal(damping, 1h);
        double probability = 1;
        for (int run = 0; run < length; ++run) {
            const bool fails = ((sequence >> static_cast<unsigned>(run)) & 1U) != 0;
            probability *= fails ? loss : 1 - loss;
            signal.observe(Outcome(fails ? R::status : R::none), Instant(run * 1s));
        }
        if (signal.state(Instant(length * 1s)) == SignalState::down)
            share += probability;
    }
    return share;
}

TEST(Loss, TheShareOfRunsAfterWhichASignalIsDownIsThatOfAllSequences)
{
    Damping damping;
    damping.fall = 2;
    damping.rise = 2;
    damping.down_per_mille = 1000;
    for (const double loss : {0.1, 0.3, 0.5}) {
        const auto predicted = down_by_chance(damping, loss).share;
        EXPECT_NEAR(share_down(damping, 15, loss) / predicted, 1, 0.03) << loss;
    }
}

TEST(Loss, AWindowThatFillsTakesASignalDownAsWell)
{
    Damping damping;
    damping.fall = 12;
    damping.rise = 1;
    damping.window = 6;
    damping.down_per_mille = 500;
    Signal signal(damping, 1h);
    std::mt19937 random(1);
    std::bernoulli_distribution fails(0.1);
    int entries = 0;
    bool was_down = false;
    constexpr int runs = 300'000;
    for (int run = 0; run < runs; ++run) {
        signal.observe(Outcome(fails(random) ? R::status : R::none), Instant(run * 1s));
        const bool is_down = signal.state(Instant(run * 1s)) == SignalState::down;
        entries += is_down && !was_down ? 1 : 0;
        was_down = is_down;
    }
    const auto expected = down_by_chance(damping, 0.1).per_run * runs;
    EXPECT_NEAR(entries / expected, 1, 0.15);
}

TEST(Loss, RareLossGivesRareMistakes)
{
    const auto mistakes = predict_quality(default_settings(), "east", {0.001, 0.01, 0.05}).mistakes;
    ASSERT_EQ(mistakes.size(), 3U);
    // A run of three failures: one in 10^6 runs at 1 %, of which there is one in less than 5 s.
    const auto days = mistakes[1].suspect.recurrence().count() / 86400;
    EXPECT_LT(days, 58);
    EXPECT_GT(days, 40);
    for (const auto& each : mistakes) {
        EXPECT_LT(each.failed.per_second, each.suspect.per_second * 0.01);
        EXPECT_GT(each.failed.per_second, 0);
        EXPECT_LT(each.suspect.accuracy(), 1);
        EXPECT_GT(each.suspect.accuracy(), 0.99);
    }
    EXPECT_GT(mistakes[0].suspect.recurrence(), 500 * mistakes[1].suspect.recurrence());
}

TEST(Loss, WithoutASecondClassNothingIsCalledFailed)
{
    auto settings = default_settings();
    for (const char* probe : {"east/agents", "east/deployments", "east/postgres"})
        remove_probe(settings, probe);
    const auto mistakes = predict_quality(settings, "east", {0.01}).mistakes;
    EXPECT_TRUE(std::isinf(mistakes.front().failed.recurrence().count()));
}

/// Each of the plane's own probes fails by chance, and with a statement.
class Chance {
public:
    explicit Chance(double loss) : fails_(loss) {}

    void rule(Scenario& s)
    {
        for (const char* probe : {"east/api", "east/agents", "east/deployments", "east/postgres"}) {
            s.answer(probe, [this, &s, name = std::string(probe)](Now at) {
                auto outcome = s.healthy(name, at);
                if (fails_(random_))
                    outcome.reason = R::status;
                return outcome;
            });
        }
    }

private:
    std::mt19937 random_{7};
    std::bernoulli_distribution fails_;
};

TEST(PredictionAgainstTheJudge, MistakesUnderIndependentLoss)
{
    const auto settings = default_settings();
    constexpr double loss = 0.2;
    constexpr double hours = 2;
    Scenario s(settings);
    s.run_for(60s);
    Chance chance(loss);
    chance.rule(s);
    s.run_for(std::chrono::duration_cast<Duration>(hours * 1h));
    const auto predicted = predict_quality(settings, "east", {loss}).mistakes.front();
    const auto measured = s.plane().detector;
    const auto per_second = [](std::uint64_t count) {
        return static_cast<double>(count) / hours / 3600;
    };
    const auto suspected = per_second(measured.mistakes + measured.dead.count);
    EXPECT_NEAR(suspected / predicted.suspect.per_second, 1, 0.3);
    EXPECT_NEAR(seconds(*measured.mistake_duration()) / predicted.suspect.duration.count(), 1, 0.3);
    // Two classes that suspicion runs together: the order of magnitude.
    const auto failed = per_second(measured.dead.count) / predicted.failed.per_second;
    EXPECT_GT(failed, 0.5);
    EXPECT_LT(failed, 2);
}

}  // namespace
}  // namespace understudy::core
