/// The groups of verbs. Each adds its own to the command line; the verb that ran leaves its exit
/// code in the session.
#pragma once

#include "daemon/cli_session.hpp"

namespace understudy {

/// status, why, plan, history, show
void add_showing_verbs(CLI::App& app, Session& session);
/// failover, approve, abort, resume, undo, rearm, hold, release, adopt, fence, takeover
void add_acting_verbs(CLI::App& app, Session& session);
/// explain
void add_explain_verb(CLI::App& app, Session& session);
/// verify-journal
void add_journal_verbs(CLI::App& app, Session& session);

}  // namespace understudy
