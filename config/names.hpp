/// Names that operators give, and names that they misspell.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace understudy::config {

/// Names become probe ids, metric labels and file names: `[a-z0-9-]{1,63}`.
bool is_name(std::string_view text) noexcept;

/// The closest of the candidates when it is close enough to be meant, else empty.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

/// What this machine is called, as a name: the host name's first label, in lower case.
std::string name_from_host(std::string_view host_name);

}  // namespace understudy::config
