/// What we write into the world beside the change itself, so that whoever reads the object later,
/// a person or another Understudy, sees which operation made it so.
#pragma once

#include "actions/action.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace understudy::actions {

namespace annotation {
inline constexpr std::string_view operation = "understudy.dev/operation";
inline constexpr std::string_view epoch = "understudy.dev/epoch";
inline constexpr std::string_view replicas_before = "understudy.dev/replicas-before";
inline constexpr std::string_view suspend_before = "understudy.dev/suspend-before";
inline constexpr std::string_view restarted_at = "understudy.dev/restarted-at";
}  // namespace annotation

/// An annotation of the object; empty when it is not there.
std::string annotation_of(const boost::json::value& object, std::string_view name);

/// Every object that we change: `version` (its resourceVersion), `mark`, and for the effect that
/// rests on this reading `annotated` (bool: it has annotations at all) and `marked_epoch` (int).
void add_marks(core::Facts& facts, const boost::json::value& object);

/// `understudy.dev/operation` and `understudy.dev/epoch` of an operation.
boost::json::object marks_of(const core::OperationId& id);

/// Why the effect must not be sent: the object was not read before, or a newer epoch has already
/// written it. Empty: it may.
std::string obstacle_in(const core::Facts& facts, const core::OperationId& id);

/// Has our epoch already left the annotation that the fact `name` tells of? Then it holds what was
/// there before the run, and a second try must not overwrite it.
bool is_recorded(const Order& order, std::string_view name);

}  // namespace understudy::actions
