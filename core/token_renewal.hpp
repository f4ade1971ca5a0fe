/// Whose tokens may be deleted: one control plane goes first, and each only once.
#pragma once

#include "core/ledger.hpp"

#include <string>

namespace understudy::core {

/// Why the tokens of the control plane that operation `id` of `run` brings over are not to be
/// deleted now, whoever approved it; empty: they may be.
std::string why_tokens_are_kept(const Run& run, const OperationId& id);

}  // namespace understudy::core
