/// Ids that no two events share.
#pragma once

#include <string>

namespace understudy::store {

/// `msg_` and 32 hex digits from the kernel's random source: the webhook-id of an event. Holds no
/// dot, which Standard Webhooks uses as a separator in what is signed.
std::string new_message_id();

}  // namespace understudy::store
