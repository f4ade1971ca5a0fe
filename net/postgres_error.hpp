/// What an error of libpq or of a PostgreSQL server means, and whom it speaks about.
#pragma once

#include "core/reason.hpp"

#include <string>
#include <string_view>

namespace understudy::net {

/// By SQLSTATE: what refuses *us* (class 28, 42501) is `credentials`; a name or statement of ours
/// that is wrong (class 42, 3D000) `internal`; no connection left (53300) `rate_limited`; our own
/// statement_timeout (57014) `timeout`. Everything else is `sql`, a statement about the database.
core::Reason reason_of_sqlstate(std::string_view sqlstate) noexcept;

/// libpq gives a failed connection no code, only a text. With verbose errors a server's own refusal
/// carries its SQLSTATE; what the socket or TLS said is told by the words. A text that nobody
/// foresaw is `internal`, so that it never counts against the database.
core::Reason reason_of_connect_error(std::string_view message) noexcept;

/// The five characters after the severity of a verbose message; empty when there are none.
std::string_view sqlstate_in(std::string_view message) noexcept;

/// One line, bounded, without the server's source location.
std::string one_line(std::string_view message);

}  // namespace understudy::net
