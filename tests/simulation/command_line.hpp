/// What `simulate` is asked for on its command line, and its answer.
#pragma once

namespace understudy::simulation {

/// Returns the program's exit status: 0, 1 for a violation, 2 for a misuse.
int run_command(int count, char** words);

}  // namespace understudy::simulation
