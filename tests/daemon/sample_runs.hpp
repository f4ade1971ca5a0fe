/// Runs as the journal tells them, for whatever shows them.
#pragma once

#include "core/runs.hpp"

namespace understudy::testing {

using namespace std::chrono_literals;

inline constexpr core::WallTime noon{1'700'000'000s};

/// quiet-standby, fence (tsb, iam), promote (point of no return), switch-name, retire (central),
/// rejoin (c1, c2), from east to west.
core::Plan sample_plan();

/// Run 7 went through, automatically: suspected 20 s before noon, failed 10 s before, decided at
/// noon, fenced after 5 s, promoted after 12 s, switched after 13 s, c1 back after 20 s and c2
/// after 24 s, ended after 25 s.
core::RunsReport report_of_done_run();
/// As before, but c2 never came and the fence of iam is owed.
core::RunsReport report_of_degraded_run();
/// Run 8 was asked for by a human and stands parked in the fence: one attempt was refused.
core::RunsReport report_of_parked_run();

}  // namespace understudy::testing
