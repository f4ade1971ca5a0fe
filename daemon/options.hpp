/// What the parts of the daemon are made with, from the settings.
#pragma once

#include "config/settings.hpp"
#include "core/acting_settings.hpp"
#include "daemon/admin_server.hpp"
#include "daemon/http_server.hpp"
#include "daemon/notifier.hpp"
#include "store/database.hpp"
#include "store/journal.hpp"

#include <filesystem>

namespace understudy {

store::DatabaseOptions database_in(const std::filesystem::path& directory);
/// A configuration without `[acting]` watches, and still keeps holds and roles.
core::ActingSettings acting_settings(const config::Settings& settings);
store::JournalOptions journal_in(const config::Settings& settings);
NotifierOptions notifier_options(const config::Settings& settings);
HttpServerOptions listen_options(const config::ListenSettings& listen);
AdminSocketOptions admin_options(const config::AdminSettings& admin);

}  // namespace understudy
