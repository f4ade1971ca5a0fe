/// A LabelSelector object in the form that a list request takes.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace understudy::actions {

/// `matchLabels` and `matchExpressions` (In, NotIn, Exists, DoesNotExist) joined by commas, as
/// kubernetes.io/docs/concepts/overview/working-with-objects/labels defines both forms. Empty when
/// the selector is empty or holds an operator that is not known: it would match every pod.
std::string label_selector_text(const boost::json::value& selector);

}  // namespace understudy::actions
