#include "daemon/cli_verbs.hpp"
namespace understudy {
void add_journal_verbs(CLI::App&, Session&) {}
}  // namespace understudy
