#include "daemon/explain_json.hpp"

#include "core/detector_quality.hpp"
#include "daemon/json_values.hpp"

#include <boost/json/array.hpp>

#include <cmath>
#include <vector>

namespace understudy {

namespace json = boost::json;

namespace {

/// The probabilities for which mistakes are told.
const std::vector<double> losses{0.001, 0.01, 0.05};

constexpr const char* detection_model =
    "a fault at a random moment; what answers does so at once, what is silent takes its timeout; "
    "worst: every pause as long as it can be, and when the plane is silent its witnesses take "
    "their "
    "timeouts too. Not in it: what Kubernetes or the database needs to notice by itself";
constexpr const char* loss_model = "each run of each probe fails by itself with the given "
                                   "probability, although its target serves, "
                                   "and a witness's failure is a wrong statement. A run that is "
                                   "merely lost makes a witness silent, "
                                   "which says nothing: loss alone never gives `failed`";
constexpr const char* loss_leaves_out =
    "failures that come together: a link, a resolver or a machine that many probes share, a plane "
    "under load, a stall of ours. They are what mistakes come from in practice, and no figure here "
    "tells how often they come";
constexpr const char* mistake_definition =
    "a suspicion of the active plane (verdict `suspect`) that ended without `failed`, and in which "
    "no maintenance was seen. An outage too short to be confirmed counts as one; a `failed` that "
    "was wrong cannot be told from one that was right, and counts as a detection";

json::value or_never(core::Seconds time)
{
    return std::isfinite(time.count()) ? json::value(time.count()) : json::value(nullptr);
}

json::value or_null(std::optional<core::Duration> duration)
{
    return duration ? json::value(seconds_in(*duration)) : json::value(nullptr);
}

json::object detection_json(const core::PredictedDetection& detection)
{
    return {
        {"path", path_of(detection)},
        {"kind", name_text(detection.kind)},
        {"confirms", name_text(detection.confirms)},
        {"outage", name_text(detection.outage)},
        {"expected", seconds_in(detection.expected)},
        {"worst", seconds_in(detection.worst)},
        {"expected_since_first_failure", seconds_in(detection.expected_since_first_failure)}};
}

json::object mistakes_json(const core::Mistakes& mistakes)
{
    return {
        {"recurrence", or_never(mistakes.recurrence())},
        {"duration", mistakes.duration.count()},
        {"accuracy", mistakes.accuracy()}};
}

json::object plane_json(const core::WatchSettings& settings, const std::string& plane)
{
    const auto quality = core::predict_quality(settings, plane, losses);
    json::array detection;
    for (const auto& each : quality.detection)
        detection.push_back(detection_json(each));
    json::array mistakes;
    for (const auto& each : quality.mistakes) {
        mistakes.push_back(
            {{"loss", each.loss},
             {"suspect", mistakes_json(each.suspect)},
             {"failed", mistakes_json(each.failed)}});
    }
    return {
        {"name", plane}, {"detection", std::move(detection)}, {"mistakes", std::move(mistakes)}};
}

json::object detections_json(core::FailureKind kind, const core::Detections& detections)
{
    json::value mean = nullptr;
    json::value longest = nullptr;
    if (detections.count > 0) {
        mean = seconds_in(detections.total) / static_cast<double>(detections.count);
        longest = seconds_in(detections.longest);
    }
    return {
        {"kind", name_text(kind)},
        {"count", detections.count},
        {"mean", mean},
        {"longest", longest}};
}

json::object measured_plane_json(const core::PlaneReport& plane)
{
    const auto& figures = plane.detector;
    json::value since = nullptr;
    if (figures.since != core::WallTime{})
        since = rfc3339(figures.since);
    json::value accuracy = nullptr;
    if (const auto known = figures.accuracy())
        accuracy = *known;
    return {
        {"name", plane.name},
        {"role", name_text(plane.role)},
        {"since", since},
        {"observed", seconds_in(figures.observed)},
        {"detections",
         {detections_json(core::FailureKind::dead, figures.dead),
          detections_json(core::FailureKind::unreachable, figures.unreachable)}},
        {"mistakes", figures.mistakes},
        {"recurrence", or_null(figures.mistake_recurrence())},
        {"recurrence_above", or_null(figures.recurrence_bound())},
        {"duration", or_null(figures.mistake_duration())},
        {"accuracy", accuracy}};
}

}  // namespace

json::object prediction_json(const core::WatchSettings& settings)
{
    json::array planes;
    for (const auto& plane : settings.planes)
        planes.push_back(plane_json(settings, plane.name));
    return {
        {"confirm", seconds_in(settings.detector.confirm)},
        {"detection_model", detection_model},
        {"loss_model", loss_model},
        {"loss_leaves_out", loss_leaves_out},
        {"planes", std::move(planes)}};
}

json::object measured_json(const core::Report& report)
{
    json::array planes;
    for (const auto& plane : report.planes)
        planes.push_back(measured_plane_json(plane));
    return {
        {"observer", report.observer},
        {"time", rfc3339(report.now.wall)},
        {"mistake", mistake_definition},
        {"planes", std::move(planes)}};
}

json::object explain_json(const core::WatchSettings& settings, const core::Report& report)
{
    return {{"predicted", prediction_json(settings)}, {"measured", measured_json(report)}};
}

}  // namespace understudy
