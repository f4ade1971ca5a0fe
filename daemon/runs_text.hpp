/// What the executor has done, does and owes, and the plan, for people.
#pragma once

#include "daemon/text_parts.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace understudy {

/// The part `acting` of `status`: empty when the daemon does not tell it.
std::string acting_text(const boost::json::object& status, TextStyle style);
std::string history_text(const boost::json::object& history, TextStyle style);
std::string run_text(const boost::json::object& run, TextStyle style);
std::string plan_text(const boost::json::object& plan, TextStyle style);
/// What the daemon answered to a command.
std::string answer_text(const boost::json::object& answer, TextStyle style);

/// What the field `loss` of a plan or a run says, in lines; empty when nothing is lost.
std::string loss_text(const boost::json::object& owner);

/// A table of what is owed; empty when nothing is.
std::string obligations_text(const boost::json::object& owner, TextStyle style);

}  // namespace understudy
