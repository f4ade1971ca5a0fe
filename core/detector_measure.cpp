#include "core/detector_measure.hpp"

#include "core/fields.hpp"

#include <algorithm>

namespace understudy::core {

template <class Fields>
void describe(Fields& fields, Is<Detections> auto& detections)
{
    auto& [count, total, longest] = detections;
    fields("count", count)("total", total)("longest", longest);
}

template <class Fields>
void describe(Fields& fields, Is<DetectorFigures> auto& figures)
{
    auto& [since, observed, mistaken, mistakes, dead, unreachable] = figures;
    fields("since", since)("observed", observed)("mistaken", mistaken)("mistakes", mistakes);
    fields("dead", dead)("unreachable", unreachable);
}

namespace {

constexpr std::uint32_t format = 1;
constexpr Duration save_every = 10min;

std::string encode(const DetectorFigures& figures)
{
    FieldWriter fields;
    fields("format", format);
    describe(fields, figures);
    return fields.text();
}

std::optional<Duration> for_each_mistake(Duration total, std::uint64_t mistakes)
{
    if (mistakes == 0)
        return std::nullopt;
    return total / static_cast<Duration::rep>(mistakes);
}

}  // namespace

std::optional<Duration> DetectorFigures::mistake_recurrence() const
{
    return for_each_mistake(observed, mistakes);
}

std::optional<Duration> DetectorFigures::mistake_duration() const
{
    return for_each_mistake(mistaken, mistakes);
}

std::optional<double> DetectorFigures::accuracy() const
{
    if (observed == Duration::zero())
        return std::nullopt;
    return 1 - static_cast<double>(mistaken.count()) / static_cast<double>(observed.count());
}

std::optional<Duration> DetectorFigures::recurrence_bound() const
{
    if (mistakes > 0 || observed == Duration::zero())
        return std::nullopt;
    return observed / 3;
}

void DetectorMeasure::observe(const Judgement& judgement, std::optional<Instant> onset, Now now)
{
    if (figures_.since == WallTime{})
        figures_.since = now.wall;
    count_time(now);
    switch (judgement.verdict) {
    case Verdict::healthy:
    case Verdict::degraded: trust(); break;
    case Verdict::suspect: suspect(judgement.reason == "maintenance"); break;
    case Verdict::failed: confirm(judgement.kind, onset, now.instant); break;
    case Verdict::unknown: pause(); break;
    }
}

/// The time until now belongs to the state until now.
void DetectorMeasure::count_time(Now now)
{
    const auto passed = now.instant - counting_from_.value_or(now.instant);
    counting_from_ = now.instant;
    if (state_ == State::trusted)
        figures_.observed += passed;
    if (state_ == State::suspected)
        suspected_for_ += passed;
}

void DetectorMeasure::trust()
{
    const bool was_mistaken = state_ == State::suspected && !excused_;
    state_ = State::trusted;
    if (!was_mistaken)
        return;
    ++figures_.mistakes;
    figures_.mistaken += suspected_for_;
    figures_.observed += suspected_for_;
}

void DetectorMeasure::suspect(bool maintenance)
{
    if (state_ == State::trusted) {
        state_ = State::suspected;
        suspected_for_ = Duration::zero();
        excused_ = false;
    }
    excused_ = excused_ || maintenance;
}

void DetectorMeasure::confirm(FailureKind kind, std::optional<Instant> onset, Instant now)
{
    if (state_ == State::confirmed)
        return;
    state_ = State::confirmed;
    if (!onset)
        return;
    auto& detections = kind == FailureKind::dead ? figures_.dead : figures_.unreachable;
    ++detections.count;
    detections.total += now - *onset;
    detections.longest = std::max<Duration>(detections.longest, now - *onset);
}

void DetectorMeasure::abandon()
{
    state_ = State::trusted;
    pause();
}

std::optional<std::string> DetectorMeasure::take_unsaved(Instant now)
{
    if (!saved_at_)
        saved_at_ = now;
    const bool has_news = figures_.mistakes != saved_.mistakes || figures_.dead != saved_.dead ||
                          figures_.unreachable != saved_.unreachable;
    const bool is_due = has_news || now - *saved_at_ >= save_every;
    if (figures_ == saved_ || !is_due)
        return std::nullopt;
    saved_at_ = now;
    saved_ = figures_;
    return encode(figures_);
}

bool DetectorMeasure::recall(std::string_view saved)
{
    FieldReader fields(saved);
    std::uint32_t version = 0;
    DetectorFigures figures;
    fields("format", version);
    describe(fields, figures);
    if (!fields.is_complete() || version != format || encode(figures) != saved)
        return false;
    figures_ = figures;
    saved_ = figures;
    return true;
}

}  // namespace understudy::core
