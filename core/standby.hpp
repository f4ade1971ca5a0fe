/// Is the standby fit to take over? Judged all the time, not when it is needed.
#pragma once

#include "core/knowledge.hpp"
#include "core/loss.hpp"
#include "core/settings.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::core {

/// One condition; its name is the `reason` label of `understudy_standby_ready`.
struct StandbyCheck {
    std::string_view name;
    bool ok = false;
    std::string value;      ///< What was seen: where it is not ok, or for whoever asked for words.
    std::string threshold;  ///< What it must be, likewise.
};

struct StandbyReport {
    std::vector<StandbyCheck> checks;
    std::optional<std::int64_t> lag_bytes;  ///< Of the replica that is furthest behind.
    Loss loss;  ///< If it took over as it is; empty: its data and keys are fit.

    /// Not before anything was judged.
    bool ready() const;
    /// The first check that is not ok; null when ready.
    const StandbyCheck* first_unmet() const;
};

/// What the judge of the standby looks at. Unknown is not ready: a check passes only on what this
/// process saw of the standby, and saw recently; what an earlier process remembered of it proves
/// nothing. What was last seen of the active is remembered, so the comparisons work when the active
/// is gone.
struct StandbyInput {
    const WatchSettings& settings;
    const Knowledge& knowledge;
    std::string active;
    std::string standby;
    bool kubernetes_answers = false;  ///< The standby's API server was read within the last rounds.
    /// When the active became suspect; empty while it is not. A dead active sends no WAL: from then
    /// on a replica need not stream when it did within `position_age_max` before, and the active's
    /// position is the one last seen before.
    std::optional<WallTime> active_suspect_since;
    Now now;
    bool in_words = true;  ///< Also what is ok is said in words, which costs more than judging it.
};

StandbyReport judge_standby(const StandbyInput& input);

/// Adds when each replica was last seen streaming, for `facts` as seen at `now`: a replica that
/// does not stream now is fit only when it did when the active became suspect, and whether it did
/// must be known after a restart too.
void add_last_streamed(Facts& facts, WallTime now);

/// The names of all checks, in order.
std::vector<std::string_view> standby_check_names(Variant variant);

}  // namespace understudy::core
