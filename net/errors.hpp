/// From the error codes of sockets and TLS to the reasons of core: whom does an error speak about?
#pragma once

#include "core/reason.hpp"

#include <boost/system/error_code.hpp>

#include <string>

namespace understudy::net {

/// The reason an error stands for. `none` for success; an error that nobody foresaw is `internal`,
/// so that it never counts against a target. A peer that closed is `connect_reset`. ETIMEDOUT is
/// `timeout`: only who was connecting knows that it means `connect_timeout`.
core::Reason reason_of(const boost::system::error_code& error) noexcept;

/// Which of two reasons for which attempts at one peer failed tells more of it? Trouble that is
/// certainly ours, or a live peer whose certificate we do not trust, outweighs silence, and silence
/// outweighs an address that we have no route to.
bool tells_more(core::Reason left, core::Reason right) noexcept;

/// The error in words, with the remedy where there is one.
std::string text_of(const boost::system::error_code& error);

}  // namespace understudy::net
