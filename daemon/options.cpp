#include "daemon/options.hpp"

#include "daemon/clock.hpp"

namespace understudy {

store::DatabaseOptions database_in(const std::filesystem::path& directory)
{
    store::DatabaseOptions options;
    options.file = directory / "understudy.db";
    return options;
}

core::ActingSettings acting_settings(const config::Settings& settings)
{
    if (settings.acting)
        return settings.acting->settings;
    core::ActingSettings acting;
    acting.instance = settings.watch.observer;
    acting.variant = settings.watch.variant;
    acting.floating_name = settings.watch.floating_name;
    acting.planes = settings.watch.planes;
    acting.control_planes = settings.watch.control_planes;
    return acting;
}

store::JournalOptions journal_in(const config::Settings& settings)
{
    store::JournalOptions options;
    options.file = settings.state_directory / "journal.db";
    options.instance = acting_settings(settings).instance;
    options.now = read_clocks().wall;
    return options;
}

NotifierOptions notifier_options(const config::Settings& settings)
{
    NotifierOptions options;
    options.receivers = settings.receivers;
    return options;
}

HttpServerOptions listen_options(const config::ListenSettings& listen)
{
    HttpServerOptions options;
    options.address = listen.host;
    options.port = listen.port;
    return options;
}

AdminSocketOptions admin_options(const config::AdminSettings& admin)
{
    AdminSocketOptions options;
    options.path = admin.socket;
    options.group = admin.group;
    return options;
}

}  // namespace understudy
