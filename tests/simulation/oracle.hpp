/// Watches the true world, and what leaves the bastions, and says what must never be.
///
/// It shares no code with what it judges: whether a run is open, automatic action armed or a hold
/// on is worked out here from the records as they are written.
#pragma once

#include "core/outcome.hpp"
#include "core/record.hpp"
#include "core/run_events.hpp"
#include "core/time.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "changing.hpp"
#include "places.hpp"

namespace understudy::simulation {

struct Stage;
class Bastion;

struct Violation {
    std::string invariant;  ///< `D1`, `X2`, ...; docs/trust.md says what each means.
    core::Instant at{};
    std::string what;
};

class Oracle {
public:
    explicit Oracle(Stage& stage) : stage_(stage) {}

    /// An invariant does not hold; each is told once.
    void violate(std::string invariant, std::string what);
    /// After every event.
    void look();
    void says(const Bastion& bastion, std::string_view text);
    void process_started(const Bastion& bastion, bool is_journal_bad);
    void process_ended(const Bastion& bastion);
    void journal_failed(const Bastion& bastion);
    /// Records on their way to the disk.
    void intends(const Bastion& bastion, const std::vector<core::Record>& records);
    void sends(const Bastion& bastion, const core::run_effect::Perform& order);
    void lands(
        const Bastion& bastion, const core::run_effect::Perform& order, const Reception& reception);
    void effect_ended(
        const Bastion& bastion, const core::run_effect::Perform& order, core::EffectResult result);
    /// The bastion's past was taken from it: what it knew of its effects is gone.
    void forgets(const Bastion& bastion);
    /// Something changed the bastion's journal behind its back, or that is gone again.
    void tampered(const Bastion& bastion, bool is) { tampered_[number_of(bastion)] = is; }
    /// The standby shows that it is not fit, or no longer.
    void is_misfit(bool is);
    /// A human named the plan's hash as it is.
    void may_approve(std::uint64_t epoch) { approvable_.insert(epoch); }
    /// The operators' own hold, in a plane's record.
    void hold_in_world(std::size_t plane, bool begins);
    /// Somebody works on that plane and lets it be seen.
    void maintained(std::size_t plane, bool begins);
    /// The bastion heard what a probe of the plane's Kubernetes read: it can know what is going on
    /// there.
    void heard(const std::string& probe, const core::Outcome& outcome);
    /// At the end, when every fault is long over.
    void close(const Bastion& bastion);

    const std::vector<Violation>& violations() const { return violations_; }
    /// Since when the plane has not served, short recoveries left aside; empty: it serves.
    std::optional<core::Instant> suffering_since(std::size_t plane) const
    {
        return planes_[plane].suffers_since;
    }

private:
    /// How a plane truly served so far.
    struct Served {
        std::optional<core::Instant> suffers_since;
        std::optional<core::Instant> good_since;
        std::optional<core::Instant> gone_since;
        std::optional<core::Instant> maintained_since;
        std::set<std::string> heard;  ///< Probes, since then.
        bool is_detected = false;
    };
    struct SeenRun {
        core::Plan plan;
        bool is_automatic = false;
        bool is_approved = false;
        bool has_intent = false;
        bool has_fenced = false;  ///< An effect of its fence was sent.
        core::Instant began{};
        bool was_called_off = false;  ///< Before anything was changed, or nobody approved it.
        bool was_declined = false;    ///< A human called it off.
        std::optional<core::Instant> ended_at;
    };
    struct Sent {
        core::Instant may_land_until{};
        bool is_definite = false;
        std::uint32_t boot = 0;
    };
    /// What one bastion's records say, folded here once more.
    struct Book {
        std::map<std::uint64_t, SeenRun> runs;
        std::vector<std::uint64_t> since_arming;
        std::optional<core::WallTime> held_until;
        std::string active;
        std::set<core::OperationId> owed;
        std::map<core::OperationId, Sent> sent;
        bool may_not_act = false;  ///< Its journal is bad.
    };

    void look_at(std::size_t plane);
    void look_for_two_actives();
    bool was_raised_by_others(std::size_t plane) const;
    bool world_is_held(const Bastion& bastion, std::size_t standby) const;
    static std::size_t number_of(const Bastion& bastion);
    Book& book_of(const Bastion& bastion) { return books_[number_of(bastion)]; }

    // oracle_records.cpp
    void fold(Book& book, const core::Record& record);
    void judge_fence(const Book& book, const core::OperationEnded& ended);
    void judge_darkness(const SeenRun& run, const core::OperationEnded& ended);
    void judge(const Bastion& bastion, const Book& book, const core::Record& record);
    void judge_creation(const Bastion& bastion, const Book& book, const core::RunCreated& created);
    void judge_automatic(const Bastion& bastion, const Book& book, const core::RunCreated& created);
    void judge_armed(const Book& book, const core::RunCreated& created);
    void judge_standby(const Bastion& bastion, const core::RunCreated& created);
    void judge_change(const Book& book, const core::RunChanged& changed);
    void judge_end(std::uint64_t epoch, const SeenRun& run);
    void judge_intent(
        const Bastion& bastion, const Book& book, const core::Intent& intent, core::WallTime at);

    // oracle_effects.cpp
    void check_planned(const SeenRun& run, const core::run_effect::Perform& order);
    void check_still_due(SeenRun& run, const core::run_effect::Perform& order);
    void check_fenced(
        const Bastion& bastion, const SeenRun& run, const core::run_effect::Perform& order);
    void check_alone(const Bastion& bastion, Book& book, const core::run_effect::Perform& order);
    void check_landing(const Bastion& bastion, const core::run_effect::Perform& order);

    Stage& stage_;
    std::array<Served, plane_count> planes_;
    std::array<Book, bastion_count> books_;
    std::map<std::string, std::uint64_t> epochs_;  ///< Of each object, by who wrote it last.
    std::array<std::optional<core::Instant>, plane_count> held_since_;  ///< In the world.
    std::array<bool, bastion_count> tampered_{};
    std::optional<core::Instant> misfit_since_;
    std::set<std::uint64_t> approvable_;
    std::vector<Violation> violations_;
    bool is_waived_ = false;
    bool overlaps_ = false;
};

}  // namespace understudy::simulation
