/// `[listen]`, `[admin]` and `[log]`: the process's own ends.
#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

namespace understudy::config {

ListenSettings read_listen(Section& root);
/// `settings.socket` holds the default.
void read_admin(Section& root, AdminSettings& settings);
LogSettings read_log(Section& root);

}  // namespace understudy::config
