#include "daemon/metrics_families.hpp"

namespace understudy {

namespace {

/// A mistake, wherever it is counted.
constexpr const char* mistake =
    "A mistake is a suspicion of the active plane that ended without the verdict failed and "
    "without "
    "maintenance; an outage too short to be confirmed counts as one, a wrong failed does not.";

std::string of_mistakes(const std::string& what) { return what + " " + mistake; }

void add_detections(Families& families, const core::Report& report)
{
    auto detection = Family::summary(
        "detector_detection_seconds",
        "T_D: from the first failed outcome of the active plane's API to the verdict failed, by "
        "the kind of failure. Without the time until a probe first met the fault; a failed that "
        "was wrong counts as well.");
    for (const auto& plane : report.planes) {
        const auto add = [&](core::FailureKind kind, const core::Detections& detections) {
            detection.add(
                {{"plane", plane.name}, {"kind", core::name_of(kind)}}, detections.total,
                detections.count);
        };
        add(core::FailureKind::dead, plane.detector.dead);
        add(core::FailureKind::unreachable, plane.detector.unreachable);
    }
    detection.move_to(families);
}

void add_mistakes(Families& families, const core::Report& report)
{
    auto observed = Family::counter(
        "detector_observed_seconds_total",
        "Time in which the plane was active and trusted, or suspected by mistake.");
    auto duration = Family::summary(
        "detector_mistake_duration_seconds", of_mistakes("T_M: how long mistakes lasted."));
    auto recurrence = Family::gauge(
        "detector_mistake_recurrence_seconds",
        of_mistakes("T_MR: time observed for each mistake; absent while there was none."));
    auto accuracy = Family::gauge(
        "detector_query_accuracy_ratio",
        of_mistakes("P_A: share of the time observed without a mistake."));
    for (const auto& plane : report.planes) {
        const auto& figures = plane.detector;
        const Labels labels{{"plane", plane.name}};
        observed.add(labels, seconds_of(figures.observed));
        duration.add(labels, figures.mistaken, figures.mistakes);
        if (const auto mean = figures.mistake_recurrence())
            recurrence.add(labels, seconds_of(*mean));
        if (const auto known = figures.accuracy())
            accuracy.add(labels, *known);
    }
    for (auto* family : {&observed, &duration, &recurrence, &accuracy})
        family->move_to(families);
}

}  // namespace

void add_detector_families(Families& families, const core::Report& report)
{
    add_detections(families, report);
    add_mistakes(families, report);
}

}  // namespace understudy
