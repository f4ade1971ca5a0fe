/// Each group of metrics from its plain source; for daemon/metrics.cpp only.
#pragma once

#include "daemon/metric_family.hpp"
#include "daemon/metrics.hpp"

namespace understudy {

void add_probe_families(
    Families& families, const ProbeCounterTable& probes, const core::Report& report);
void add_judgement_families(Families& families, const core::Report& report);
void add_detector_families(Families& families, const core::Report& report);
void add_run_families(Families& families, const core::RunsReport& runs, const core::Report& report);
void add_process_families(
    Families& families, const ProcessCounters& process, const MetricsInput& input);

}  // namespace understudy
