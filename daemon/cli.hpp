/// The command line: verbs, their help and their exit codes.
#pragma once

namespace understudy {

/// Exit codes, as sysexits.h names them where it has a name.
enum class ExitCode : int {
    ok = 0,
    failed = 1,  ///< The daemon refused, or a check found something.
    usage = 64,
    unavailable = 69,  ///< No daemon answers.
    internal = 70,
    cannot_create = 73,  ///< State directory or socket cannot be used.
    bad_config = 78,     ///< The configuration has problems; all were printed.
};

int run_command_line(int argc, char** argv);

}  // namespace understudy
